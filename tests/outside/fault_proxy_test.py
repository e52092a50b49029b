"""A till and its district over a line that loses, delays, cuts and hangs, while either of them is ended without
warning: the till while it sells or uploads, the server while it takes in. In the end every sale that was confirmed is
there, and once. MULIN_LONG=1: 500 ends of each; else a few."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from line import Line
from programs import main, today

LONG = os.environ.get("MULIN_LONG") == "1"
ENDS = 500 if LONG else 6


class Till:
    """Knows which sales were confirmed, and how many may have been written without a word."""

    def __init__(self, place, line):
        self.place, self.dice = place, line.dice
        self.folder, code = place.new_till("a")
        self.name = place.run("till_probe", "enroll", self.folder, line.url(), code, check=0).stdout.strip()
        self.confirmed, self.cut_off, self.ended, self.diner = set(), 0, 0, 100

    def begin(self, *words):
        return subprocess.Popen([os.path.join(self.place.bin, "till_probe"), words[0], self.folder, *words[1:]],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def take_down(self, selling, ended):
        said = selling.communicate()[0]
        whole = said[:said.rfind("\n") + 1]
        self.confirmed.update((self.name, *words.split()) for words in whole.splitlines())
        self.cut_off += ended

    def sell(self, end):
        """Eight sales, or as many as it comes to."""
        self.diner = 100 + (self.diner - 92) % 4000  # eight others each time, as at a counter
        selling = self.begin("sell", "8", "S1", str(self.diner))
        if end:
            time.sleep(self.dice.random() * 0.1)
            self.end(selling)
        self.take_down(selling, end)

    def end(self, process):
        self.ended += process.poll() is None
        process.kill()


def one_round(place, till, ended_servers):
    end = till.dice.choice(["till", "till", "server"] if till.ended < ended_servers else ["till", "server", "server"])
    selling = end == "till" and till.dice.random() < 0.4
    till.sell(selling)
    if selling:
        return 0
    syncing = till.begin("sync")
    time.sleep(till.dice.random() * 0.15)
    if end == "till":
        till.end(syncing)
    else:
        place.kill()
        place.start()
    try:
        syncing.communicate(timeout=8)
    except subprocess.TimeoutExpired:
        syncing.kill()
        syncing.communicate()
    return end == "server"


def everything_arrives_once(place):
    place.district("init", "--demo")
    place.start()
    line = Line(lambda: [place.port], 20260310)
    line.quiet = True
    till = Till(place, line)
    place.sync(till.folder)
    line.quiet = False
    ended_servers, days = 0, {today()}
    while min(ended_servers, till.ended) < ENDS:
        ended_servers += one_round(place, till, ended_servers)
        if LONG and (ended_servers + till.ended) % 100 == 0:
            print(f"      {ended_servers} servers, {till.ended} tills", flush=True)
    line.quiet = True
    for _ in range(10):
        if place.run("till_probe", "sync", till.folder).returncode == 0:
            break
    assert place.sync(till.folder)["waiting"] == 0
    entries = place.exported()
    keys = [(entry["till"], entry["epoch"], str(entry["seq"])) for entry in entries]
    assert len(keys) == len(set(keys)), "an entry is there twice"
    sales = {key for key, entry in zip(keys, entries) if '"kind":"sale"' in entry["body"]}
    assert till.confirmed <= sales, sorted(till.confirmed - sales)[:3]
    unsaid = len(sales - till.confirmed)
    assert unsaid <= till.cut_off, "sales that nobody made"
    days.add(today())
    assert sum(place.report(day)["sales"] for day in days) == len(sales)
    place.district("journal", "verify")
    assert line.carried["cut"] + line.carried["hang"] > 0, line.carried
    line.close()
    print(f"      {len(sales)} sales, {unsaid} of them written without a word; server ended {ended_servers}, "
          f"till ended {till.ended}; lines {line.carried}")


if __name__ == "__main__":
    main([everything_arrives_once])
