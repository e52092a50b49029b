#!/usr/bin/env python3
"""Kills the till's window or the district server at random moments of a lunch served at the real window,
and proves that no sale and no payment is lost or doubled.

    kill_lunch.py --bin BUILD/bin [--rounds 6] [--seed 20260323] [--window 1366x768] DIR

Each round begins a sale of a random kind by real pointer and key events, kills at a random moment,
starts again what was killed and waits until everything is settled and sent. At every death of the till
its data directory is copied as it lay: no slip may be there that the journal does not know yet.
Leaves in DIR: kill-summary.json, at-kill/ROUND, screens/failure.png, and log/ and data/ to look into.
Exit: 0 everything agrees, 1 a step failed or the books differ, 3 the machine lacks something.
"""

import argparse
import copy
import json
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

import books
from district import run
from lunch import Lunch
from screen import Failure

# People with a card whose name is told apart at sight; tests/sync/demo holds them still.
DINERS = ((6, "𠅤国英"), (7, "陈𬱖"), (8, "李㛃"), (9, "王䶮"), (11, "尉迟秀兰"), (12, "万俟文"), (13, "何阿根"),
          (14, "赵根娣"), (17, "万贤云"), (18, "朱永康"), (19, "顾宝珠"), (20, "徐福昌"))
# Last two digits of the payment code (payment/simulated/README.md).
SCRIPTS = {"qr_approved": "00", "qr_declined": "01", "qr_pending": "02", "qr_answer_lost": "03",
           "qr_request_lost": "07"}
KINDS = ("card", "cash", *SCRIPTS)
# Counted from the first event, so that a kill hits before, during and after a sale of that length.
LATEST_KILL_S = {"card": 1.5, "cash": 1.5, "qr_approved": 1.5, "qr_declined": 2.0}
LATEST_KILL_OF_LONG_SALES_S = 4.0
LATEST_KILL_AFTER_RESTART_S = 2.0  # while the till finds out what the death before left open
SETTLE_S = 120.0  # the longest script runs 10 s; the rest is for a busy machine
# What a till's death makes of the cashier's moves: a window that ended, a key that is gone, an event that
# nobody takes.
UPSET = (Failure, KeyError, subprocess.SubprocessError)


class Killer:
    """Kills one process once, after a delay counted from now, and says when it is done."""

    def __init__(self, process, delay_s):
        self.process = process
        self.timer = threading.Timer(delay_s, process.kill)
        self.timer.start()

    def wait(self):
        self.timer.join()
        self.process.wait()

    def cancel(self):
        self.timer.cancel()
        self.timer.join()


class KillLunch(Lunch):
    settings = ('[devices]\nvoice = "none"\n[simulated]\nlatency_ms = 300\ngive_up_ms = 10000\n'
                '[sync]\nevery_s = 1\n')

    def __init__(self, bin_dir, out, size, rng):
        super().__init__(bin_dir, out, size)
        self.rng = rng
        self.rounds = []
        self.problems = []
        shutil.rmtree(out / "at-kill", ignore_errors=True)

    # One round

    def play(self, number):
        rng = self.rng
        diner, name = rng.choice(DINERS)
        kind, victim = rng.choice(KINDS), "till" if rng.random() < 0.7 else "district"
        delay_s = rng.uniform(0.0, LATEST_KILL_S.get(kind, LATEST_KILL_OF_LONG_SALES_S))
        again_s = rng.uniform(0.0, LATEST_KILL_AFTER_RESTART_S) if victim == "till" and rng.random() < 0.3 else None
        one = {"number": number, "diner": f"D{diner:06d}", "kind": kind, "victim": victim,
               "delay_s": round(delay_s, 2), "again_s": again_s and round(again_s, 2), "shown_fen": None,
               "interrupted": False, "payment_out": False}
        self.rounds.append(one)
        began, shown = time.monotonic(), len(self.counter.sales)
        process = self.window.process if victim == "till" else self.district.process
        killer = Killer(process, delay_s)
        try:
            self.sell(kind, diner, name, f"round {number}, {kind}")
        except UPSET as upset:
            # A dead server is no excuse: the till goes on by itself.
            if victim != "till" or self.window.process.poll() is None:
                killer.cancel()
                raise Failure(f"round {number} ({kind}, {victim} after {delay_s:.2f} s): {upset}") from upset
            one["interrupted"] = True
        finally:
            one["flow_s"] = round(time.monotonic() - began, 2)
            if len(self.counter.sales) > shown:
                one["shown_fen"] = self.counter.sales[-1]["paid_fen"]
        killer.wait()
        if victim == "till":
            one["payment_out"] = self.look_at_the_dead_till(f"{number:02d}")
            self.window.open()
            if again_s is not None:
                self.die_while_recovering(one, again_s)
            self.counter.sign_in()
        else:
            self.counter.next()
            self.district.kill()  # reaps it
            self.district.start()
        self.everything_settled()
        self.everything_sent_again()
        one["round_s"] = round(time.monotonic() - began, 2)
        print("kill_lunch: " + json.dumps(one), flush=True)

    def sell(self, kind, diner, name, who):
        c, w = self.counter, self.window
        c.scan_card(diner, name)
        c.add("set-a", "set-b", "set-soft")
        if kind == "card":
            c.card(who)
        elif kind == "cash":
            sale = c.pay("cash", who)
            w.wait_screen("tender")
            notes = sorted((i for i in w.widgets if i.startswith("tender.note.")), key=lambda i: w.widgets[i]["x"])
            w.tap(notes[0] if notes else "tender.exact")
            c.confirm_cash(sale)
        else:
            sale = c.qr(who, f"13{len(self.rounds):014d}{SCRIPTS[kind]}")
            if kind in ("qr_declined", "qr_request_lost"):
                w.wait_enabled("tender.choose.cash", 60)
                w.tap("tender.choose.cash")
                c.confirm_cash(sale)
            else:
                c.done(sale, 60)

    # After a death

    def die_while_recovering(self, one, delay_s):
        killer = Killer(self.window.process, delay_s)
        try:
            self.counter.sign_in()
        except UPSET as upset:
            if self.window.process.poll() is None:
                killer.cancel()
                raise Failure(f"round {one['number']}, signing in after a restart: {upset}") from upset
        killer.wait()
        one["payment_out_again"] = self.look_at_the_dead_till(f"{one['number']:02d}-again")
        self.window.open()

    def look_at_the_dead_till(self, name):
        """Judges a copy, so that the till itself is opened first by its own next start. Answers whether
        money was under way."""
        dead = self.out / "at-kill" / name
        shutil.copytree(self.till, dead)
        unsettled, _ = money_under_way(dead)
        entries = books.entries_of(run([self.pos, "journal", "export", "--data", dead], self.clock, self.log))
        self.problems += [f"round {name}, when the till died: {problem}"
                          for problem in books.slips(slip_names(dead), entries) + books.counter(self.rounds, entries)]
        refs = {sale["data"]["ref"] for sale in books.sales_of(entries)}
        held = books.held_by_channel(self.channel_events())
        return unsettled > 0 or any(fen > 0 and ref not in refs for ref, fen in held.items())

    def everything_settled(self):
        """The till keeps its database to itself, so a copy is looked at; one that was torn while it was
        written is taken again."""
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
                if left == (0, ""):
                    return
            except (OSError, sqlite3.Error) as error:
                left = error
            if time.monotonic() > deadline:
                raise Failure(f"after {SETTLE_S:.0f} s there is still money under way: {left}")
            time.sleep(0.3)

    def everything_sent_again(self):
        w = self.window
        if w.soon(lambda s: "已全部上传" in s.text("bar.sync"), 5.0):
            return
        w.tap("bar.sync")
        w.wait_screen("sync_status")
        self.everything_sent()
        w.tap("sync.back")
        w.wait_screen("serve")

    # The proof

    def settle(self):
        self.window.stop()
        exchange = json.loads(self.till_command("sync", "--once", "--json"))
        self.till_command("journal", "verify")
        till = json.loads(self.till_command("report", "day", "--date", self.day, "--json"))
        entries = books.entries_of(self.till_command("journal", "export"))
        self.district.stop()
        self.district.command("journal", "verify")
        district = self.district.command_json("report", "day", "--date", self.day)
        events = self.channel_events()
        found = list(self.problems)
        bookings = books.bookings_of(self.district.data)
        found += books.money(events, entries) + books.accounts(bookings, entries) + books.payments_used_once(entries)
        found += books.reports(till, district, entries) + books.counter(self.rounds, entries)
        found += books.slips(slip_names(self.till), entries)
        if exchange["waiting"] != 0:
            found.append(f"{exchange['waiting']} entries still wait at the till")
        found += controls(events, bookings, entries)
        return found + self.tally(entries, till)

    def tally(self, entries, till):
        deaths = [one for one in self.rounds if one["victim"] == "till"]
        again = [one for one in deaths if one["again_s"] is not None]
        slips = {name.rsplit(".", 1)[0] for name in slip_names(self.till)}
        summary = {"rounds": self.rounds,
                   "till_kills": len(deaths) + len(again), "kills_after_restart": len(again),
                   "district_kills": len(self.rounds) - len(deaths),
                   "sales_interrupted": sum(one["interrupted"] for one in deaths),
                   "kills_with_payment_out": sum(one["payment_out"] for one in deaths) +
                                             sum(one["payment_out_again"] for one in again),
                   "sales": len(books.sales_of(entries)), "paid_fen": till["paid_fen"],
                   "sales_shown": sum(one["shown_fen"] is not None for one in self.rounds),
                   "slips": len(slips)}
        (self.out / "kill-summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
        print("kill_lunch: " + json.dumps({key: value for key, value in summary.items() if key != "rounds"}))
        if summary["sales_interrupted"] + summary["kills_with_payment_out"] == 0:
            return ["no kill hit a sale; the run proves nothing"]
        return []


def money_under_way(data):
    """Payments without an answer, and orders that were neither sold nor given up yet."""
    database = sqlite3.connect(data / "till.db")
    try:
        unsettled = database.execute("SELECT count(*) FROM attempt WHERE settled = 0").fetchone()[0]
        orders = database.execute("SELECT value FROM setting WHERE key = 'open_orders'").fetchone()
    finally:
        database.close()
    return unsettled, orders[0] if orders else ""


def slip_names(data):
    folder = data / "receipts"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def controls(events, bookings, entries):
    """The comparison is worth nothing if it cannot fail on these very books."""
    found, sales = [], books.sales_of(entries)
    if sales and not books.money(events, entries + [copy.deepcopy(sales[0])]):
        found.append("control: a doubled sale was not noticed")
    charges = [i for i, event in enumerate(events) if event["event"] == "charged"]
    if charges and books.money(events[:charges[0]] + events[charges[0] + 1:], entries) == books.money(events, entries):
        found.append("control: a lost charge was not noticed")
    debits = [one for one in bookings if one["kind"] == "debit" and one["state"] == "booked"]
    if debits and not books.accounts(bookings + [dict(debits[0], id="another")], entries):
        found.append("control: a card charged twice was not noticed")
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--bin", required=True, type=pathlib.Path)
    arguments.add_argument("--rounds", type=int, default=6)
    arguments.add_argument("--seed", type=int, default=20260323)
    arguments.add_argument("--window", default="1366x768")
    arguments.add_argument("out", type=pathlib.Path)
    chosen = arguments.parse_args()
    lacking = [tool for tool in ("Xvfb", "xdotool", "import") if shutil.which(tool) is None]
    if lacking:
        print(f"kill_lunch: {', '.join(lacking)} not found; run assets/packaging/install-missing", file=sys.stderr)
        return 3
    try:
        lunch = KillLunch(chosen.bin.resolve(), chosen.out.resolve(), chosen.window, random.Random(chosen.seed))
    except (Failure, OSError) as failure:
        print(f"kill_lunch: {failure}", file=sys.stderr)
        return 3
    try:
        lunch.open()
        lunch.counter.sign_in()
        for number in range(1, chosen.rounds + 1):
            lunch.play(number)
        problems = lunch.settle()
    except UPSET as failure:
        problems = [*lunch.problems, f"{type(failure).__name__}: {failure}"]
        if lunch.window is not None and lunch.window.process.poll() is None:
            lunch.window.picture("failure")
    finally:
        lunch.close()
    for problem in problems:
        print(f"kill_lunch: {problem}", file=sys.stderr)
    if not problems:
        print(f"kill_lunch: journal, channel, slips and district agree (seed {chosen.seed}, {chosen.rounds} rounds)")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
