"""One district as four server processes on one PostgreSQL, tills that upload over TLS to any of them, and servers that
are ended without warning and started again. In the end every sale is there once, priced and settled as one district in
SQLite does it that is fed with the same entries: byte for byte. MULIN_LONG=1: 200 ends; else a few."""

import os
import random
import shutil
import threading
import time

from line import Line
from postgres import Postgres
from programs import Place, main, today

LONG = os.environ.get("MULIN_LONG") == "1"
SERVERS, TILLS, ENDS = 4, 8 if LONG else 3, 200 if LONG else 5
SALES_AT_ONCE = 12


class Server(Place):
    """One more process of the district in `data`."""

    def __init__(self, place, data):
        super().__init__(place.bin, place.root)
        self.data = data


class Till(threading.Thread):
    """Sells and uploads until it is told to stop; knows what was confirmed to it."""

    def __init__(self, place, name, line, first_diner):
        super().__init__(daemon=True)
        self.place, self.folder, self.first_diner = place, os.path.join(place.root, name), first_diner
        code = place.new_till(name)[1]
        self.name = place.run("till_probe", "enroll", self.folder, line.url(), code, check=0).stdout.strip()
        self.sold, self.uploads, self.failed, self.stop, self.trouble = set(), 0, 0, False, None

    def sell(self):
        done = self.place.run("till_probe", "sell", self.folder, str(SALES_AT_ONCE), "S1", str(self.first_diner), check=0)
        self.sold.update((self.name, *line.split()) for line in done.stdout.splitlines())

    def run(self):
        try:
            while not self.stop:
                self.sell()
                answered = self.place.run("till_probe", "sync", self.folder).returncode == 0
                self.uploads += answered
                self.failed += not answered
        except Exception as error:  # told by the test, not by a thread
            self.trouble = error

    def finish(self):
        for _ in range(20):
            if self.place.run("till_probe", "sync", self.folder).returncode == 0:
                break
        assert self.place.sync(self.folder)["waiting"] == 0


def settlement(place, days):
    """All that a payer sees, and the entries themselves in an order of their own."""
    months = sorted({day[:7] for day in days})
    texts = [place.district("report", "month", "--month", month, *kind).stdout for month in months for kind in ((), ("--csv",))]
    texts += [place.district("report", "day", "--date", day).stdout for day in days]
    texts.append(place.district("differences").stdout)
    place.district("ledger", "verify")
    place.district("journal", "verify")
    return texts + sorted(place.district("journal", "export").stdout.splitlines())


def end_servers(place, servers, postgres, dice, backup, tills):
    """Kills and starts servers, ENDS times and on until an upload was broken off by it, and makes a backup in the middle
    of it; gives how often, and the processes that were seen to have the turn for background work."""
    holders, ends = set(), 0
    while ends < ENDS or (ends < 10 * ENDS and not any(till.failed for till in tills)):
        if ends == ENDS // 2:
            place.district("backup", backup)
        ends += 1
        time.sleep(dice.random() * 0.8)
        holders.add(postgres.sql("SELECT holder FROM turn WHERE work = 'pricing'", "one"))
        server = dice.choice(servers)
        server.kill()
        time.sleep(dice.random() * 0.3)
        server.start()
    return ends, holders - {""}


def several_servers(place, postgres):
    place.district("init", "--demo")
    place.start()
    ports = [place.port]
    line = Line(lambda: ports, 20260310)
    line.quiet = True
    tills = [Till(place, f"till{n}", line, 100 + 6 * n) for n in range(TILLS)]  # half of the diners come to the next as well
    for till in tills:
        place.sync(till.folder)
    place.stop()
    early, under_load = os.path.join(place.root, "early.backup"), os.path.join(place.root, "under_load.backup")
    place.district("backup", early)
    place.district("move", "--database", postgres.make("one"))

    # Two share a directory; the others have copies of what a further host needs.
    folders = [place.data, place.data]
    for n in range(2, SERVERS):
        folders.append(os.path.join(place.root, f"host{n}"))
        os.makedirs(folders[-1], mode=0o700)
        shutil.copytree(os.path.join(place.data, "keys"), os.path.join(folders[-1], "keys"))
        shutil.copy2(os.path.join(place.data, "database"), folders[-1])
    servers = [Server(place, folder) for folder in folders]
    days = {today()}
    try:
        for server in servers:
            server.start()
        ports[:] = [server.port for server in servers]
        for till in tills:
            till.start()
        ends, holders = end_servers(place, servers, postgres, random.Random(7), under_load, tills)
        for till in tills:
            till.stop = True
        for till in tills:
            till.join(timeout=120)
            assert till.trouble is None and not till.is_alive(), till.trouble
        for till in tills:
            till.finish()
        days.add(today())
        with_four = settlement(place, sorted(days))
        assert postgres.sql("SELECT count(*) FROM turn WHERE work = 'pricing'", "one") == "1"
        assert postgres.sql("SELECT count(*) FROM epoch WHERE priced < watermark", "one") == "0"
        for server in servers:
            assert server.stop() == 0
    finally:
        for server in servers:
            if server.server:
                server.kill()
    everything_is_there_once(place, tills)
    one = fed_again(place, "one", early, tills, ports)
    compare(with_four, settlement(one, sorted(days)), "one district in SQLite")
    one.district("move", "--database", postgres.make("two"))
    compare(with_four, settlement(one, sorted(days)), "it, moved to PostgreSQL")
    restored = fed_again(place, "restored", under_load, tills, ports, "--database", postgres.make("three"))
    compare(with_four, settlement(restored, sorted(days)), "a backup made under load, restored and fed again")
    line.close()
    print(f"      {sum(len(till.sold) for till in tills)} sales by {TILLS} tills over {SERVERS} servers that were ended {ends} times; "
          f"uploads {sum(till.uploads for till in tills)} whole, {sum(till.failed for till in tills)} broken off; "
          f"{len(holders)} processes had the turn; {sum(map(len, with_four))} bytes equal")


def everything_is_there_once(place, tills):
    entries = place.exported()
    keys = [(entry["till"], entry["epoch"], str(entry["seq"])) for entry in entries]
    assert len(keys) == len(set(keys)), "an entry is there twice"
    there = {key for key, entry in zip(keys, entries) if '"kind":"sale"' in entry["body"]}
    sold = set().union(*(till.sold for till in tills))
    assert there == sold, (len(there), len(sold), sorted(there ^ sold)[:3])
    assert sum(till.failed for till in tills) > 0, "no upload was broken off, so nothing was tried"


def fed_again(place, name, backup, tills, ports, *where):
    """Another district of the same keys, as it was at the backup: every till sees that it was restored."""
    one = Server(place, os.path.join(place.root, name))
    one.district("restore", backup, *where)
    missing = len(set().union(*(till.sold for till in tills))) - sum('"kind":"sale"' in entry["body"] for entry in one.exported())
    assert missing > 0, "the backup has everything already"
    one.start()
    ports[:] = [one.port]
    rewound = [place.sync(till.folder)["rewound"] for till in tills]
    assert any(rewound), "no till saw that it was restored"
    for till in tills:
        till.finish()
    assert one.stop() == 0
    return one


def compare(texts, others, whose):
    assert len(texts[0]) > 500 and '"claims":' in texts[0], texts[0]
    for text, other in zip(texts, others, strict=True):
        assert text == other, f"{whose}: {text[:1500]}\n and \n{other[:1500]}"


def four_servers_one_postgresql_servers_ended_without_warning(place):
    postgres = Postgres()
    try:
        several_servers(place, postgres)
    finally:
        postgres.close()


if __name__ == "__main__":
    main([four_servers_one_postgresql_servers_ended_without_warning])
