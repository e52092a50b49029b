#!/usr/bin/env python3
"""Ends a till with SIGKILL at every step between a sale and its slip, and between a refund and its slip, and
starts it again. Each time: no slip is there that the journal on the disk does not know; after the restart
every sale and refund has exactly one slip, or, ended between the printer and the note about it, one more
that is marked as a copy; never two originals. The sentence on the slip survives. And the newest slip, a
refund's, can be printed again after a restart.
Control: the books of the moment before the sale, under the slips of the moment after: a slip nobody knows.

usage: slip_kill.py BIN KILL_AT_SO          MULIN_LONG=1 takes every step, otherwise every second one.
"""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile


def entries(data, folder):
    """(epoch and number, kind) of what the journal on the disk holds; looked at in a copy."""
    with tempfile.TemporaryDirectory(dir=folder) as copy:
        for name in os.listdir(data):
            if name.startswith("till.db"):
                shutil.copy(os.path.join(data, name), copy)
        base = sqlite3.connect(os.path.join(copy, "till.db"))
        found = {}
        for epoch, seq, body in base.execute("SELECT e.id, n.seq, n.body FROM entry n JOIN epoch e ON e.n = n.epoch"):
            kind = json.loads(body).get("kind")
            if kind in ("sale", "refund"):
                found["%s-%d" % (epoch, seq)] = kind
        notes = [text for (text,) in base.execute("SELECT text FROM slip_note")]
        base.close()
    return found, notes


def slips(data):
    """By entry: how many originals and how many marked ones the printer has whole."""
    printed = {}
    folder = os.path.join(data, "receipts")
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if not name.endswith(".escpos"):
            continue
        words = name[:-len(".escpos")].split("-")
        marked = next((at for at, word in enumerate(words) if word in ("late", "reprint")), len(words))
        entry = "-".join(words[marked - 2:marked])
        originals, copies = printed.get(entry, (0, 0))
        printed[entry] = (originals + (marked == len(words)), copies + (marked != len(words)))
    return printed


class Probe:
    def __init__(self, binaries, preload, scratch):
        self.bin, self.preload, self.scratch = os.path.abspath(binaries), os.path.abspath(preload), scratch
        self.template = os.path.join(scratch, "template")
        subprocess.run([self.bin + "/mulin-pos", "init", "--data", self.template, "--demo"], check=True, stdout=subprocess.DEVNULL)
        with open(self.template + "/mulin.toml", "w", encoding="utf-8") as config:
            config.write('[devices]\nvoice = "none"\n')
        self.armed = os.path.join(scratch, "armed")
        open(self.armed, "w").close()

    def run(self, data, *words, kill_at=0, trace=None):
        environment = dict(os.environ)
        if kill_at or trace:
            environment.update(LD_PRELOAD=self.preload, KILL_AT=str(kill_at), KILL_ARMED=self.armed)
        if trace:
            environment["KILL_TRACE"] = trace
        return subprocess.run([self.bin + "/slip_probe", data, *words], env=environment, capture_output=True, text=True, timeout=120)


def check_known(data, scratch):
    known, _ = entries(data, scratch)
    unknown = set(slips(data)) - set(known)
    assert not unknown, "slips of what the journal does not hold: %r" % unknown


def check_printed(data, scratch, between):
    """`between`: ended where nobody can know whether the printer has the slip."""
    known, notes = entries(data, scratch)
    printed = slips(data)
    for entry, kind in known.items():
        originals, copies = printed.get(entry, (0, 0))
        assert originals <= 1, "%s %s has %d originals" % (kind, entry, originals)
        assert originals + copies == 1 or (between and (originals, copies) == (1, 1)), "%s %s: %d and %d marked" % (
            kind, entry, originals, copies)
    assert not known or notes, "the sentence of the slip is gone"


def main():
    long = os.environ.get("MULIN_LONG") == "1"
    with tempfile.TemporaryDirectory(prefix="mulin-slips-") as scratch:
        probe = Probe(sys.argv[1], sys.argv[2], scratch)

        def fresh(name):
            data = os.path.join(scratch, name)
            shutil.copytree(probe.template, data)
            return data

        data, trace = fresh("whole"), os.path.join(scratch, "trace")
        done = probe.run(data, "sell", trace=trace)
        assert done.returncode == 0, done.stderr
        check_printed(data, scratch, between=False)
        with open(trace, encoding="utf-8") as lines:
            steps = [line.split(maxsplit=3) for line in lines.read().splitlines()]
        assert probe.run(data, "reprint").returncode == 0
        known, _ = entries(data, scratch)
        refund = next(entry for entry, kind in known.items() if kind == "refund")
        assert slips(data)[refund] == (1, 1), "the refund's slip was not printed again: %r" % slips(data)

        # The same slips over the books of before: the check must see it.
        before = fresh("before")
        shutil.copytree(os.path.join(data, "receipts"), os.path.join(before, "receipts"))
        try:
            check_known(before, scratch)
        except AssertionError:
            pass
        else:
            sys.exit("slips that were printed before anything was durable were not noticed")

        kills = 0
        for step in steps if long else steps[1::2]:
            number, data = int(step[0]), fresh("at%s" % step[0])
            kills += probe.run(data, "sell", kill_at=number).returncode < 0
            check_known(data, scratch)
            done = probe.run(data)
            assert done.returncode == 0, "slips still wait: " + done.stderr
            check_known(data, scratch)
            check_printed(data, scratch, between=True)
            shutil.rmtree(data)
        assert kills >= len(steps) // 3, "only %d kills bit" % kills
    print("%d kills between %d steps: every slip once, none before its entry" % (kills, len(steps)))


if __name__ == "__main__":
    main()
