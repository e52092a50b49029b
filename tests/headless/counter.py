"""The cashier's moves at the counter, in terms of widget ids, and a ledger of what was asked for."""

import re
import time

from screen import Failure

CASHIER, CASHIER_PIN = "C0101", "246810"
MANAGER, MANAGER_PIN = "M0101", "135790"


def card_of(diner_number):
    return f"9310{diner_number:012d}"


def replaced_card_of(diner_number):
    return f"9312{diner_number:012d}"


def fen_of(text):
    """The amount in a label such as '¥11.45' or '−2.55'."""
    found = re.search(r"(\d+)\.(\d\d)", text)
    if not found:
        raise Failure(f"there is no amount in '{text}'")
    return int(found[1]) * 100 + int(found[2])


class Counter:
    def __init__(self, window, channel_attempts):
        self.window = window
        self.channel_attempts = channel_attempts  # how many payments the channel has been asked for
        self.scanned_again = 0  # a card that came out garbled is scanned again, as a cashier would
        self.tapped_again = 0
        self.sales = []  # {"who", "tender", "list_fen", "paid_fen"} as shown when the pay key was tapped

    # Signing in and out

    def sign_in(self, staff=CASHIER, pin=CASHIER_PIN):
        w = self.window
        w.wait_screen("sign_in")
        w.tap("sign_in.staff." + staff)
        for digit in pin:
            w.tap("sign_in.key." + digit)
        w.tap("sign_in.enter")
        w.wait_screen("serve")

    def refuse_pin(self, pin):
        w = self.window
        w.wait_screen("sign_in")
        w.tap("sign_in.staff." + CASHIER)
        for digit in pin:
            w.tap("sign_in.key." + digit)
        w.tap("sign_in.enter")
        w.wait("a refused PIN", lambda s: s.text("sign_in.note") != "" and s.enabled("sign_in.key.1"))
        if w.screen != "sign_in":
            raise Failure("a wrong PIN opened the till")
        w.tap("sign_in.back")

    # Who stands here

    def scan_card(self, diner_number, name):
        self.scan(card_of(diner_number), lambda s: s.screen == "serve" and name in s.text("serve.name"),
                  f"the diner {name}")

    def scan(self, code, arrived, what):
        """Scans until it is understood, as a cashier would: a slow machine can tear a scan in two."""
        w = self.window
        for _ in range(4):
            w.scan(code)
            w.soon(lambda s: arrived(s) or s.has("serve.notice.unknown_card"), 4.0)
            if w.soon(arrived, 0.5):
                return
            self.scanned_again += 1
            if w.has("serve.notice.unknown_card"):
                w.click("serve.notice.unknown_card")
        raise Failure(f"scanned four times without {what}")

    def find(self, keys, wanted, name):
        """Types keys on the lookup's keypad and picks the first candidate whose tile holds `wanted`."""
        w = self.window
        w.tap("serve.find")
        w.wait_screen("lookup")
        for key in keys:
            w.tap("lookup.key." + key)
        w.wait(f"'{keys}' typed", lambda s: s.text("lookup.keys") == keys)
        w.wait(f"a candidate '{wanted}' for {keys}", lambda s: self.settled(wanted))
        w.picture("lookup-" + keys.lower())
        w.tap(self.candidate(wanted))
        self.expect_diner(name)

    def candidate(self, wanted):
        for widget_id, widget in sorted(self.window.widgets.items()):
            if widget_id.startswith("lookup.candidate.") and wanted in widget["text"]:
                return widget_id
        return None

    def settled(self, wanted):
        """The tile is there and stays: what was found for the keys before is gone."""
        first = self.candidate(wanted)
        time.sleep(0.3)
        self.window.read()
        return first is not None and first == self.candidate(wanted)

    def guest(self):
        self.window.tap("serve.guest")
        self.window.wait("the guest's slip", lambda s: s.screen == "serve" and not s.has("serve.find"))

    def expect_diner(self, name):
        self.window.wait(f"the diner {name}", lambda s: s.screen == "serve" and name in s.text("serve.name"))

    def expect_notice(self, kind):
        self.window.wait(f"the notice '{kind}'", lambda s: s.has("serve.notice." + kind))

    # What they take

    def add(self, *wanted):
        """Taps the first of these items that the present meal offers and that is not sold out."""
        w = self.window
        w.wait("the menu", lambda s: any(s.has("serve.item." + item) for item in wanted))
        for item in wanted:
            if w.enabled("serve.item." + item):
                w.tap("serve.item." + item)
                w.wait(f"{item} on the slip", lambda s: s.has("serve.line." + item))
                return
        raise Failure(f"nothing of {wanted} can be had")

    def service(self, name):
        self.window.tap("serve.service." + name)

    # Money

    def pay(self, tender, who):
        """Taps a pay key and notes what the slip said at that moment."""
        w = self.window
        w.wait_enabled("serve.pay." + tender)
        sale = {"who": who, "tender": tender, "list_fen": fen_of(w.text("serve.list")),
                "paid_fen": fen_of(w.text("serve.due"))}
        key = "serve.pay." + tender
        w.tap(key)
        # A price that is being computed anew takes no tap; the cashier sees that nothing moved.
        if not w.soon(lambda s: not s.has(key)):
            self.tapped_again += 1
            w.tap(key)
        return sale

    def confirm_cash(self, sale):
        w = self.window
        w.wait_enabled("tender.confirm")
        sale["tender"], sale["paid_fen"] = "cash", fen_of(w.text("tender.due"))
        w.tap("tender.confirm")
        self.done(sale)

    def done(self, sale, patience_s=20.0):
        w = self.window
        w.wait(f"the end of the sale to {sale['who']}",
               lambda s: s.enabled("tender.next") or s.enabled("serve.find"), patience_s)
        self.sales.append(sale)

    def next(self):
        """Back to an empty slip; a paid-by-card screen also leaves by itself."""
        w = self.window
        w.read()
        if w.enabled("tender.next"):
            w.click("tender.next")
        w.wait("an empty slip", lambda s: s.screen == "serve" and s.enabled("serve.find"))

    def cash_exact(self, who):
        self.confirm_cash(self.pay("cash", who))

    def card(self, who, shown_now=None):
        """shown_now: number of a diner who was found by hand and shows the card only now."""
        sale = self.pay("senior_card", who)
        if shown_now is not None:
            self.show(card_of(shown_now), "senior_card")
        self.done(sale)

    def qr(self, who, code):
        sale = self.pay("qr", who)
        self.show(code)
        return sale

    def show(self, code, tender="qr"):
        """The diner holds a card or a payment code to the scanner when the till asks for it."""
        w = self.window
        w.wait("the till asking for a code", lambda s: s.screen == "tender" and s.text("tender.phase") != "")
        before = self.channel_attempts()

        def taken(s):
            # A request that is lost on its way is not in the channel's ledger; the till asks after it. A
            # card pays at once from an account that only the district sees.
            return (self.channel_attempts() > before or s.has("tender.query") or
                    s.enabled("tender.next") or s.enabled("serve.find"))

        for _ in range(4):
            w.scan(code)
            w.soon(lambda s: taken(s) or s.enabled("tender.choose." + tender), 4.0)
            if taken(w):
                return
            # A torn scan is no payment code: the till says so, and nothing went to the channel.
            self.scanned_again += 1
            if w.read().enabled("tender.choose." + tender):
                w.tap("tender.choose." + tender)
        raise Failure("scanned four times and the till takes no code")
