#!/usr/bin/env python3
"""The headless lunch's proof can fail: each kind of disagreement is reported, and agreement is not."""

import copy
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from counter import fen_of
from lunch import Lunch, VOIDED
from drawer_steps import DrawerSteps
from money_steps import MoneySteps
from screen import Failure

LEDGER = [{"event": "start", "payment": "P1", "order": "O1", "amount_fen": 440, "script": 0},
          {"event": "charged", "payment": "P1"},
          {"event": "refunded", "payment": "P1", "order": "R1", "amount_fen": 100},
          {"event": "start", "payment": "P2", "order": "O2", "amount_fen": 530, "script": 4},
          {"event": "charged", "payment": "P2"},
          {"event": "returned", "payment": "P2"}]
TILL = {"sales": 2, "list_fen": 1500, "benefit_fen": 60, "paid_fen": 1440,
        "by_tender": {"cash": {"sales": 1, "amount_fen": 1000}, "qr": {"sales": 1, "amount_fen": 440}},
        "top_ups": {"sales": 0, "amount_fen": 0}, "refunded": {"sales": 1, "list_fen": 100}, "refunded_by_payer": {},
        "refunded_by_tender": {"qr": {"sales": 1, "amount_fen": 100}}}


class Proof(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.lunch = Lunch.__new__(Lunch)  # the proof alone: no display, no programs
        self.lunch.money = MoneySteps(None, None, None)
        self.lunch.drawer = DrawerSteps(None, None)
        self.lunch.money.refunded_fen = {"qr": 100}
        self.lunch.out = pathlib.Path(folder.name)
        self.lunch.till = self.lunch.out / "till"
        self.lunch.till.mkdir()
        (self.lunch.out / "receipts").mkdir()
        for number in range(TILL["sales"] + 2 * VOIDED + TILL["refunded"]["sales"]):
            (self.lunch.out / "receipts" / f"{number}.png").touch()
        self.write_ledger(LEDGER)
        self.till = copy.deepcopy(TILL)
        self.district = copy.deepcopy(TILL)
        keys = ("sales", "list_fen", "benefit_fen", "paid_fen")
        self.summary = {"synced": True, "served": 2, "paid_at_the_counter_fen": 1440,
                        "district": {key: self.district[key] for key in keys}}

    def write_ledger(self, events):
        text = "".join(json.dumps(event) + "\n" for event in events)
        (self.lunch.till / "simulated-gateway.jsonl").write_text(text)

    def found(self):
        return self.lunch.disagreements(self.summary, self.till, self.district)

    def test_agreement_is_silent(self):
        self.assertEqual(self.found(), [])

    def test_a_sale_the_district_lacks(self):
        self.district["sales"] = 1
        self.assertIn("sales: till 2, district 1", self.found())

    def test_a_fen_too_much_at_the_district(self):
        self.district["benefit_fen"] += 1
        self.assertEqual(len(self.found()), 1)

    def test_a_sale_recorded_twice_at_both_ends(self):
        for report in (self.till, self.district):
            report["sales"] = 3
        self.assertTrue(any("served at the counter" in line for line in self.found()))

    def test_another_amount_than_the_cashier_saw(self):
        self.summary["paid_at_the_counter_fen"] -= 10
        self.assertTrue(any("paid at the counter" in line for line in self.found()))

    def test_money_taken_twice_by_the_channel(self):
        self.write_ledger(LEDGER[:-1])  # the second charge was never given back
        self.assertTrue(any("taken by the channel" in line for line in self.found()))

    def test_a_refund_the_channel_made_twice(self):
        self.write_ledger(LEDGER + [dict(LEDGER[2], order="R2")])
        self.assertTrue(any("taken by the channel" in line for line in self.found()))

    def test_a_refund_of_another_amount_than_the_screen_said(self):
        self.lunch.money.refunded_fen = {"cash": 100}
        self.assertTrue(any("given back" in line for line in self.found()))

    def test_a_refund_the_district_lacks(self):
        self.district["refunded_by_tender"] = {}
        self.assertEqual(len(self.found()), 1)

    def test_a_top_up_that_one_of_them_lacks(self):
        self.lunch.drawer.top_ups = 1
        (self.lunch.out / "receipts" / "top-up.png").touch()
        self.assertEqual(len(self.found()), 2)

    def test_a_card_that_paid_for_no_sale(self):
        self.lunch.bookings = [{"id": "P6", "kind": "debit", "state": "booked", "debit": "", "amount_fen": 700}]
        self.assertTrue(any("taken by the channel" in line for line in self.found()))

    def test_a_slip_that_was_not_printed(self):
        next((self.lunch.out / "receipts").iterdir()).unlink()
        self.assertTrue(any("slips" in line for line in self.found()))

    def test_something_still_waiting(self):
        self.summary["synced"] = False
        self.assertEqual(len(self.found()), 1)

    def test_a_torn_last_line_of_the_ledger_is_left_out(self):
        with open(self.lunch.till / "simulated-gateway.jsonl", "a") as ledger:
            ledger.write('{"event":"cha')
        self.assertEqual(self.found(), [])


class Labels(unittest.TestCase):
    def test_amounts_are_read_from_labels(self):
        self.assertEqual(fen_of("¥11.45"), 1145)
        self.assertEqual(fen_of("−0.05"), 5)
        self.assertRaises(Failure, fen_of, "12")


if __name__ == "__main__":
    unittest.main()
