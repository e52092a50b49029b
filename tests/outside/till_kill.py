#!/usr/bin/env python3
"""Kills the till at random moments and proves that no sale and no payment is lost or doubled.

Runs `mulin-pos play` on a demo till, ends it with SIGKILL at random, starts it again and sends what was
not answered under the same refs. Then three ledgers must agree: the answers, the till's journal, and the
simulated gateway's own file, which stands for the bank.

usage: till_kill.py MULIN_POS [--kills N] [--seed N]
"""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

CODES = ["00", "01", "02", "03", "07", "09"]


def actions(count, rng):
    made = []
    for i in range(count):
        action = {"ref": f"r{i}", "do": "sell", "meal": "lunch", "service": "dine_in",
                  "diner": None if i % 5 == 0 else f"D{rng.randrange(100, 4900):06d}",
                  "lines": [{"item": "set-a", "quantity": 1}]}
        kind = i % 3
        if kind == 0:
            action["tender"] = [{"method": "cash", "given_fen": 2000}]
        elif kind == 1:
            action["tender"] = [{"method": "qr", "code": "13" + "%014d" % i + CODES[i % len(CODES)]}]
        else:
            action["tender"] = [{"method": "senior_card", "card": "9310"}]
        made.append(action)
    return made


class Till:
    """One run of the till, which a timer ends without warning."""

    def __init__(self, binary, data):
        self.process = subprocess.Popen([binary, "play", "-", "--data", data], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)

    def send(self, action):
        try:
            self.process.stdin.write(json.dumps(action) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except (BrokenPipeError, OSError):
            return None
        return json.loads(line) if line.endswith("\n") else None

    def kill_after(self, seconds):
        threading.Timer(seconds, lambda: self.process.send_signal(signal.SIGKILL)).start()

    def close(self):
        try:
            self.process.stdin.close()
        except OSError:
            pass
        return self.process.wait()


def play_with_kills(binary, data, todo, kills, rng):
    answers, done, killed = {}, 0, 0
    while done < len(todo):
        till = Till(binary, data)
        if killed < kills:
            till.kill_after(rng.uniform(0.02, 0.9))
        while done < len(todo):
            answer = till.send(todo[done])
            if answer is None:
                killed += 1
                break
            answers[answer["ref"]] = answer
            done += 1
        till.close()
    return answers, killed


def journal_sales(binary, data):
    out = subprocess.run([binary, "journal", "export", "--data", data], check=True, capture_output=True, text=True)
    sales = {}
    for line in out.stdout.splitlines():
        entry = json.loads(line)
        body = json.loads(entry["body"])
        if body.get("kind") == "sale":
            ref = body["data"]["ref"]
            assert ref not in sales, f"{ref} was sold twice"
            sales[ref] = entry
    return sales


def gateway_totals(path):
    """Per order: what the bank took minus what it gave back."""
    orders, net = {}, {}
    for line in open(path):
        event = json.loads(line)
        if event["event"] == "start":
            orders[event["payment"]] = (event["order"], event["amount_fen"])
        elif event["event"] == "charged":
            order, amount = orders[event["payment"]]
            net[order] = net.get(order, 0) + amount
        elif event["event"] == "returned":
            order, amount = orders[event["payment"]]
            net[order] = net.get(order, 0) - amount
    return net


def check(binary, data, answers):
    sold = journal_sales(binary, data)
    net = gateway_totals(os.path.join(data, "simulated-gateway.jsonl"))
    for ref, answer in answers.items():
        if answer["ok"]:
            assert ref in sold, f"{ref} was answered as sold but is not in the journal"
            expected = sum(p["amount_fen"] for p in answer["payments"] if p["method"] != "cash")
        else:
            assert ref not in sold, f"{ref} was refused but is in the journal: {answer}"
            expected = 0
        assert net.get(ref, 0) == expected, f"{ref}: the bank took {net.get(ref, 0)}, the till says {expected}: {answer}"
    assert set(sold) <= set(answers), "the journal holds a sale nobody was told of"
    verify = subprocess.run([binary, "journal", "verify", "--data", data], capture_output=True, text=True)
    assert verify.returncode == 0, verify.stderr
    return len(sold)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=20260310)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    scratch = tempfile.mkdtemp(prefix="mulin-kill-")
    try:
        data = os.path.join(scratch, "till")
        subprocess.run([args.binary, "init", "--data", data, "--demo"], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(data, "mulin.toml"), "w") as config:
            config.write("[simulated]\nlatency_ms = 5\ngive_up_ms = 1500\n")
        todo = actions(args.kills * 4, rng)
        answers, killed = play_with_kills(args.binary, data, todo, args.kills, rng)
        assert killed >= args.kills // 2, f"only {killed} kills bit; the test proves nothing"
        sales = check(args.binary, data, answers)
        # The check itself must be able to fail.
        victim = next(ref for ref, answer in answers.items() if answer["ok"])
        broken = dict(answers, **{victim: {"ok": False, "ref": victim}})
        try:
            check(args.binary, data, broken)
        except AssertionError:
            pass
        else:
            sys.exit("the check did not notice a sale that was answered as refused")
        print(f"{killed} kills, {len(answers)} orders, {sales} sales: journal, answers and bank agree (seed {args.seed})")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
