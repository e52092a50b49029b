"""The cash in the drawer at the real window: a card topped up, and the shift counted and closed."""

from counter import card_of, fen_of
from screen import Failure

TOPPED_UP_FEN = 5000


class DrawerSteps:
    def __init__(self, window, counter):
        self.window = window
        self.counter = counter
        self.top_ups = 0
        self.closes = 0

    def slips(self):
        return self.top_ups + self.closes

    def top_up_a_card(self):
        w = self.window
        w.tap("serve.more")
        w.tap("serve.more.top_up")
        w.wait_screen("top_up")
        for _ in range(4):
            w.scan(card_of(3))
            if w.soon(lambda s: "单桂芳" in s.text("top_up.name"), 4.0):
                break
        w.wait("the balance", lambda s: s.has("top_up.balance"))
        before = fen_of(w.text("top_up.balance"))
        w.tap(f"top_up.preset.{TOPPED_UP_FEN}")
        w.wait_enabled("top_up.confirm")
        w.picture("top-up")
        w.tap("top_up.confirm")
        w.wait("the end of the top-up", lambda s: s.has("top_up.done"))
        w.picture("top-up-done")
        if fen_of(w.text("top_up.balance")) != before + TOPPED_UP_FEN:
            raise Failure(f"{before} fen and {TOPPED_UP_FEN} more are shown as {w.text('top_up.balance')}")
        self.top_ups += 1
        w.tap("top_up.leave")
        w.wait_screen("serve")

    def close_the_shift(self):
        """Counts what is hardly there: a lot is missing, and the till asks why."""
        w = self.window
        w.tap("bar.today")
        w.wait_screen("today")
        w.tap("today.shift")
        w.wait("the count", lambda s: s.has("shift.piece.10000"))
        if w.has("shift.due"):
            raise Failure("what should be in the drawer is shown before it was counted")
        w.tap("shift.key.2")
        w.wait_enabled("shift.count_done")
        w.picture("shift-counting")
        w.tap("shift.count_done")
        w.wait("the difference", lambda s: s.has("shift.difference"))
        if w.enabled("shift.close"):
            w.picture("shift-compared")
        else:
            w.tap("shift.reason.0")
            w.wait_enabled("shift.close")
            w.picture("shift-short")
        w.tap("shift.close")
        w.wait("the closed shift", lambda s: s.has("shift.closed"))
        w.picture("shift-closed")
        self.closes += 1
        w.tap("shift.leave")
        w.wait_screen("sign_in")

    def disagreements(self, till, district):
        expected = {"sales": self.top_ups, "amount_fen": self.top_ups * TOPPED_UP_FEN}
        return [f"top-ups: {expected} at the counter, the {where} says {day['top_ups']}"
                for where, day in (("till", till), ("district", district)) if day["top_ups"] != expected]
