"""The far sides of payment channels, each outliving the tills that are ended: what one of them holds is the
outside word on what was paid. Every bank says how a till reaches it, what code a payer shows, and which
payments have arrived: [{"number", "held_fen", "starts"}]."""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time

from programs import Place

# How long a till waits for them; shorter than published, so that what was lost is settled soon.
GATEWAY_TIMES = {"start_deadline_ms": "4000", "give_up_ms": "15000"}
WECHAT_TIMES = dict(GATEWAY_TIMES, give_up_ms="35000")  # asks after 5, 15 and 25 s; the third time it is paid
TERMINAL_TIMES = {"t2_ms": "5000", "t3_ms": "2000", "t4_ms": "4000", "start_wait_ms": "1500", "query_wait_ms": "300",
                  "reverse_wait_ms": "1500", "give_up_ms": "3000"}


class Bank:
    name = ""
    method = "qr"
    refunds = "part"      # what of a payment can go back: "part", "whole" or nothing
    own_process = True    # its adapter runs in a process of its own
    built_in = True       # ... and may also run inside the till
    shows = False         # the payer scans a code that the till shows
    needs_person = False  # what was asked for and never decided ends with a person
    # What never arrived is given up after a minute, in which it still could; others wait for a quarter of an hour.
    gives_up_soon = True
    costly = False        # to set up; the short form takes one kill of a kind

    def __init__(self):
        self.seen = set()

    def mark(self):
        self.seen = {payment["number"] for payment in self.book()}

    def new(self):
        """What arrived since mark()."""
        return [payment for payment in self.book() if payment["number"] not in self.seen]

    def join(self, data):
        """Whatever a new till needs beside its configuration."""

    def tender(self, behaviour):
        code = self.code(behaviour)
        return {"method": self.method, "code": code} if code else {"method": self.method}

    def config(self, command, isolated):
        """Of mulin.toml. `command`: runs instead of the adapter's own program."""
        lines = ["[[channel]]", 'name = "%s"' % self.name]
        lines += ['command = ["%s"]' % command] if command else self.adapter_lines(isolated)
        for key, value in self.settings.items():
            lines.append("%s = %s" % (key, value if value.isdigit() and key.endswith("_ms") else json.dumps(value)))
        if self.method == "bank_card":
            lines += ["[card]", 'channel = "%s"' % self.name]
        elif self.shows:
            lines += ["[qr]", 'present = "%s"' % self.name]
        else:
            code = self.code("approve")
            lines += ["[[code]]", "prefix_from = %s" % code[:2], "min_length = %d" % len(code), "max_length = %d" % len(code),
                      'wallet = "%s"' % self.name, 'channel = "%s"' % self.name]
        return lines

    def adapter_lines(self, isolated):
        return ['adapter = "%s"' % self.adapter, "isolated = %s" % ("true" if isolated else "false")]

    def program(self):
        """The adapter's own program with its arguments, below the folder of programs."""
        return ["mulin-adapter", self.adapter]


class Gateway(Bank):
    """One simulator of the contract suite in a process of its own."""

    def __init__(self, binaries, name, channel):
        super().__init__()
        self.name = name
        self.process = subprocess.Popen([os.path.join(binaries, "gateway_simulator"), channel], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        own = json.loads(self.process.stdout.readline())
        self.adapter, self.method = own["adapter"], own["method"]
        terminal = self.method == "bank_card"
        times = TERMINAL_TIMES if terminal else WECHAT_TIMES if name.startswith("wechat") else GATEWAY_TIMES
        self.settings = dict(own["settings"], **times)
        self.refunds = "whole" if terminal else "part"
        self.needs_person = terminal
        self.gives_up_soon = self.adapter not in ("unionpay", "chinaums")
        self.shows = self.method == "qr" and self.code("approve") == ""

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def code(self, behaviour):
        return self.ask("code " + behaviour)

    def book(self):
        return self.ask("book")

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)


class VendorFolder(Bank):
    """The far side of the sample plug-in: a folder with one file for each payment."""
    name = "vendor"
    built_in = False

    def __init__(self, library):
        super().__init__()
        self.library = library
        self.folder = tempfile.mkdtemp(prefix="mulin-vendor-")
        self.settings = {"ledger": self.folder}

    def adapter_lines(self, isolated):
        return ['plugin = "%s"' % self.library]

    def program(self):
        return ["mulin-adapter-plugin", self.library]

    def code(self, behaviour):
        return "9912345678901234"

    def book(self):
        payments = []
        for name in os.listdir(self.folder):
            if name.endswith(".new"):
                continue
            with open(os.path.join(self.folder, name), encoding="ascii") as file:
                fields = dict(line.rstrip("\n").split("=", 1) for line in file)
            payments.append({"number": name, "held_fen": int(fields.get("taken", 0)) - int(fields.get("returned", 0)),
                             "starts": int(fields.get("starts", 0))})
        return payments

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class DistrictAccounts(Bank):
    """The district's account service of stored-value cards; every till is one of its own."""
    name = "senior_card"
    method = "senior_card"
    own_process = built_in = False
    costly = True

    def __init__(self, binaries):
        super().__init__()
        self.place = Place(binaries)
        self.place.district("init", "--demo")
        self.place.start()
        self.payers = 100

    def join(self, data):
        self.payers += 1  # each with a card that is full
        code = json.loads(self.place.district("till", "add", "--site", "S1", "--json").stdout)["code"]
        self.place.run("mulin-pos", "enroll", "--server", self.place.url(), "--code", code, "--data", data, check=0)
        self.place.run("mulin-pos", "sync", "--once", "--data", data, "--json", check=0)

    def config(self, command, isolated):
        return []

    def tender(self, behaviour):
        return {"method": self.method, "card": "9310%012d" % self.payers}

    def code(self, behaviour):
        return ""

    def bookings(self):
        """Of the district's database, looked at in a copy; one that was torn while it was written is taken again."""
        while True:
            with tempfile.TemporaryDirectory() as copy:
                for name in ("district.db", "district.db-wal"):
                    if os.path.exists(os.path.join(self.place.data, name)):
                        shutil.copy(os.path.join(self.place.data, name), copy)
                base = sqlite3.connect(os.path.join(copy, "district.db"))
                try:
                    return base.execute("SELECT id, kind, state, debit, amount_fen FROM card_booking").fetchall()
                except sqlite3.DatabaseError:
                    time.sleep(0.05)
                finally:
                    base.close()

    def book(self):
        rows = self.bookings()
        held = {row[0]: row[4] if row[2] == "booked" else 0 for row in rows if row[1] == "debit"}
        for _, kind, state, debit, amount_fen in rows:
            if kind == "refund" and state == "booked":
                held[debit] -= amount_fen
        return [{"number": number, "held_fen": fen, "starts": 1} for number, fen in held.items()]

    def close(self):
        self.place.close()


# By the names that tills give these channels.
GATEWAYS = {"alipay": "alipay", "wechat_v2": "wechat_v2", "wechat_v3": "wechat_v3", "unionpay": "unionpay",
            "unionpay_shown": "unionpay_shown", "chinaums": "chinaums", "chinaums_shown": "chinaums_netpay",
            "card_terminal": "card_terminal_tcp"}
ALL = (*GATEWAYS, "vendor", "senior_card")


def open_bank(binaries, name):
    if name == "vendor":
        return VendorFolder(os.path.join(binaries, "..", "plugins", "sample_plugin.so"))
    if name == "senior_card":
        return DistrictAccounts(binaries)
    return Gateway(binaries, name, GATEWAYS[name])
