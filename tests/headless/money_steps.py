"""Money in unusual ways: in parts, by a code that the diner scans, given back in part, and decided by a
manager because nobody could find out."""

import subprocess
import time

from counter import MANAGER, MANAGER_PIN, fen_of
from screen import Failure, PATIENCE_S

# As in lunch.py: the last two digits are the script of the simulated channel.
QR_OF_A_PART = "134000000000000700"
QR_OF_TWO_MEALS = "134000000000000800"
QR_NEVER_ANSWERED = "134000000000000907"
CASH_PART_FEN = 400


class MoneySteps:
    def __init__(self, window, counter, payers_file):
        self.window = window
        self.counter = counter
        self.payers_file = payers_file  # what pretended payers scanned
        self.refunded_fen = {}  # tender -> as shown when it was given back

    def split_tender(self):
        """Some coins, and the rest by code: one sale."""
        c, w = self.counter, self.window
        c.scan_card(15, "沈国庆")
        c.add("set-a")
        sale = c.pay("cash", "D000015, part cash, part QR")
        w.tap("tender.other")
        for digit in str(CASH_PART_FEN):
            w.tap("tender.keypad." + digit)
        w.tap("tender.take_part")
        w.wait_enabled("tender.choose.qr")
        if fen_of(w.text("tender.due")) != sale["paid_fen"] - CASH_PART_FEN:
            raise Failure(f"{w.text('tender.due')} is asked for after a part of {sale['paid_fen']} fen")
        w.picture("tender-part-taken")
        w.tap("tender.choose.qr")
        c.show(QR_OF_A_PART)
        c.done(sale)
        w.picture("tender-split-done")
        c.next()

    def presented_code(self):
        """The diner's side shows a code; what a phone's camera reads in it is paid."""
        c, w = self.counter, self.window
        c.guest()
        c.add("set-b")
        sale = c.pay("qr", "guest, scans our code")
        w.tap("tender.show_code")
        w.wait("a code on the diner's side", lambda s: s.has("tender.qr"))
        w.picture("tender-presented")
        code = self.read_code(w.diner_picture("diner-presented"))
        with open(self.payers_file, "a") as payers:
            payers.write(code + "\n")
        c.done(sale, 30)
        c.next()

    def read_code(self, picture):
        found = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)], capture_output=True,
                               text=True, timeout=PATIENCE_S).stdout.split("\n")
        if len(found) != 2:
            raise Failure(f"zbarimg reads {len(found) - 1} codes in {picture}, not one")
        return found[0]

    def partial_refund(self):
        """One of two meals goes back to where it came from, with a manager's PIN."""
        c, w = self.counter, self.window
        c.guest()
        c.add("set-a")
        c.add("set-b")
        c.done(c.qr("guest, two meals", QR_OF_TWO_MEALS))
        c.next()
        w.tap("bar.today")
        w.wait_screen("today")
        w.tap("today.sale.0")
        w.tap("today.refund")
        w.wait_screen("refund")
        w.tap("refund.more.0")
        w.tap("refund.reason.2")
        self.approve("refund.second")
        w.wait("what goes back", lambda s: s.has("refund.diner") and s.enabled("refund.second.confirm"))
        w.picture("refund")
        w.tap("refund.second.confirm")
        w.wait("the end of the refund", lambda s: s.has("refund.done"), 30)
        self.refunded_fen["qr"] = fen_of(w.text("refund.amount"))
        w.picture("refund-done")
        w.tap("refund.leave")
        w.tap("today.back")
        w.wait_screen("serve")

    def nobody_knows(self):
        """The channel never answers: with a manager the meal is paid in cash, and the manager then decides
        about the payment."""
        c, w = self.counter, self.window
        c.guest()
        c.add("set-a")
        sale = c.qr("guest, no answer, then cash", QR_NEVER_ANSWERED)
        w.tap("tender.collect_anyway", 30)
        self.approve("tender.second")
        w.picture("tender-collect-anyway")
        w.tap("tender.second.confirm")
        w.wait("the notes", lambda s: s.has("tender.exact"))
        time.sleep(1.0)  # a second tap on the same place so soon after a change is taken for a slip
        c.confirm_cash(sale)
        c.next()
        w.tap("bar.reviews")
        w.wait_screen("review")
        w.tap("review.decide.not_paid")
        w.tap("review.reason.0")
        self.approve("review.second")
        w.picture("review")
        w.tap("review.second.confirm")
        w.wait("the queue empty again", lambda s: s.has("review.settled") and s.has("review.empty"))
        w.tap("review.back")
        w.wait("no sign of reviews", lambda s: s.screen == "serve" and not s.has("bar.reviews"))

    def approve(self, panel):
        """The second person, and their PIN."""
        w = self.window
        key = f"{panel}.approver.{MANAGER}"
        w.wait("the second person", lambda s: s.has(key))
        if w.enabled(key):
            w.tap(key)
        for digit in MANAGER_PIN:
            w.tap(f"{panel}.key.{digit}")
