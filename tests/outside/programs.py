"""Starts the real programs in a temporary folder and talks to them. Standard library only."""

import json
import os
import select
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time


class Place:
    """A folder with a district and tills, and the programs that work on them."""

    def __init__(self, binaries, root=None):
        self.bin = binaries
        self.root = root or tempfile.mkdtemp(prefix="mulin-outside-")
        self.data = os.path.join(self.root, "district")
        self.server = None
        self.port = 0
        self.console = 0

    def close(self):
        if self.server:
            self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def run(self, *words, check=None):
        done = subprocess.run([os.path.join(self.bin, words[0]), *words[1:]], capture_output=True, text=True, timeout=120)
        if check is not None and done.returncode != check:
            raise AssertionError(f"{words} gave {done.returncode}, not {check}: {done.stdout[-500:]} {done.stderr[-500:]}")
        return done

    def district(self, *words, check=0):
        return self.run("mulin-district", *words, "--data", self.data, check=check)

    def last_words(self):
        """What the server said last, and whether it still runs."""
        log = os.path.join(self.root, "server.log")
        said = open(log).read()[-300:].strip() if os.path.exists(log) else ""
        state = "not started" if self.server is None else "ended with %s" % self.server.poll() if self.server.poll() is not None else "running"
        return f"server {state}: {said}"

    def start(self):
        listen = f"127.0.0.1:{self.port}"
        self.server = subprocess.Popen(
            [os.path.join(self.bin, "mulin-district"), "serve", "--data", self.data, "--listen", listen,
             "--console", f"127.0.0.1:{self.console}"], stdout=subprocess.PIPE, stderr=open(self.root + "/server.log", "a"), text=True)
        ready, _, _ = select.select([self.server.stdout], [], [], 60)
        line = self.server.stdout.readline() if ready else ""
        if not line.startswith("ready "):
            raise AssertionError(f"no ready line but {line!r}")
        words = dict(word.split("=", 1) for word in line.split()[1:])
        self.port = int(words["listen"].rsplit(":", 1)[1])
        self.console = int(words["console"].rsplit(":", 1)[1])

    def stop(self):
        self.server.terminate()
        code = self.server.wait(timeout=20)
        self.server.stdout.close()
        self.server = None
        return code

    def kill(self):
        self.server.kill()
        self.server.wait(timeout=20)
        self.server.stdout.close()
        self.server = None

    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def new_till(self, name, sales=0, site="S1"):
        folder = os.path.join(self.root, name)
        os.makedirs(folder, exist_ok=True)
        code = json.loads(self.district("till", "add", "--site", site, "--json").stdout)["code"]
        if sales:
            self.run("till_probe", "sell", folder, str(sales), site, check=0)
        return folder, code

    def join(self, name, sales=0, site="S1"):
        folder, code = self.new_till(name, sales, site)
        self.run("till_probe", "enroll", folder, self.url(), code, check=0)
        return folder

    def sync(self, folder, check=0):
        done = self.run("till_probe", "sync", folder, check=check)
        return json.loads(done.stdout) if check == 0 else done

    def exported(self):
        return [json.loads(line) for line in self.district("journal", "export").stdout.splitlines()]

    def report(self, date):
        return json.loads(self.district("report", "day", "--date", date, "--json").stdout)

    def context(self, folder=None, authority=True):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        if authority:
            made.load_verify_locations(os.path.join(self.data, "keys", "ca.crt"))
        else:
            made.check_hostname = False
            made.verify_mode = ssl.CERT_NONE
        if folder:
            made.load_cert_chain(os.path.join(folder, "keys", "transport.crt"), os.path.join(folder, "keys", "transport.key"))
        return made

    def connect(self, folder=None, context=None, timeout=20):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        return (context or self.context(folder)).wrap_socket(plain, server_hostname="127.0.0.1")

    def http(self, folder, method, path, body=b"", headers=(), context=None):
        """Status and body of one request; the connection is closed afterwards."""
        with self.connect(folder, context) as link:
            head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
            head += "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
            link.sendall(head.encode() + body)
            return read_answer(link)


def read_answer(link):
    data = b""
    while True:
        try:
            piece = link.recv(65536)
        except (ssl.SSLError, ConnectionError):
            break
        if not piece:
            break
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    status = int(head.split()[1]) if head.startswith(b"HTTP/") else 0
    return status, body


def today():
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))


def main(cases):
    binaries = sys.argv[1]
    failed = 0
    for case in cases:
        place = Place(binaries)
        began = time.time()
        try:
            case(place)
            print(f"ok    {case.__name__} ({time.time() - began:.1f} s)", flush=True)
        except Exception as error:  # a failed case must not hide the others
            failed += 1
            print(f"FAIL  {case.__name__}: {type(error).__name__}: {error}", flush=True)
            print(f"      {place.last_words()}", flush=True)
        finally:
            place.close()
    sys.exit(1 if failed else 0)
