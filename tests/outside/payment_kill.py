#!/usr/bin/env python3
"""Ends the till, or the process of its adapter, with SIGKILL at the steps of a payment and of a refund over every
channel, and proves that nothing is charged or given back twice, nothing is lost and no sale is half paid.

The bank (kill_banks.py) is a process or a ledger of its own and is never ended: its book says what was taken,
given back, and how often it was asked for. kill_at.cpp, loaded into the real programs, ends them at step N:
before and after each flush of the journal, before and after each send, after each receive; in the till these
are the journal's and the adapter host's, in the adapter's process those of the channel's own protocol. The till
is started again and only looks; then the cashier repeats the sale or the refund. Each time:

  - the bank was asked once for each number, and the till knows every number the bank knows;
  - what the bank holds is nothing, or the amount of the one sale less its one refund, or a person is told;
  - the approved result and its sale lie on the disk together or not at all, sale and refund are in the signed journal
    once or not at all, what was answered is there, and the journal verifies.

Also: a disk that is full before the payment is sent, and fits again later.
Controls: a till whose journal write came after the send, and a refund that is sent again under a new number.
The check must find both.

usage: payment_kill.py BIN KILL_AT_SO [--bank NAME]... [--banks-at-once N] [--workers N] [--behaviours A,B] [--list]
MULIN_LONG=1 takes every step, for several kinds of payment; otherwise a few of each phase.
"""
import argparse
import concurrent.futures
import os
import queue
import shutil
import sys
import tempfile
import time

import kill_banks
from kill_till import Till, Tools

LONG = os.environ.get("MULIN_LONG") == "1"
OPEN_STATES = ("created", "sending", "pending", "unknown", "reversing")
OPEN_TASKS = ("created", "sending", "processing", "unknown")
REVIEW_STATES = ("manual_review", "late_success")
DINER = "D000123"
# How long the cashier waits for the second answer.
PATIENCE_S = 180.0 if LONG else 10.0


def sale(till, behaviour="approve"):
    return till.sale(behaviour, diner=DINER, quantity=2)


def check_once(till):
    """What must be true always, also while the till lies dead: the books and the bank's."""
    books = till.books()
    for what in (books.sales, books.refunds):
        assert all(len(same) == 1 for same in what.values()), "written down twice: %r" % {ref: len(same) for ref, same in what.items()}
    assert books.sales or "approved" not in books.attempts.values(), "the result lies on the disk without its sale"
    payments = till.bank.new()
    for payment in payments:
        assert payment["starts"] <= 1, "the bank was asked twice: %r" % payment
        assert payment["number"] in books.attempts, "the bank knows a payment that the till does not: %r" % payment
    return books, payments


def check(till, at_rest):
    """What must be true after every restart; at_rest: the cashier has an answer, nothing is under way."""
    books, payments = check_once(till)
    held = sum(payment["held_fen"] for payment in payments)
    states = sorted(books.attempts.values()) + sorted("refund " + task[0] for task in books.tasks.values())
    told = any(state.split()[-1] in REVIEW_STATES for state in states)
    paying = [state for state in books.attempts.values() if state in OPEN_STATES]
    returning = [task for task in books.tasks.values() if task[0] in OPEN_TASKS]
    assert len(paying) <= 1, "two unsettled attempts: %r" % states
    assert not at_rest or not paying and not returning, "something is still open: %r" % states
    due = books.sold_fen() - books.back_fen()
    allowed = {due} if at_rest else {due, due - books.on_the_way_fen()}
    assert held in allowed or told or (paying and not at_rest), "the bank holds %d, the till's books say %d: %r" % (held, due, states)
    return held, books


def is_told(books):
    return any(state in REVIEW_STATES for state in books.attempts.values()) or any(
        task[0] in REVIEW_STATES for task in books.tasks.values())


def never_heard(till):
    return not any(payment["held_fen"] for payment in till.bank.new())


def run_till_case(till, behaviour, kill_at):
    """The till is ended at a step, started to look only, and then the sale is repeated."""
    first = till.play([sale(till, behaviour)], kill_at=kill_at)[0]
    books, _ = check_once(till)
    assert first is None or not first["ok"] or books.sales, "a sale was answered and is not in the journal"
    till.play([])
    held, books = check(till, at_rest=False)
    if behaviour == "approve" and held and not till.bank.shows:
        assert books.sold_fen() == held or is_told(books), "the bank has the payment and the sale was not finished at the start"
    finish_sale(till, behaviour, books)
    return first is None


def finish_sale(till, behaviour, books):
    """The cashier repeats the sale until it is sold, or a person must look."""
    lost = never_heard(till) and any(state in OPEN_STATES for state in books.attempts.values())
    if lost and not (LONG and till.bank.gives_up_soon):
        return
    answer = till.play([sale(till, behaviour)], patience_s=PATIENCE_S)[0]
    if answer is None:
        held, books = check(till, at_rest=False)
        assert held == 0 and not books.sales, "no answer for %.0f s, and the bank holds %d" % (PATIENCE_S, held)
        return
    held, books = check(till, at_rest=True)
    if answer["ok"]:
        assert held == books.sold_fen() > 0 or is_told(books), "sold, and the bank holds %d" % held
    else:
        assert till.bank.needs_person and answer["code"] == "payment_unresolved" and is_told(books), answer
    till.verify()


def run_adapter_case(till, behaviour):
    """The adapter's process is ended at a step while the till goes on by itself."""
    answer = till.play([sale(till, behaviour)], patience_s=PATIENCE_S if till.bank.gives_up_soon else min(PATIENCE_S, 20.0))[0]
    if answer is None:
        till.play([])
        check(till, at_rest=False)
    elif answer["ok"]:
        held, books = check(till, at_rest=True)
        assert held == books.sold_fen() > 0, "sold, and the bank holds %d" % held
        till.verify()
    elif answer["code"] in ("declined", "not_sent"):
        held, books = check(till, at_rest=True)
        assert held == 0 or is_told(books), "refused, and the bank holds %d" % held
        finish_sale(till, behaviour, books)
    else:
        assert till.bank.needs_person and answer["code"] == "payment_unresolved" and is_told(check(till, at_rest=True)[1]), answer
    return os.path.exists(till.killed)


def sold_then_back(till):
    """A sale before anything is counted, then its refund."""
    return [sale(till), till.arm, lambda answers: till.refund(answers[0]["sale"])]


def run_till_refund(till, kill_at):
    """The till is ended at a step of the refund, started to look only, and then the refund is repeated."""
    answers = till.play(sold_then_back(till), kill_at=kill_at, armed=False)
    assert answers[0] and answers[0]["ok"], answers
    books, _ = check_once(till)
    assert answers[1] is None or not answers[1]["ok"] or books.refunds, "a refund was answered and is not in the journal"
    till.play([])
    check(till, at_rest=False)
    finish_refund(till, answers[0]["sale"])
    return answers[1] is None


def finish_refund(till, sold):
    answer = till.play([till.refund(sold)], patience_s=PATIENCE_S)[0]
    if answer is None:
        check(till, at_rest=False)
        return
    held, books = check(till, at_rest=True)
    if answer["ok"]:
        assert len(books.refunds) == 1 and books.back_fen() > 0, answer
        assert held == books.sold_fen() - books.back_fen() or is_told(books), "given back, and the bank holds %d" % held
    else:
        assert answer["code"] == "refund_unresolved" and is_told(books), answer
    till.verify()


def run_adapter_refund(till):
    """The adapter's process is ended at a step of the refund while the till goes on by itself."""
    answers = till.play(sold_then_back(till), patience_s=PATIENCE_S, armed=False)
    assert answers[0] and answers[0]["ok"], answers
    check(till, at_rest=False)
    finish_refund(till, answers[0]["sale"])
    return os.path.exists(till.killed)


def run_full_disk(till):
    """Nothing is sent that cannot be written down first; once there is room, the same till sells for cash."""
    cash = dict(sale(till), tender=[{"method": "cash", "given_fen": 9000}])
    refused, sold = till.play([lambda _: open(till.full, "w").close(), sale(till), lambda _: os.unlink(till.full), cash], full=True)
    assert refused is not None and not refused["ok"], "sold on a full disk: %r" % refused
    assert "disk" in refused["message"].lower(), "the message names no disk: %r" % refused
    assert not till.bank.new(), "something was sent that could not be written down: %r" % till.bank.new()
    assert sold is not None and sold["ok"], "the disk has room again and the till does not sell: %r" % sold
    sales = till.books().sales
    assert list(sales) == ["r1"] and len(sales["r1"]) == 1, sales
    till.verify()


def must_notice(what, at_rest_check):
    try:
        at_rest_check()
    except AssertionError:
        return
    raise AssertionError(what + " was not noticed")


def run_control(till):
    """Ended right after the bank has answered; then the disk as it would be had nothing been written before."""
    before = till.folder + "/before"

    def forget():
        shutil.rmtree(till.data)
        shutil.copytree(before, till.data)

    shutil.copytree(till.data, before)
    steps, _ = traced(till)["sale"]
    forget()
    till.bank.mark()
    answered = next(step[0] for step in steps if step[1] == "receive")
    assert till.play([sale(till)], kill_at=answered)[0] is None, "the control was not ended"
    assert not never_heard(till), "the control took no money"
    forget()
    till.play([sale(till)])
    must_notice("a journal write behind the send", lambda: check(till, at_rest=True))


def run_refund_control(till):
    """The books of before the refund, behind a bank that has made it; the refund again, under a new number."""
    sold = till.play([sale(till)])[0]
    shutil.copytree(till.data, till.folder + "/before")
    assert till.play([till.refund(sold["sale"])])[0]["ok"]
    shutil.rmtree(till.data)
    shutil.copytree(till.folder + "/before", till.data)
    assert till.play([till.refund(sold["sale"])])[0]["ok"]
    must_notice("money that went back twice", lambda: check(till, at_rest=True))


def read_trace(path):
    """(number, kind, moment, file) of each step."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as trace:
        lines = [line.split(maxsplit=3) for line in trace.read().splitlines()]
    return [(int(line[0]), line[1], line[2], line[3].split(":")[0] if len(line) > 3 else "") for line in lines]


def renumbered(steps, first):
    return [(number - first, *rest) for number, *rest in steps[first:]]


def traced(till, behaviour="approve"):
    """The steps of a sale, and of its refund, that nobody disturbs: by part, those of the till and of the adapter."""
    lengths = []

    def look(_):
        lengths[:] = [len(read_trace(till.trace)), len(read_trace(till.adapter_trace))]

    actions = [sale(till, behaviour), look]
    if till.bank.refunds:
        actions.append(lambda answers: till.refund(answers[0]["sale"]))
    answers = till.play(actions, watch=True)
    assert all(answer and answer["ok"] for answer in answers), answers
    mine, adapter = read_trace(till.trace), read_trace(till.adapter_trace)
    return {"sale": (mine[:lengths[0]], adapter[:lengths[1]]),
            "refund": (renumbered(mine, lengths[0]), renumbered(adapter, lengths[1]))}


def few(steps, wanted):
    """For each (kind, moment, which), the number of the first or last such step."""
    chosen = set()
    for kind, moment, which in wanted:
        numbers = [step[0] for step in steps if step[1] == kind and step[2] == moment]
        chosen |= {numbers[which]} if numbers else set()
    return sorted(chosen)


# The answer here, and not written; asked, and no answer yet; the last write about to be made.
OF_TILL = (("receive", "after", 0), ("send", "after", 0), ("flush", "before", -1))
OF_TILL_REFUND = (("receive", "after", 0), ("flush", "before", -1))
# The channel's answer is in the adapter, and not told; asked, and nothing said to the channel yet.
OF_ADAPTER = (("send", "before", -1), ("receive", "after", 0))


class Plan:
    """The cases of one bank: (name, work, further arguments of set_up)."""

    def __init__(self, bank, in_a_till, behaviours):
        self.bank, self.in_a_till, self.behaviours = bank, in_a_till, behaviours
        self.cases = []

    def add(self, what, steps, quick, work, how):
        names = {step[0]: " ".join(step[1:]) for step in steps}
        for number in names if LONG else few(steps, quick[:1] if self.bank.costly else quick):
            self.cases.append(("%s, %s, step %d %s" % (self.bank.name, what, number, names[number]), work(number), how(number)))

    def make(self):
        if self.bank.name == "alipay":
            self.cases += [("full disk", run_full_disk, {}), ("control", run_control, {}), ("control of refunds", run_refund_control, {})]
        for behaviour in self.behaviours:
            if behaviour == "approve" or (self.bank.built_in and self.bank.code(behaviour) is not None):
                self.of_one(behaviour)
        return self.cases

    def of_one(self, behaviour):
        watched = {"adapter_kill": 10**6} if self.bank.own_process else {}
        found = self.in_a_till(lambda till: traced(till, behaviour), **watched)[0]
        till_steps, adapter_steps = found["sale"]
        self.add("till, " + behaviour, till_steps, OF_TILL, lambda number: lambda till: run_till_case(till, behaviour, number), lambda _: {})
        self.add("adapter, " + behaviour, adapter_steps, OF_ADAPTER, lambda _: lambda till: run_adapter_case(till, behaviour),
                 lambda number: {"adapter_kill": number})
        if behaviour != "approve":
            return
        till_steps, adapter_steps = found["refund"]
        self.add("till, refund", till_steps, OF_TILL_REFUND, lambda number: lambda till: run_till_refund(till, number), lambda _: {})
        self.add("adapter, refund", adapter_steps, OF_ADAPTER, lambda _: run_adapter_refund, lambda number: {"adapter_kill": number})
        # An adapter inside the till: both end at once, at the steps of the channel's own protocol.
        if self.bank.built_in and (LONG or self.bank.name == "alipay"):
            inside, _ = self.in_a_till(lambda till: traced(till, behaviour), isolated=False)[0]["sale"]
            self.add("adapter inside the till", [step for step in inside if step[1] != "flush"], OF_ADAPTER,
                     lambda number: lambda till: run_till_case(till, behaviour, number), lambda _: {"isolated": False})


class Run:
    """All cases of one bank, several at once, each with a bank and a till of its own."""

    def __init__(self, tools, name, workers, scratch, behaviours):
        self.tools, self.scratch, self.behaviours = tools, scratch, behaviours
        self.banks = queue.Queue()
        for _ in range(workers):
            self.banks.put(kill_banks.open_bank(tools.bin, name))
            if self.banks.queue[0].costly:
                break

    def close(self):
        while not self.banks.empty():
            self.banks.get().close()

    def in_a_till(self, work, adapter_kill=0, isolated=True):
        bank = self.banks.get()
        folder = tempfile.mkdtemp(dir=self.scratch)
        began = time.monotonic()
        try:
            till = Till(self.tools, bank, folder)
            till.set_up(adapter_kill, isolated)
            bank.mark()
            return work(till), time.monotonic() - began
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            self.banks.put(bank)

    def plan(self):
        bank = self.banks.get()
        self.banks.put(bank)
        return Plan(bank, self.in_a_till, self.behaviours).make()


def run_bank(tools, name, scratch, args):
    """(cases, kills, failures)"""
    began, workers = time.monotonic(), args.workers
    run = Run(tools, name, workers, scratch, args.behaviours.split(","))
    total = kills = failed = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            running = {pool.submit(run.in_a_till, work, **how): case for case, work, how in run.plan()}
            for one in concurrent.futures.as_completed(running):
                total += 1
                try:
                    bit, seconds = one.result()
                    kills += bit is True
                    if args.list:
                        print("ok   %s (%.1f s)%s" % (running[one], seconds, "" if bit else ", nothing was ended"), flush=True)
                except AssertionError as problem:
                    failed += 1
                    print("FAIL %s: %s" % (running[one], problem), flush=True)
    finally:
        run.close()
    print("%s: %d cases, %d kills, %d failed (%.0f s)" % (name, total, kills, failed, time.monotonic() - began), flush=True)
    assert kills >= (total - 3) * 3 // 4, "%s: only %d of %d kills bit; nothing is proved" % (name, kills, total)
    return total, kills, failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("preload")
    parser.add_argument("--bank", action="append", choices=kill_banks.ALL)
    parser.add_argument("--banks-at-once", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2, help="tills at once for each bank")
    parser.add_argument("--behaviours", default="approve,wait_then_approve,lose_the_answer" if LONG else "approve")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="mulin-payment-kill-")
    try:
        tools = Tools(args.bin, args.preload, scratch)
        with concurrent.futures.ThreadPoolExecutor(args.banks_at_once) as pool:
            runs = [pool.submit(run_bank, tools, name, scratch, args) for name in args.bank or kill_banks.ALL]
            total, killed, failed = (sum(counts) for counts in zip(*(run.result() for run in runs)))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print("%d cases, %d kills, %d failed" % (total, killed, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
