#!/usr/bin/env python3
"""Ends the till's real window with SIGKILL at chosen steps of a payment by code, and proves that nothing is charged
twice or lost, no sale is half paid, and no slip is printed before its sale is durable.

    kill_pay.py --bin BUILD/bin --kill-at KILL_AT_SO [--kills 5] [--window 1366x768] DIR

The channel is a real gateway's, over its adapter in a process of its own; the simulator behind it is never ended
(tests/outside/kill_banks.py). One sale shows the steps; then in every round a sale is begun by real pointer and key
events, and kill_at.cpp ends the program at one of them. At every death the data directory is judged in a copy, as it
lay. The till is opened again, settles what was open, and the next round begins. MULIN_LONG=1 takes every step.
Leaves in DIR: at-kill/ROUND, screens/failure.png, and log/ and data/ to look into.
Exit: 0 everything agrees, 1 a step failed or the books differ, 3 the machine lacks something.
"""

import argparse
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "outside"))

import books
from counter import Counter
from district import run
from kill_banks import Gateway
from kill_lunch import money_under_way, slip_names
from lunch import clock_at_lunch
from screen import Display, Failure, Window

LONG = os.environ.get("MULIN_LONG") == "1"
# A payment that its bank never heard of is given up after the minute in which the request could still arrive.
SETTLE_S = 240.0
UPSET = (Failure, KeyError, subprocess.SubprocessError)


class KillPay:
    def __init__(self, bin_dir, preload, out, size):
        self.pos, self.out, self.size = bin_dir / "mulin-pos", out, size
        self.till = out / "data" / "till"
        for name in ("screens", "log", "data", "at-kill"):
            shutil.rmtree(out / name, ignore_errors=True)
            (out / name).mkdir(parents=True)
        self.log = open(out / "log" / "commands.log", "w")
        self.bank = Gateway(str(bin_dir), "alipay", "alipay")
        self.armed, self.trace = out / "data" / "armed", out / "data" / "trace"
        clock = clock_at_lunch()
        libraries = [library for library in (clock.get("LD_PRELOAD"), str(preload)) if library]
        self.clock = dict(clock, LD_PRELOAD=":".join(libraries), KILL_ARMED=str(self.armed), KILL_TRACE=str(self.trace), KILL_AT="0")
        self.plain_clock = clock
        self.display = self.window = self.counter = None
        self.problems = []
        self.sales_begun = 0

    # Opening and closing

    def open(self):
        run([self.pos, "init", "--demo", "--data", self.till], self.plain_clock, self.log)
        lines = ['[devices]', 'voice = "none"']
        lines += self.bank.config(None, True)
        (self.till / "mulin.toml").write_text("\n".join(lines) + "\n")
        self.display = Display(self.size, open(self.out / "log" / "xvfb.log", "w"))
        hit_map = self.out / "data" / "hit-map.json"
        self.window = Window(self.display, self.clock,
                             [str(self.pos), "--data", str(self.till), "--window", self.size, "--lang", "zh-CN", "--hit-map", str(hit_map)],
                             hit_map, self.out / "screens", open(self.out / "log" / "till.log", "w"), self.size)
        self.counter = Counter(self.window, lambda: sum(payment["starts"] for payment in self.bank.book()))
        self.counter.sign_in()

    def close(self):
        for part in (self.window, self.display):
            try:
                if part is not None:
                    part.stop()
            except Failure as failure:
                print(f"kill_pay: {failure}", file=sys.stderr)
        self.bank.close()

    # One sale

    def sell(self):
        c = self.counter
        self.sales_begun += 1
        c.guest()
        c.add("set-a", "set-b", "set-soft")
        code = self.bank.code("approve")
        self.armed.touch()
        try:
            c.done(c.qr("guest", code), 60)
        finally:
            self.armed.unlink()

    def steps(self):
        self.trace.unlink(missing_ok=True)
        self.sell()
        self.counter.next()
        time.sleep(0.5)  # the slip
        lines = [line.split(maxsplit=3) for line in self.trace.read_text().splitlines()]
        return [(int(line[0]), *line[1:]) for line in lines]

    def die_at(self, number, step):
        """The window that is open ends at this step of a sale; judged as it lies."""
        ended = False
        try:
            self.sell()
            self.window.soon(lambda _: False, 1.0)  # the slip comes behind the screen
            self.counter.next()
        except UPSET as upset:
            ended = self.window.process.poll() is not None
            if not ended:
                raise Failure(f"round {number} (step {step}): {upset}") from upset
        if ended:
            self.look_at_the_dead_till(f"{number:03d}-step-{step}")
        return ended

    def look_at_the_dead_till(self, name):
        dead = self.out / "at-kill" / name
        shutil.copytree(self.till, dead)
        entries = books.entries_of(run([self.pos, "journal", "export", "--data", dead], self.plain_clock, self.log))
        self.problems += [f"{name}, when the till died: {problem}" for problem in books.slips(slip_names(dead), entries)]
        known = attempts_of(dead)
        self.problems += [f"{name}: the bank knows {payment['number']}, and the dead till does not"
                          for payment in self.bank.book() if payment["number"] not in known]
        shutil.rmtree(dead)

    # Between the rounds

    def open_again(self, kill_at):
        self.window.till_environment.update(KILL_AT=str(kill_at))
        self.window.open()
        self.counter.sign_in()
        self.settled()

    def settled(self):
        deadline = time.monotonic() + SETTLE_S
        copied = self.out / "data" / "look"
        while True:
            shutil.rmtree(copied, ignore_errors=True)
            copied.mkdir()
            try:
                for name in ("till.db", "till.db-wal"):
                    if (self.till / name).exists():
                        shutil.copy(self.till / name, copied / name)
                left = money_under_way(copied)
            except (OSError, sqlite3.Error) as error:
                left = error
            if left == (0, ""):
                return
            if time.monotonic() > deadline:
                raise Failure(f"after {SETTLE_S:.0f} s there is still money under way: {left}")
            time.sleep(0.2)

    # The whole

    def play(self, wanted):
        steps = self.steps()
        rounds = chosen(steps, wanted)
        self.window.stop()
        bit = 0
        for number, step in enumerate(rounds, 1):
            self.open_again(step)
            bit += self.die_at(number, step)
            if self.window.process.poll() is None:
                self.window.stop()
        self.open_again(0)
        self.window.stop()
        self.compare()
        print(f"kill_pay: {bit} of {len(rounds)} kills ended the window, between {len(steps)} steps")
        if bit < len(rounds) * 3 // 4:
            self.problems.append(f"only {bit} of {len(rounds)} kills bit; nothing is proved")

    def compare(self):
        run([self.pos, "journal", "verify", "--data", self.till], self.plain_clock, self.log)
        entries = books.entries_of(run([self.pos, "journal", "export", "--data", self.till], self.plain_clock, self.log))
        held = {payment["number"]: payment for payment in self.bank.book()}
        self.problems += disagreements(held, entries, attempts_of(self.till)) + books.payments_used_once(entries)
        self.problems += books.slips(slip_names(self.till), entries)
        sales = books.sales_of(entries)
        if len(sales) > self.sales_begun:
            self.problems.append(f"{len(sales)} sales, {self.sales_begun} were begun")
        # The comparison is worth nothing if it cannot fail on these very books.
        one = next(iter(held))
        if not disagreements({**held, one: dict(held[one], starts=2)}, entries, attempts_of(self.till)):
            self.problems.append("control: a payment that was asked for twice was not noticed")
        if not disagreements(held, entries[:-1] if entries[-1] in sales else [e for e in entries if e is not sales[-1]], attempts_of(self.till)):
            self.problems.append("control: a lost sale was not noticed")


def attempts_of(data):
    """State by id."""
    database = sqlite3.connect(data / "till.db")
    try:
        return dict(database.execute("SELECT id, state FROM attempt"))
    finally:
        database.close()


def disagreements(held, entries, attempts):
    sold = {part["attempt"]: part["amount_fen"] for sale in books.sales_of(entries) for part in sale["data"]["payments"]}
    found = []
    for number, payment in held.items():
        if payment["starts"] > 1:
            found.append(f"{number}: the bank was asked {payment['starts']} times")
        if attempts.get(number) == "manual_review":
            continue  # a person is told
        if payment["held_fen"] != sold.get(number, 0):
            found.append(f"{number}: the bank holds {payment['held_fen']}, the journal says {sold.get(number, 0)}")
    return found + [f"{number}: sold, and no bank knows it" for number in sold if number not in held]


def chosen(steps, wanted):
    """Every step, or some from the channel's answer to the slip, spread evenly."""
    numbers = [step[0] for step in steps]
    if LONG or wanted <= 0:
        return numbers
    answered = next((at for at, step in enumerate(steps) if step[1] == "receive"), 0)
    later = numbers[answered:]
    return sorted({later[at * (len(later) - 1) // max(wanted - 1, 1)] for at in range(wanted)})


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--bin", required=True, type=pathlib.Path)
    arguments.add_argument("--kill-at", required=True, type=pathlib.Path)
    arguments.add_argument("--kills", type=int, default=5)
    arguments.add_argument("--window", default="1366x768")
    arguments.add_argument("out", type=pathlib.Path)
    asked = arguments.parse_args()
    lacking = [tool for tool in ("Xvfb", "xdotool", "import") if shutil.which(tool) is None]
    if lacking:
        print(f"kill_pay: {', '.join(lacking)} not found; run assets/packaging/install-missing", file=sys.stderr)
        return 3
    one = KillPay(asked.bin.resolve(), asked.kill_at.resolve(), asked.out.resolve(), asked.window)
    try:
        one.open()
        one.play(asked.kills)
    except UPSET as failure:
        one.problems.append(f"{type(failure).__name__}: {failure}")
        if one.window is not None and one.window.process.poll() is None:
            one.window.picture("failure")
    finally:
        one.close()
    for problem in one.problems:
        print(f"kill_pay: {problem}", file=sys.stderr)
    if not one.problems:
        print("kill_pay: journal, banks and slips agree")
    return 1 if one.problems else 0


if __name__ == "__main__":
    sys.exit(main())
