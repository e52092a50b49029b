#!/usr/bin/env python3
"""Ends the till, or the process of its adapter, with SIGKILL at every step of a payment over a real gateway's
protocol, and proves that nothing is charged twice, nothing is lost and no sale is half paid.

The bank is a process of its own (gateway_simulator) and is never ended: its book says what was taken and how
often it was asked for. kill_at.cpp, loaded into the real programs, ends them at step N of a sale: before and
after each flush of the journal, before and after each send, after each answer. The till is started again and
only looks; then the cashier repeats the sale. Each time:

  - the bank was asked once for each number, and the till knows every number the bank knows;
  - what the bank holds is nothing, or the amount of the one sale, or a person is told (review);
  - the sale is in the signed journal once or not at all, and the journal verifies.

Also: a disk that is full before the payment is sent, and fits again later.
Control: a till whose journal write came after the send. The check must find it.

usage: payment_kill.py BIN KILL_AT_SO [--bank alipay|wechat] [--workers N]
MULIN_LONG=1 takes every step, for several kinds of payment; otherwise a choice that holds every phase.
"""
import argparse
import concurrent.futures
import json
import os
import queue
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

CODE = {"alipay": "2812345678901234", "wechat": "1312345678901234"}
# The number of the bank's behaviour (tests/contract/behaviours.h), the last two digits of the payer's code.
APPROVE, WAIT_THEN_APPROVE, LOSE_THE_ANSWER = "00", "02", "07"
OPEN_STATES = ("created", "sending", "pending", "unknown", "reversing")
REVIEW_STATES = ("manual_review", "late_success")
DINER = "D000123"
LONG = os.environ.get("MULIN_LONG") == "1"
PATIENCE_S = 3.0


class Bank:
    """One gateway for one worker; what is new in its book since mark() belongs to the case in hand."""

    def __init__(self, binary, kind):
        self.kind = kind
        self.process = subprocess.Popen([binary, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.settings = json.loads(self.process.stdout.readline())
        self.seen = set()

    def book(self):
        self.process.stdin.write("book\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def mark(self):
        self.seen = {payment["number"] for payment in self.book()}

    def new(self):
        return [payment for payment in self.book() if payment["number"] not in self.seen]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)


class Till:
    def __init__(self, tools, bank, folder):
        self.tools, self.bank, self.folder = tools, bank, folder
        self.data = os.path.join(folder, "till")
        self.armed = os.path.join(folder, "armed")
        self.trace = os.path.join(folder, "trace")
        self.full = os.path.join(folder, "full")

    def set_up(self, adapter_kill=0, isolated=True):
        shutil.copytree(self.tools.template, self.data)
        lines = ["[[code]]", "prefix_from = %s" % CODE[self.bank.kind][:2], "min_length = 18", "max_length = 18",
                 'wallet = "%s"' % self.bank.kind, 'channel = "%s"' % self.bank.kind,
                 "[[channel]]", 'name = "%s"' % self.bank.kind]
        if adapter_kill:
            lines.append('command = ["%s"]' % self.wrapper(adapter_kill))
        else:
            lines.append('adapter = "%s"\nisolated = %s' % (self.bank.kind, "true" if isolated else "false"))
        values = dict(self.bank.settings, give_up_ms="20000" if LONG or self.bank.kind == "wechat" else "5000")
        for key, value in values.items():
            lines.append("%s = %s" % (key, value if value.isdigit() and key.endswith("_ms") else json.dumps(value)))
        with open(os.path.join(self.data, "mulin.toml"), "w", encoding="utf-8") as config:
            config.write("\n".join(lines) + "\n")

    def wrapper(self, kill_at):
        """A program that is the adapter, ended once at step kill_at; the host gives it no variables."""
        path = os.path.join(self.folder, "adapter")
        with open(path, "w", encoding="utf-8") as script:
            script.write("#!/bin/sh\nexport LD_PRELOAD=%s KILL_ARMED=%s KILL_AT=%d KILL_ONCE=%s KILL_TRACE=%s\nexec %s/mulin-adapter %s\n"
                         % (self.tools.preload, self.armed, kill_at, self.folder + "/killed", self.trace, self.tools.bin, self.bank.kind))
        os.chmod(path, 0o755)
        return path

    def play(self, actions, kill_at=0, watch=False, full=False, patience_s=None):
        """Answers to the actions; None for those that got none. The first only shows that the till is up."""
        environment = dict(os.environ)
        if kill_at or watch or full:
            environment.update(LD_PRELOAD=self.tools.preload, KILL_AT=str(kill_at), KILL_ARMED=self.armed,
                               DISK_FULL=self.full)
        if watch:
            environment["KILL_TRACE"] = self.trace
        process = subprocess.Popen([self.tools.bin + "/mulin-pos", "play", "-", "--data", self.data], env=environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
        try:
            ask(process, {"ref": "up", "do": "status"})
            open(self.armed, "w").close()
            answers = []
            for action in actions:
                if callable(action):
                    action()
                else:
                    answers.append(ask(process, action, patience_s))
            return answers
        finally:
            if os.path.exists(self.armed):
                os.unlink(self.armed)
            try:
                process.stdin.close()
            except OSError:
                pass
            process.wait(timeout=60)
            process.stdout.close()
            process.stderr.close()

    def sale(self, end, ref="r1"):
        return {"ref": ref, "do": "sell", "diner": DINER, "meal": "lunch", "service": "dine_in",
                "lines": [{"item": "set-a", "quantity": 1}], "tender": [{"method": "qr", "code": CODE[self.bank.kind] + end}]}

    def books(self):
        """(sales by ref, attempts by id) as they lie on the disk; looked at in a copy."""
        with tempfile.TemporaryDirectory(dir=self.folder) as copy:
            for name in os.listdir(self.data):
                if name.startswith("till.db"):
                    shutil.copy(os.path.join(self.data, name), copy)
            base = sqlite3.connect(os.path.join(copy, "till.db"))
            sales = {}
            for (body,) in base.execute("SELECT body FROM entry ORDER BY id"):
                entry = json.loads(body)
                if entry.get("kind") == "sale":
                    sales.setdefault(entry["data"]["ref"], []).append(entry["data"])
            attempts = {row[0]: row[1:] for row in base.execute("SELECT id, order_ref, state, amount_fen FROM attempt")}
            base.close()
        return sales, attempts

    def waits(self):
        """The bank has never heard of the payment. It is given up only after the minute in which the request
        could still arrive; in the short form nobody waits for that."""
        return not LONG and any(attempt[1] in OPEN_STATES for attempt in self.books()[1].values())

    def verify(self):
        done = subprocess.run([self.tools.bin + "/mulin-pos", "journal", "verify", "--data", self.data], capture_output=True, text=True)
        assert done.returncode == 0, "the journal does not verify: " + done.stderr


def ask(process, action, patience_s=None):
    """None when the till ended, or was ended because it took too long: a cashier who pulls the plug."""
    try:
        process.stdin.write(json.dumps(action) + "\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], patience_s)[0]:
            process.kill()
            return None
        line = process.stdout.readline()
    except (BrokenPipeError, OSError):
        return None
    return json.loads(line) if line.endswith("\n") else None


def check(till, at_rest):
    """What must be true after every restart; at_rest: the cashier has an answer, nothing is under way."""
    sales, attempts = till.books()
    assert all(len(same) == 1 for same in sales.values()), "a sale is in the journal twice"
    payments = till.bank.new()
    for payment in payments:
        assert payment["starts"] <= 1, "the bank was asked twice: %r" % payment
        assert payment["number"] in attempts, "the bank knows a payment that the till does not: %r" % payment
    held = sum(payment["taken_fen"] - payment["returned_fen"] for payment in payments)
    states = [attempt[1] for attempt in attempts.values()]
    sold = sum(sum(part["amount_fen"] for part in sale[0]["payments"]) for sale in sales.values())
    told = any(state in REVIEW_STATES for state in states)
    open_ones = [state for state in states if state in OPEN_STATES]
    if at_rest:
        assert not open_ones, "something is still open: %r" % states
    assert len(open_ones) <= 1, "two unsettled attempts: %r" % states
    assert held == sold or told or (open_ones and not at_rest), "the bank holds %d, the till sold for %d: %r" % (held, sold, states)
    return held, sold


def run_till_case(till, end, kill_at):
    """The till is ended at a step, started to look only, and then the sale is repeated."""
    first = till.play([till.sale(end)], kill_at=kill_at)
    killed = first[0] is None
    till.play([])
    held, sold = check(till, at_rest=False)
    if end == APPROVE and held:
        assert sold == held, "the payment is known to the bank and the sale was not finished at the start"
    if till.waits():
        return killed
    answer = till.play([till.sale(end)])[0]
    assert answer["ok"], answer
    held, sold = check(till, at_rest=True)
    assert held == sold > 0, "the bank holds %d, the till sold for %d" % (held, sold)
    till.verify()
    return killed


def run_adapter_case(till, end):
    """The adapter's process is ended at a step while the till goes on by itself."""
    answer = till.play([till.sale(end)], patience_s=None if LONG else PATIENCE_S)[0]
    if answer is None:
        till.play([])
        check(till, at_rest=False)
        return os.path.exists(till.folder + "/killed")
    if not answer["ok"]:
        assert answer["code"] in ("declined", "not_sent"), answer
        held, sold = check(till, at_rest=True)
        assert held == sold == 0, "refused, and the bank holds %d" % held
        answer = till.play([till.sale(end)])[0]
    assert answer["ok"], answer
    held, sold = check(till, at_rest=True)
    assert held == sold > 0, "the bank holds %d, the till sold for %d" % (held, sold)
    till.verify()
    return os.path.exists(till.folder + "/killed")


def run_full_disk(till):
    """Nothing is sent that cannot be written down first; once there is room, the same till sells for cash."""
    cash = dict(till.sale(APPROVE), tender=[{"method": "cash", "given_fen": 5000}])
    refused, sold = till.play([lambda: open(till.full, "w").close(), till.sale(APPROVE), lambda: os.unlink(till.full), cash],
                              full=True)
    assert refused is not None and not refused["ok"], "sold on a full disk: %r" % refused
    assert "disk" in refused["message"].lower(), "the message names no disk: %r" % refused
    assert not till.bank.new(), "something was sent that could not be written down: %r" % till.bank.new()
    assert sold is not None and sold["ok"], "the disk has room again and the till does not sell: %r" % sold
    check_sold = till.books()[0]
    assert list(check_sold) == ["r1"] and len(check_sold["r1"]) == 1, check_sold
    till.verify()


def steps_of(till, end, of_till=True):
    """The steps of the till, or of its adapter, in one sale that nobody disturbs: (number, kind, moment, file)."""
    answer = till.play([till.sale(end)], watch=of_till)[0]
    assert answer and answer["ok"], answer
    with open(till.trace, encoding="utf-8") as trace:
        return [line.split(maxsplit=3) for line in trace.read().splitlines()]


def phases(steps):
    """What lies between two flushes is one phase: around every send and answer, and after every flush."""
    return [int(step[0]) for step in steps if step[1] != "flush" or step[2] == "after"]


def run_control(till):
    """Ended right after the bank has answered; then the disk as it would be had nothing been written before."""
    shutil.copytree(till.data, till.folder + "/before")
    answered = next(int(step[0]) for step in steps_of(till, APPROVE) if step[1] == "receive")
    till.bank.mark()
    shutil.rmtree(till.data)
    shutil.copytree(till.folder + "/before", till.data)
    assert till.play([till.sale(APPROVE)], kill_at=answered)[0] is None, "the control was not ended"
    assert sum(payment["taken_fen"] for payment in till.bank.new()) > 0, "the control took no money"
    shutil.rmtree(till.data)
    shutil.copytree(till.folder + "/before", till.data)
    try:
        till.play([till.sale(APPROVE)])
        check(till, at_rest=True)
    except AssertionError:
        return
    raise AssertionError("a journal write behind the send was not noticed")


class Tools:
    def __init__(self, binaries, preload, scratch):
        self.bin, self.preload = os.path.abspath(binaries), os.path.abspath(preload)
        self.template = os.path.join(scratch, "template")
        subprocess.run([self.bin + "/mulin-pos", "init", "--data", self.template, "--demo"], check=True, stdout=subprocess.DEVNULL)


def in_a_till(tools, banks, scratch, work, adapter_kill=0, isolated=True):
    bank = banks.get()
    folder = tempfile.mkdtemp(dir=scratch)
    began = time.monotonic()
    try:
        till = Till(tools, bank, folder)
        till.set_up(adapter_kill, isolated)
        bank.mark()
        return work(till), time.monotonic() - began
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        banks.put(bank)


def plan(tools, banks, scratch):
    """(name, work, set_up's further arguments) of every case. An adapter inside the till shows the steps of the
    gateway's own protocol: it is ended when the request has left, and the bank has taken the money unheard."""
    cases = [("full disk", run_full_disk, {}), ("control", run_control, {})]

    def add(what, end, steps, chosen, work, how):
        names = {int(step[0]): " ".join(step[1:3]) + " " + step[3].split(":")[0] for step in steps}
        for number in chosen if not LONG else names:
            cases.append(("%s, code %s, step %d %s" % (what, end, number, names[number]), work(number), how(number)))

    for end in (APPROVE, WAIT_THEN_APPROVE, LOSE_THE_ANSWER) if LONG else (APPROVE,):
        def kill_till(number, end=end):
            return lambda till: run_till_case(till, end, number)

        steps = in_a_till(tools, banks, scratch, lambda till: steps_of(till, end))[0]
        add("till", end, steps, phases(steps), kill_till, lambda number: {})
        steps = in_a_till(tools, banks, scratch, lambda till: steps_of(till, end), isolated=False)[0]
        add("adapter inside the till", end, steps, spread([step for step in steps if step[1] != "flush"]), kill_till,
            lambda number: {"isolated": False})
        steps = in_a_till(tools, banks, scratch, lambda till: steps_of(till, end, of_till=False), adapter_kill=10**6)[0]
        add("adapter", end, steps, spread(steps), lambda number, end=end: lambda till: run_adapter_case(till, end),
            lambda number: {"adapter_kill": number})
    return cases


def spread(steps):
    """First and last of every kind of step."""
    chosen = {}
    for step in steps:
        chosen.setdefault((step[1], step[2], "first"), step)
        chosen[(step[1], step[2], "last")] = step
    return sorted({int(step[0]) for step in chosen.values()})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("preload")
    parser.add_argument("--bank", default="alipay", choices=sorted(CODE))
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="mulin-payment-kill-")
    banks = queue.Queue()
    for _ in range(args.workers):
        banks.put(Bank(os.path.join(args.bin, "gateway_simulator"), args.bank))
    problems, killed, total = [], 0, 0
    try:
        tools = Tools(args.bin, args.preload, scratch)
        cases = plan(tools, banks, scratch)
        with concurrent.futures.ThreadPoolExecutor(args.workers) as pool:
            running = {pool.submit(in_a_till, tools, banks, scratch, work, **how): name for name, work, how in cases}
            for one in concurrent.futures.as_completed(running):
                name = running[one]
                total += 1
                try:
                    bit, seconds = one.result()
                    killed += bit is True
                    if args.list:
                        print("ok   %s (%.1f s)" % (name, seconds), flush=True)
                except AssertionError as problem:
                    problems.append(name)
                    print("FAIL %s: %s" % (name, problem), flush=True)
        assert killed >= (total - 2) * 3 // 4, "only %d of %d kills bit; nothing is proved" % (killed, total - 2)
    finally:
        while not banks.empty():
            banks.get().close()
        shutil.rmtree(scratch, ignore_errors=True)
    print("%d cases, %d kills, %d failed (%s)" % (total, killed, len(problems), args.bank))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
