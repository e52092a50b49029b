#!/usr/bin/env python3
"""The till's command line from the outside: init, play, journal, report, exit codes and messages.

usage: till_contract.py MULIN_POS
"""
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv.pop(1))


def run(*args, stdin=None):
    return subprocess.run([BINARY, *args], input=stdin, capture_output=True, text=True)


class TillContract(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.mkdtemp(prefix="mulin-till-")
        self.data = os.path.join(self.scratch, "till")
        made = run("init", "--data", self.data, "--demo")
        self.assertEqual(made.returncode, 0, made.stderr)

    def tearDown(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def play(self, *actions):
        text = "".join((a if isinstance(a, str) else json.dumps(a)) + "\n" for a in actions)
        done = run("play", "-", "--data", self.data, stdin=text)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    @staticmethod
    def sell(ref, **changes):
        action = {"ref": ref, "do": "sell", "diner": "D000123", "meal": "lunch", "service": "dine_in",
                  "lines": [{"item": "set-a", "quantity": 1}], "tender": [{"method": "cash", "given_fen": 2000}]}
        action.update(changes)
        return action

    def report(self):
        status = self.play({"ref": "s", "do": "status"})[0]["status"]
        done = run("report", "day", "--date", status["date"], "--data", self.data, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_a_sale_adds_up_and_gives_change(self):
        answer = self.play(self.sell("a1"))[0]
        self.assertTrue(answer["ok"], answer)
        sale = answer["sale"]
        self.assertEqual(sale["list_fen"], 1500)
        self.assertEqual(sale["list_fen"], sale["benefit_fen"] + sale["paid_fen"])
        self.assertEqual(sale["change_fen"], 2000 - sale["paid_fen"])
        self.assertEqual(answer["payments"][0]["outcome"], "approved")

    def test_the_same_ref_is_one_sale_also_in_another_process(self):
        first = self.play(self.sell("a1"))[0]
        again = self.play(self.sell("a1"), self.sell("a1"))
        self.assertEqual([first, first], again)
        self.assertEqual(self.report()["sales"], 1)

    def test_a_guest_pays_the_list_price(self):
        sale = self.play(self.sell("g1", diner=None))[0]["sale"]
        self.assertEqual(sale["benefit_fen"], 0)
        self.assertEqual(sale["paid_fen"], sale["list_fen"])
        self.assertEqual(self.report()["by_category"], {"guest": self.report()["by_meal"]["lunch"]})

    def test_a_second_meal_is_recorded_as_such(self):
        first, second = self.play(self.sell("m1"), self.sell("m2"))
        self.assertEqual(first["sale"]["category"], "first")
        self.assertEqual(second["sale"]["category"], "second")

    def test_refusals_have_codes_and_change_nothing(self):
        cases = [("unknown_diner", self.sell("x1", diner="D999999")),
                 ("unknown_item", self.sell("x2", lines=[{"item": "caviar", "quantity": 1}])),
                 ("underpaid", self.sell("x3", tender=[{"method": "cash", "given_fen": 1}])),
                 ("bad_request", self.sell("x4", meal="supper")),
                 ("bad_request", self.sell("x5", lines=[])),
                 ("bad_request", "not json"),
                 ("bad_request", {"ref": "x6", "do": "dance"}),
                 ("unknown_code", self.sell("x7", tender=[{"method": "qr", "code": "99"}])),
                 ("declined", self.sell("x8", tender=[{"method": "qr", "code": "130000000000000001"}]))]
        answers = self.play(*[action for _, action in cases])
        for (code, _), answer in zip(cases, answers):
            self.assertFalse(answer["ok"], answer)
            self.assertEqual(answer["code"], code, answer)
            self.assertTrue(answer["message"])
        self.assertEqual(self.report()["sales"], 0)

    def test_a_split_tender_settles_the_whole(self):
        paid = self.play(self.sell("p0", diner=None))[0]["sale"]["paid_fen"]
        answer = self.play(self.sell("p1", diner=None, tender=[
            {"method": "cash", "amount_fen": 500, "given_fen": 1000},
            {"method": "qr", "code": "130000000000000000", "amount_fen": paid - 500}]))[0]
        self.assertTrue(answer["ok"], answer)
        self.assertEqual(sum(p["amount_fen"] for p in answer["payments"]), paid)
        self.assertEqual(answer["sale"]["change_fen"], 500)

    def test_a_lost_answer_is_found_by_asking(self):
        answer = self.play(self.sell("q1", tender=[{"method": "qr", "code": "130000000000000003"}]))[0]
        self.assertTrue(answer["ok"], answer)
        self.assertEqual(answer["payments"][0]["outcome"], "approved")

    def test_a_void_is_a_record_of_its_own_and_needs_a_manager(self):
        sale = self.play(self.sell("v1"))[0]["sale"]
        void = {"ref": "v2", "do": "void", "sale": {"epoch": sale["epoch"], "seq": sale["seq"]},
                "reason": "wrong_item", "approver": "M0101"}
        refused, done, again = self.play(dict(void, ref="v0", approver="C0101"), void, void)
        self.assertEqual(refused["code"], "unknown_approver")
        self.assertTrue(done["ok"], done)
        self.assertEqual(done, again)
        day = self.report()
        self.assertEqual((day["sales"], day["voided"]["sales"]), (0, 1))
        self.assertTrue(self.play(self.sell("v3"))[0]["sale"]["category"] == "first")

    def test_a_shift_closes_with_what_is_in_the_drawer(self):
        paid = self.play(self.sell("c1"))[0]["sale"]["paid_fen"]
        closed = self.play({"ref": "c2", "do": "close_shift", "counted_fen": 20000 + paid})[0]
        self.assertTrue(closed["ok"], closed)
        self.assertEqual(closed["shift"]["difference_fen"], 0)
        self.assertEqual(self.play(self.sell("c3"))[0]["code"], "no_shift")
        self.assertTrue(self.play({"ref": "c4", "do": "open_shift", "float_fen": 0})[0]["ok"])
        self.assertTrue(self.play(self.sell("c5"))[0]["ok"])

    def test_the_journal_exports_and_verifies(self):
        self.play(self.sell("j1"), self.sell("j2", diner=None))
        lines = run("journal", "export", "--data", self.data).stdout.splitlines()
        for line in lines:
            self.assertLessEqual({"till", "epoch", "seq", "prev", "hash", "sig", "body"}, set(json.loads(line)))
        self.assertEqual(run("journal", "verify", "--data", self.data).returncode, 0)

    def test_a_changed_entry_is_found(self):
        self.play(self.sell("j1"), self.sell("j2"))
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, "till.db"))) as database:
            # Somebody with the file in hand is not held up by the triggers either.
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                database.execute(f'DROP TRIGGER "{name}"')
            database.execute("""UPDATE entry SET body = replace(body, '"paid_fen":', '"paid_fen":1')
                                WHERE seq = (SELECT max(seq) FROM entry)""")
            database.commit()
        verify = run("journal", "verify", "--data", self.data)
        self.assertEqual(verify.returncode, 1, verify.stdout)
        self.assertTrue(verify.stderr.strip())

    def test_a_full_disk_sells_nothing_and_recovers(self):
        small = os.path.join(self.scratch, "small")
        os.mkdir(small)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", small], capture_output=True).returncode:
            self.skipTest("no right to mount a small disk here")
        self.addCleanup(subprocess.run, ["umount", "-l", small], capture_output=True)
        self.data = shutil.copytree(self.data, os.path.join(small, "till"))
        self.assertTrue(self.play(self.sell("d1"))[0]["ok"])
        ballast = os.path.join(small, "ballast")
        with open(ballast, "wb") as file:
            try:
                while True:
                    file.write(b"x" * 65536)
                    file.flush()
            except OSError:
                pass
        text = json.dumps(self.sell("d2", diner="D000124")) + "\n"
        full = run("play", "-", "--data", self.data, stdin=text)
        if full.returncode == 0:
            answer = json.loads(full.stdout)
            self.assertFalse(answer["ok"], answer)
            self.assertEqual(answer["code"], "disk_full", answer)
        else:
            self.assertEqual((full.returncode, full.stdout), (3, ""), full.stderr)
        os.remove(ballast)
        self.assertTrue(self.play(self.sell("d2", diner="D000124"))[0]["ok"])
        self.assertEqual(self.report()["sales"], 2)
        self.assertEqual(run("journal", "verify", "--data", self.data).returncode, 0)

    def test_a_foreign_file_is_refused_and_left_alone(self):
        other = os.path.join(self.scratch, "other")
        os.mkdir(other)
        path = os.path.join(other, "till.db")
        with open(path, "wb") as file:
            file.write(b"this is not a till " * 500)
        with open(path, "rb") as file:
            before = file.read()
        done = run("play", "-", "--data", other, stdin="")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_wrong_usage_is_2_and_says_what_to_do(self):
        for args in (["report", "day", "--date", "tomorrow", "--data", self.data], ["play"], ["frobnicate"], []):
            done = run(*args)
            self.assertEqual(done.returncode, 2, (args, done.stderr))
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_a_clock_in_1970_sells_on_and_is_marked(self):
        self.play(self.sell("t1"))
        text = json.dumps(self.sell("t2", diner=None)) + "\n"
        done = subprocess.run(["faketime", "1970-01-02 12:00:00", BINARY, "play", "-", "--data", self.data],
                              input=text, capture_output=True, text=True,
                              env=dict(os.environ, FAKETIME_DONT_FAKE_MONOTONIC="1"))
        if "ASan runtime does not come first" in done.stderr:
            self.skipTest("a faked clock and the address sanitizer cannot both be loaded first")
        answer = json.loads(done.stdout)
        self.assertTrue(answer["ok"], answer)
        self.assertEqual(run("journal", "verify", "--data", self.data).returncode, 0)


if __name__ == "__main__":
    unittest.main()
