#!/usr/bin/env python3
"""No payer's code, card number or key is in anything that a till or its district leaves behind: databases,
logs, receipts, what they print, or a core. A till pays by every kind of code, one of them over a channel whose
adapter tells its log everything, is killed in the middle with cores allowed, and recovers. Then a till of a
district pays over every channel with its real adapter, in a process of its own and inside the till; till,
adapter, plug-in and district are killed with cores allowed while a payment is under way. Every byte that was
left is searched. Control: the same search finds a code that was planted, and the keys where they belong.

usage: secrets_scan.py BIN/mulin-pos
"""

import glob
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import kill_banks

# The last but one goes to the channel that talks (chatty_adapter.py), and so does its key.
CHATTY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "chatty_adapter.py")
CHATTY_CODE, CHATTY_KEY = "881234567890123404", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
CODES = ["131234567890123400", "281234567890123402", "6225735053201615203", CHATTY_CODE, "131234567890123406"]


def found(folder, secrets):
    """(file, secret) for every secret, or its first twelve characters, in any file of the folder."""
    hits = []
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                content = file.read()
            for secret in secrets:
                for form in (secret.encode(), secret[:12].encode(), secret.encode("utf-16-le")):
                    if form in content:
                        hits.append((os.path.relpath(path, folder), secret))
                        break
    return hits


def sell(ref, code):
    return json.dumps({"ref": ref, "do": "sell", "diner": None, "meal": "lunch", "service": "dine_in",
                       "lines": [{"item": "set-a", "quantity": 1}], "tender": [{"method": "qr", "code": code}]})


def play(till, data, lines, out, kill_after=None):
    process = subprocess.Popen([till, "play", "-", "--data", data], stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=data, text=True)
    process.stdin.write("\n".join(lines) + "\n")
    process.stdin.flush()
    if kill_after is None:
        process.stdin.close()
    else:
        time.sleep(kill_after)
        process.send_signal(signal.SIGQUIT)  # leaves a core where one is allowed
        time.sleep(0.3)
        process.kill()
    return process.wait(timeout=120)


def key_lines(folder_or_files):
    """What makes a key a secret: the long lines of a private PEM, but the first, in which all are alike; or the
    whole of a short text."""
    secrets = set()
    for path in folder_or_files:
        with open(path, encoding="latin-1") as file:
            text = file.read().strip()
        if "PRIVATE KEY" in text:
            secrets |= {line for line in text.splitlines()[2:] if len(line) > 40}
        elif "-----" not in text and "\n" not in text and 8 <= len(text) <= 200:
            secrets.add(text)
    return secrets


def children_of(process):
    found = []
    for stat in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(stat, encoding="latin-1") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == process.pid:
            found.append(int(stat.split("/")[2]))
    return found


class EveryChannel:
    """A till of a district, which pays over one channel after the other."""

    def __init__(self, binaries):
        self.bin = binaries
        self.accounts = kill_banks.DistrictAccounts(binaries)
        self.place = self.accounts.place
        self.data = os.path.join(self.place.root, "till")
        self.secrets, self.paid = set(), 0
        self.place.run("mulin-pos", "init", "--data", self.data, "--demo", check=0)
        self.accounts.join(self.data)

    def play(self, bank, isolated, said):
        """A payment, and one that is under way when everything is killed; then the recovery."""
        with open(os.path.join(self.data, "mulin.toml"), "w", encoding="utf-8") as config:
            config.write("\n".join(bank.config(None, isolated)) + "\n")
        process = subprocess.Popen([self.bin + "/mulin-pos", "play", "-", "--data", self.data], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=said, cwd=self.data, text=True)
        for behaviour in ("approve", "wait_for_ever"):
            process.stdin.write(self.sale(bank, behaviour) + "\n")
            process.stdin.flush()
            if behaviour == "approve":
                ready = select.select([process.stdout], [], [], 60)[0]
                answer = process.stdout.readline() if ready else ""
                assert answer, "%s gave no answer" % bank.name
                said.write(answer)
                self.paid += '"ok":true' in answer
        time.sleep(0.3)
        for child in children_of(process):
            os.kill(child, signal.SIGQUIT)
        process.send_signal(signal.SIGQUIT)
        process.communicate(timeout=60)

    def sale(self, bank, behaviour):
        if bank.code(behaviour) is None:
            behaviour = "approve"
        tender = bank.tender(behaviour)
        self.secrets |= {value for key, value in tender.items() if key in ("code", "card")}
        ref = "%s-%d" % (bank.name, time.monotonic_ns())
        return json.dumps({"ref": ref, "do": "sell", "diner": None, "meal": "lunch", "service": "dine_in",
                           "lines": [{"item": "set-a", "quantity": 1}], "tender": [tender]})

    def run(self):
        with open(os.path.join(self.place.root, "said"), "w", encoding="utf-8") as said:
            for name in kill_banks.ALL:
                bank = self.accounts if name == "senior_card" else kill_banks.open_bank(self.bin, name)
                try:
                    if bank is not self.accounts:
                        files = [path for key, path in bank.settings.items() if key.endswith("_file") and key != "notes_file"]
                        keys = key_lines(files)
                        assert keys or name in ("card_terminal", "vendor"), "%s has no key that could be found" % name
                        self.secrets |= keys
                    for isolated in (True, False) if name in ("alipay", "wechat_v2") else (True,):
                        self.play(bank, isolated, said)
                finally:
                    if bank is not self.accounts:
                        bank.close()
        with open(os.path.join(self.data, "mulin.toml"), "w", encoding="utf-8"):
            pass
        self.place.run("mulin-pos", "sync", "--once", "--data", self.data, "--json")
        self.place.server.send_signal(signal.SIGQUIT)
        self.place.server.wait(timeout=20)

    def search(self):
        assert self.paid >= len(kill_banks.ALL), "only %d payments, so nothing was proved" % self.paid
        pan = "6217001234567890"  # that the terminal says, in three places of its answer
        hits = found(self.place.root, sorted(self.secrets) + [pan, " ".join(pan[at:at + 4] for at in range(0, 16, 4))])
        # The keys of till and district lie in their own folders and nowhere else.
        own = key_lines(glob.glob(self.place.root + "/*/keys/*.key"))
        assert own, "the district has no key that could be found"
        hits += [hit for hit in found(self.place.root, sorted(own)) if "/keys/" not in hit[0]]
        assert any("/keys/" in hit[0] for hit in found(self.place.root, sorted(own))), "the search does not find the keys where they are"
        return hits

    def close(self):
        if self.place.server is not None:
            self.place.server.stdout.close()
            self.place.server = None
        shutil.rmtree(self.place.root, ignore_errors=True)


def scan_every_channel(binaries):
    run = EveryChannel(binaries)
    try:
        os.chdir(run.place.root)
        run.run()
        hits = run.search()
        if hits:
            sys.exit("secrets were left behind: %r" % [(file, secret[:6] + "…") for file, secret in hits])
        print("nothing was left behind by %d payments over %d channels, %d secrets" % (run.paid, len(kill_banks.ALL), len(run.secrets)))
    finally:
        os.chdir("/")
        run.close()


def main():
    till = os.path.abspath(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "till")
        subprocess.run([till, "init", "--data", data, "--demo"], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(data, "mulin.toml"), "a", encoding="utf-8") as config:
            config.write('\n[simulated]\nlatency_ms = 20\ngive_up_ms = 2000\n')
            config.write('[[channel]]\nname = "chatty"\ncommand = ["%s"]\n' % CHATTY)
            for prefix, most, channel in (("13", 18, "simulated"), ("28", 18, "simulated"), ("62", 19, "simulated"), ("88", 18, "chatty")):
                config.write('[[code]]\nprefix_from = %s\nmin_length = 18\nmax_length = %d\nwallet = "alipay"\nchannel = "%s"\n'
                             % (prefix, most, channel))
        with open(os.path.join(folder, "said"), "w", encoding="utf-8") as out:
            play(till, data, [sell("k%d" % i, code) for i, code in enumerate(CODES)], out, kill_after=0.8)
            play(till, data, [sell("r%d" % i, code) for i, code in enumerate(CODES)], out)
        secrets = CODES + [CHATTY_KEY] + [" ".join(CHATTY_CODE[at:at + 4] for at in range(0, 18, 4))]
        hits = found(folder, secrets)
        with open(os.path.join(data, "log", "channels.log"), encoding="utf-8") as log:
            if log.read().count("chatty") < 5:
                sys.exit("the channel's own words are not in the log, so nothing was proved about them")
        if hits:
            sys.exit("secrets were left behind: %r" % hits)
        with open(os.path.join(folder, "said"), encoding="utf-8") as said:
            if said.read().count('"ok":true') < 2:
                sys.exit("the till did not pay, so nothing was proved")
        with open(os.path.join(data, "planted.log"), "w", encoding="utf-8") as planted:
            planted.write("auth_code=" + CODES[0])
        if not found(folder, CODES):
            sys.exit("the search would not find a code that is there")
    scan_every_channel(os.path.dirname(till))


if __name__ == "__main__":
    main()
