"""A till and its district over a line that loses, delays, cuts and hangs, while either of them is ended without
warning. In the end every sale is there once. MULIN_LONG=1: 500 ends of each; else a few."""

import os
import random
import selectors
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import main, today

ENDS = 500 if os.environ.get("MULIN_LONG") == "1" else 6


class Proxy:
    """Forwards to the server, and now and then does not."""

    def __init__(self, place, seed):
        self.place = place
        self.dice = random.Random(seed)
        self.faults = {"cut": 0, "hang": 0, "delay": 0, "refused": 0, "whole": 0}
        self.quiet = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            kind = "whole" if self.quiet else self.dice.choice(["whole", "whole", "cut", "cut", "hang", "delay", "refused"])
            self.faults[kind] += 1
            after = self.dice.randrange(1, 60_000)
            threading.Thread(target=self.carry, args=(near, kind, after), daemon=True).start()

    def carry(self, near, kind, after):
        if kind == "refused":
            return near.close()
        try:
            far = socket.create_connection(("127.0.0.1", self.place.port), timeout=5)
        except OSError:
            return near.close()
        carried, watch = 0, selectors.DefaultSelector()
        for one, other in ((near, far), (far, near)):
            watch.register(one, selectors.EVENT_READ, other)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for key, _ in watch.select(1):
                try:
                    data = key.fileobj.recv(16384)
                    if kind == "delay":
                        time.sleep(0.02)
                    carried += len(data)
                    if not data or (kind == "cut" and carried > after):
                        near.close(), far.close()
                        return
                    if kind == "hang" and carried > after:
                        time.sleep(3)  # half open: neither side hears of the other
                        near.close(), far.close()
                        return
                    key.data.sendall(data)
                except OSError:
                    near.close(), far.close()
                    return


def everything_arrives_once(place):
    place.district("init", "--demo")
    place.start()
    proxy = Proxy(place, 20260310)
    folder, code = place.new_till("a", sales=40)
    proxy.quiet = True
    place.run("till_probe", "enroll", folder, f"https://127.0.0.1:{proxy.port}", code, check=0)
    proxy.quiet = False
    sales, ended_server, ended_till = 40, 0, 0
    while min(ended_server, ended_till) < ENDS:
        place.run("till_probe", "sell", folder, "10", "S1", check=0)
        sales += 10
        probe = subprocess.Popen([os.path.join(place.bin, "till_probe"), "sync", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(proxy.dice.random() * 0.15)
        if proxy.dice.random() < 0.5:
            ended_till += probe.poll() is None
            probe.kill()
        else:
            ended_server += 1
            place.kill()
            place.start()
        try:
            probe.wait(timeout=8)
        except subprocess.TimeoutExpired:
            probe.kill()
            probe.wait()
    proxy.quiet = True
    for _ in range(10):
        if place.run("till_probe", "sync", folder).returncode == 0:
            break
    assert place.sync(folder)["waiting"] == 0
    entries = place.exported()
    keys = [(entry["till"], entry["epoch"], entry["seq"]) for entry in entries]
    assert len(keys) == len(set(keys)), "an entry is there twice"
    assert place.report(today())["sales"] == sales, (place.report(today())["sales"], sales)
    place.district("journal", "verify")
    assert proxy.faults["cut"] + proxy.faults["hang"] > 0, proxy.faults
    print(f"      {sales} sales; server ended {ended_server}, till ended {ended_till}; lines {proxy.faults}")


if __name__ == "__main__":
    main([everything_arrives_once])
