"""A line between tills and servers: each connection goes to one of the servers that are named, and some of them are
cut, hang, are slow or refused."""

import random
import selectors
import socket
import threading
import time

KINDS = ["whole", "whole", "cut", "cut", "hang", "delay", "refused"]


class Line:
    def __init__(self, ports, seed):
        """ports() gives the servers' ports as they are now; any of them may be gone."""
        self.ports = ports
        self.dice = random.Random(seed)
        self.carried = {kind: 0 for kind in KINDS}
        self.quiet = False
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            kind = "whole" if self.quiet else self.dice.choice(KINDS)
            self.carried[kind] += 1
            task = (near, self.dice.choice(self.ports()), kind, self.dice.randrange(1, 60_000))
            threading.Thread(target=self.carry, args=task, daemon=True).start()

    def carry(self, near, port, kind, after):
        if kind == "refused":
            return near.close()
        try:
            far = socket.create_connection(("127.0.0.1", port), timeout=5)
        except OSError:
            return near.close()
        watch = selectors.DefaultSelector()
        for one, other in ((near, far), (far, near)):
            watch.register(one, selectors.EVENT_READ, other)
        try:
            self.pass_on(watch, kind, after)
        except OSError:
            pass
        near.close(), far.close(), watch.close()

    @staticmethod
    def pass_on(watch, kind, after):
        carried, until = 0, time.monotonic() + 30
        while time.monotonic() < until:
            for key, _ in watch.select(1):
                data = key.fileobj.recv(16384)
                if kind == "delay":
                    time.sleep(0.02)
                carried += len(data)
                if not data or (kind == "cut" and carried > after):
                    return
                if kind == "hang" and carried > after:
                    time.sleep(3)  # half open: neither side hears of the other
                    return
                key.data.sendall(data)
