#!/usr/bin/env python3
"""The proof of the killed lunch can fail: each kind of doctored book is reported, and true books are not."""

import copy
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import books

LEDGER = [{"event": "start", "payment": "P1", "order": "R1", "amount_fen": 440, "script": 0},
          {"event": "charged", "payment": "P1"},
          {"event": "start", "payment": "P2", "order": "R2", "amount_fen": 530, "script": 1},
          {"event": "refused", "payment": "P2"},
          {"event": "start", "payment": "P3", "order": "R3", "amount_fen": 620, "script": 8},
          {"event": "charged", "payment": "P3"},
          {"event": "returned", "payment": "P3"},
          {"event": "start", "payment": "P4", "order": "R4", "amount_fen": 900, "script": 2}]


def sale(seq, ref, diner, parts):
    paid = sum(amount for _, _, amount in parts)
    return {"key": ("T1", "E1", seq), "kind": "sale",
            "data": {"ref": ref, "diner": diner, "paid_fen": paid, "cash_rounding_fen": 0,
                     "payments": [{"attempt": attempt, "channel": channel, "amount_fen": amount}
                                  for attempt, channel, amount in parts]}}


def void(seq, target_seq):
    return {"key": ("T1", "E1", seq), "kind": "void",
            "data": {"target": {"till": "T1", "epoch": "E1", "seq": target_seq}}}


# R1 by channel; R2 declined, then cash; R3 given back; R4 still waits at the channel; R5 cash alone.
ENTRIES = [{"key": ("T1", "E1", 1), "kind": "epoch_open", "data": {}},
           sale(2, "R1", "D1", [("P1", "simulated", 440)]),
           sale(3, "R2", "D2", [("C1", "cash", 530)]),
           sale(4, "R5", "D3", [("C2", "cash", 1000)])]
# P6 pays S1 from a card; P7 was never taken; P8 was given back with the void of S2; U1 is a top-up.
BOOKINGS = [{"id": "O1", "kind": "opening", "state": "booked", "debit": "", "amount_fen": 10000},
            {"id": "P6", "kind": "debit", "state": "booked", "debit": "", "amount_fen": 700},
            {"id": "P7", "kind": "debit", "state": "refused", "debit": "", "amount_fen": 900},
            {"id": "P8", "kind": "debit", "state": "returned", "debit": "", "amount_fen": 300},
            {"id": "U1", "kind": "top_up", "state": "booked", "debit": "", "amount_fen": 5000}]
SLIPS = ["T1-E1-2.png", "T1-E1-2.escpos", "T1-E1-3.png", "T1-E1-4.png", "T1-E1-4-reprint-1.png"]
REPORT = {"sales": 3, "list_fen": 2500, "benefit_fen": 530, "paid_fen": 1970}
ROUNDS = [{"diner": "D1", "shown_fen": 440}, {"diner": "D2", "shown_fen": 530}, {"diner": "D3", "shown_fen": None},
          {"diner": "D4", "shown_fen": None}]


class Books(unittest.TestCase):
    def setUp(self):
        self.ledger, self.entries = copy.deepcopy(LEDGER), copy.deepcopy(ENTRIES)
        self.till, self.district = dict(REPORT), dict(REPORT)
        self.slips, self.rounds = list(SLIPS), copy.deepcopy(ROUNDS)

    def found(self):
        return (books.money(self.ledger, self.entries) + books.payments_used_once(self.entries) +
                books.slips(self.slips, self.entries) + books.reports(self.till, self.district, self.entries) +
                books.counter(self.rounds, self.entries))

    def test_true_books_are_silent(self):
        self.assertEqual(self.found(), [])

    def test_a_sale_whose_charge_is_missing(self):
        del self.ledger[1]
        self.assertEqual(self.found(), ["order R1: the channel holds 0, the journal says 440"])

    def test_a_sale_the_channel_never_heard_of(self):
        del self.ledger[:2]
        self.assertEqual(self.found(), ["order R1: the channel holds 0, the journal says 440"])

    def test_a_charge_without_a_sale(self):
        self.ledger.append({"event": "charged", "payment": "P4"})
        self.assertEqual(self.found(), ["order R4: the channel holds 900, the journal says 0"])

    def test_a_charge_that_was_not_given_back(self):
        del self.ledger[6]
        self.assertEqual(self.found(), ["order R3: the channel holds 620, the journal says 0"])

    def test_an_order_charged_twice(self):
        self.ledger += [{"event": "start", "payment": "P5", "order": "R1", "amount_fen": 440, "script": 0},
                        {"event": "charged", "payment": "P5"}]
        self.assertEqual(self.found(), ["order R1: the channel holds 880, the journal says 440"])

    def test_money_given_back_twice(self):
        self.ledger.append({"event": "returned", "payment": "P3"})
        self.assertEqual(self.found(), ["order R3: the channel holds -620, the journal says 0"])

    def test_a_sale_that_also_took_cash_for_what_was_charged(self):
        self.ledger[3]["event"] = "charged"
        self.assertEqual(self.found(), ["order R2: the channel holds 530, the journal says 0"])

    def test_a_doubled_sale(self):
        doubled = copy.deepcopy(self.entries[1])
        doubled["key"] = ("T1", "E1", 5)
        self.entries.append(doubled)
        self.assertIn("order R1: sold 2 times", self.found())
        self.assertIn("payment P1 pays for 2 sales", self.found())

    def test_a_doubled_cash_sale_under_another_ref(self):
        self.entries.append(sale(5, "R6", "D3", [("C3", "cash", 1000)]))
        self.till.update(sales=4, paid_fen=2970)
        self.district.update(sales=4, paid_fen=2970)
        self.assertEqual(self.found(), ["D3: 2 sales in the journal, 1 begun"])

    def test_a_sale_that_was_shown_and_is_lost(self):
        del self.entries[2]
        self.assertIn("D2: 530 was shown as paid and is not in the journal", self.found())

    def test_another_amount_than_was_shown(self):
        self.rounds[0]["shown_fen"] = 450
        self.assertEqual(self.found(), ["D1: 450 was shown as paid and is not in the journal"])

    def test_a_slip_before_its_sale_is_written(self):
        self.slips.append("T1-E1-5.escpos")
        self.assertIn("slip T1-E1-5: the journal holds no such sale or void", self.found())

    def test_a_slip_of_something_that_is_no_sale(self):
        self.slips.append("T1-E1-1.png")
        self.assertIn("slip T1-E1-1: the journal holds no such sale or void", self.found())

    def test_a_slip_torn_by_the_kill_is_no_slip_yet(self):
        self.slips.append("T1-E1-9.png.part")
        self.assertEqual(self.found(), [])

    def test_a_void_sends_the_money_back(self):
        self.entries.append(void(5, 2))
        for report in (self.till, self.district):
            report.update(sales=2, paid_fen=1530)
        self.assertEqual(self.found(), ["order R1: the channel holds 440, the journal says 0"])
        self.ledger.append({"event": "returned", "payment": "P1"})
        self.assertEqual(self.found(), [])

    def test_the_district_counts_another_amount(self):
        for key in books.TOTALS:
            self.district = dict(REPORT, **{key: REPORT[key] + 1})
            self.assertEqual(self.found(), [f"{key}: till {REPORT[key]}, district {REPORT[key] + 1}"])

    def test_both_reports_count_what_the_journal_lacks(self):
        self.till["sales"] = self.district["sales"] = 4
        self.assertEqual(self.found(), ["sales: journal 3, till 4"])

    def on_cards(self, bookings, more=()):
        entries = [sale(2, "S1", "D1", [("P6", "senior_card", 700)]), sale(3, "S2", "D2", [("P8", "senior_card", 300)]), void(4, 3),
                   {"key": ("T1", "E1", 5), "kind": "top_up", "data": {"ref": "U1", "amount_fen": 5000, "training": False}}, *more]
        return books.accounts(bookings, entries)

    def test_true_accounts_are_silent(self):
        self.assertEqual(self.on_cards(BOOKINGS), [])

    def test_a_card_charged_without_a_sale(self):
        self.assertEqual(self.on_cards(BOOKINGS + [dict(BOOKINGS[1], id="P9")]),
                         ["payment P9: the accounts hold 700, the journal says 0"])

    def test_a_sale_by_card_the_accounts_never_heard_of(self):
        self.assertEqual(self.on_cards(BOOKINGS[2:]), ["payment P6: the accounts hold 0, the journal says 700"])

    def test_a_refund_is_found_at_both_ends_or_told(self):
        back = {"key": ("T1", "E1", 6), "kind": "refund",
                "data": {"payments": [{"channel": "senior_card", "attempt": "P6", "amount_fen": 200}]}}
        self.assertEqual(self.on_cards(BOOKINGS, [back]), ["payment P6: the accounts hold 700, the journal says 500"])
        booked = {"id": "B1", "kind": "refund", "state": "booked", "debit": "P6", "amount_fen": 200}
        self.assertEqual(self.on_cards(BOOKINGS + [booked], [back]), [])

    def test_a_top_up_that_is_lost_or_doubled(self):
        self.assertEqual(self.on_cards(BOOKINGS[:-1]), ["top-up U1: the accounts hold 0, the journal says 5000"])
        self.assertEqual(self.on_cards(BOOKINGS + [dict(BOOKINGS[4], id="U2")]),
                         ["top-up U2: the accounts hold 5000, the journal says 0"])

    def test_an_exported_journal_is_read(self):
        line = {"till": "T1", "epoch": "E1", "seq": 2, "body": json.dumps({"kind": "sale", "data": {"ref": "R1"}})}
        self.assertEqual(books.entries_of(json.dumps(line) + "\n"),
                         [{"key": ("T1", "E1", 2), "kind": "sale", "data": {"ref": "R1"}}])


if __name__ == "__main__":
    unittest.main()
