#!/usr/bin/env python3
"""mulin-verify from the outside: a real till's export holds, a damaged one is named, a second run goes on.

usage: verify_test.py BIN_DIR
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BIN = os.path.abspath(sys.argv.pop(1))


def run(program, *args, stdin=None):
    return subprocess.run([os.path.join(BIN, program), *args], input=stdin, capture_output=True, text=True)


class Verify(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.mkdtemp(prefix="mulin-verify-")
        self.data = os.path.join(self.scratch, "till")
        self.assertEqual(run("mulin-pos", "init", "--data", self.data, "--demo").returncode, 0)
        self.serve("a1", "a2")

    def tearDown(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def serve(self, *refs):
        sales = [{"ref": ref, "do": "sell", "diner": "D000123", "meal": "lunch", "service": "dine_in",
                  "lines": [{"item": "set-a", "quantity": 1}], "tender": [{"method": "cash", "given_fen": 2000}]}
                 for ref in refs]
        done = run("mulin-pos", "play", "-", "--data", self.data, stdin="".join(json.dumps(s) + "\n" for s in sales))
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertTrue(all(a["ok"] for a in answers), done.stdout)
        sale = answers[0]["sale"]
        void = {"ref": "v" + refs[0], "do": "void", "sale": {"epoch": sale["epoch"], "seq": sale["seq"]},
                "reason": "wrong dish", "approver": "M0101"}
        done = run("mulin-pos", "play", "-", "--data", self.data, stdin=json.dumps(void) + "\n")
        self.assertTrue(json.loads(done.stdout)["ok"], done.stdout)

    def export(self):
        done = run("mulin-pos", "journal", "export", "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def key(self, export):
        first = json.loads(export.splitlines()[0])
        return first["till"] + "=" + json.loads(first["body"])["data"]["public_key"]

    def test_a_real_export_holds_and_its_head_is_reached(self):
        export = self.export()
        last = json.loads(export.splitlines()[-1])
        head = "/".join([last["till"], last["epoch"], str(last["seq"]), last["hash"]])
        done = run("mulin-verify", "--key", self.key(export), "--head", head, stdin=export)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        short = "".join(export.splitlines(keepends=True)[:-1])
        done = run("mulin-verify", "--key", self.key(export), "--head", head, "--json", stdin=short)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(json.loads(done.stdout)["damage"], "missing_end")

    def test_one_changed_figure_is_named_with_its_line(self):
        export = self.export()
        lines = export.splitlines(keepends=True)
        sold = next(i for i, line in enumerate(lines) if '\\"kind\\":\\"sale\\"' in line)
        lines[sold] = lines[sold].replace('\\"list_fen\\":1500', '\\"list_fen\\":1400', 1)
        done = run("mulin-verify", "--key", self.key(export), "--json", stdin="".join(lines))
        self.assertEqual(done.returncode, 1, done.stdout)
        found = json.loads(done.stdout)
        self.assertEqual((found["line"], found["damage"]), (sold + 1, "wrong_hash"))

    def test_a_second_run_goes_on_where_the_first_ended(self):
        state = os.path.join(self.scratch, "state")
        export = self.export()
        self.assertEqual(run("mulin-verify", "--key", self.key(export), "--state", state, stdin=export).returncode, 0)
        self.serve("b1")
        whole = self.export()
        done = run("mulin-verify", "--state", state, stdin=whole)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"{len(whole.splitlines())} entries hold", done.stderr)
        done = run("mulin-verify", "--state", state, stdin=whole.splitlines(keepends=True)[1] * 2)
        self.assertEqual(done.returncode, 0, "checked before")

    def test_a_changed_key_is_followed_and_needs_no_other_word(self):
        state = os.path.join(self.scratch, "state")
        key = self.key(self.export())
        self.assertEqual(run("mulin-verify", "--key", key, "--state", state, stdin=self.export()).returncode, 0)
        done = run("mulin-pos", "journal", "change-key", "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.serve("k1")
        self.assertEqual(run("mulin-pos", "journal", "verify", "--data", self.data).returncode, 0)
        for args in (["--key", key], ["--state", state], ["--key", key, "--state", state]):
            done = run("mulin-verify", *args, stdin=self.export())
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        without = [line for line in self.export().splitlines(keepends=True) if '\\"kind\\":\\"key_change\\"' not in line]
        self.assertEqual(run("mulin-verify", "--key", key, stdin="".join(without)).returncode, 1)

    def test_wrong_usage_says_what_to_do(self):
        export = self.export()
        for args in ([], ["--key", "T1"], ["--key", "T1=zz"], ["--key", self.key(export), "--head", "x"], ["--nonsense"]):
            done = run("mulin-verify", *args, stdin=export)
            self.assertEqual(done.returncode, 2, args)
            self.assertTrue(done.stderr.strip(), args)
        self.assertEqual(run("mulin-verify", "--key", self.key(export), "/nowhere").returncode, 3)


if __name__ == "__main__":
    unittest.main()
