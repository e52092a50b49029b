"""The cashier's moves at the counter, in terms of widget ids, and a ledger of what was asked for."""

import re

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
    def __init__(self, window):
        self.window = window
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
        self.window.scan(card_of(diner_number))
        self.expect_diner(name)

    def find(self, keys, wanted, name):
        """Types keys on the lookup's keypad and picks the first candidate whose tile holds `wanted`."""
        w = self.window
        w.tap("serve.find")
        w.wait_screen("lookup")
        for key in keys:
            w.tap("lookup.key." + key)
        w.wait(f"a candidate '{wanted}' for {keys}", lambda s: self.candidate(wanted) is not None)
        w.picture("lookup-" + keys.lower())
        w.tap(self.candidate(wanted))
        self.expect_diner(name)

    def candidate(self, wanted):
        for widget_id, widget in sorted(self.window.widgets.items()):
            if widget_id.startswith("lookup.candidate.") and wanted in widget["text"]:
                return widget_id
        return None

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
        w.tap("serve.pay." + tender)
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

    def card(self, who):
        self.done(self.pay("senior_card", who))

    def qr(self, who, code):
        sale = self.pay("qr", who)
        self.window.wait_screen("tender")
        self.window.scan(code)
        return sale
