"""What a stranger may try on the tills' address: old protocols, thousands of idle links, floods, packed bodies.
The server keeps serving tills, and keeps its memory. MULIN_LONG=1 tries ten times as much."""

import json
import os
import resource
import socket
import ssl
import subprocess
import sys
import xml.etree.ElementTree as xml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import main, read_answer

LONG = os.environ.get("MULIN_LONG") == "1"
MEMORY_KB = 256 * 1024


def demo(place):
    place.district("init", "--demo")
    place.start()


def memory_kb(place):
    """The most that the server ever held."""
    for line in open(f"/proc/{place.server.pid}/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError("no memory told")


def only_good_protocols_and_ciphers(place):
    demo(place)
    scan = subprocess.run(["sslscan", "--xml=-", f"127.0.0.1:{place.port}"], capture_output=True, text=True, timeout=120, check=True)
    found = xml.fromstring(scan.stdout[scan.stdout.index("<?xml"):])
    protocols = {(each.get("type"), each.get("version")): each.get("enabled") for each in found.iter("protocol")}
    assert protocols, scan.stdout[:500]
    for name, enabled in protocols.items():
        assert enabled == ("1" if name == ("tls", "1.3") else "0"), (name, enabled)
    ciphers = [(each.get("sslversion"), each.get("cipher"), int(each.get("bits"))) for each in found.iter("cipher")]
    assert ciphers, scan.stdout[:500]
    for version, cipher, bits in ciphers:
        assert bits >= 128 and ("GCM" in cipher or "CHACHA20" in cipher or "CCM" in cipher), (version, cipher, bits)
        assert version == "TLSv1.3", (version, cipher)
    assert all(each.get("vulnerable") == "0" for each in found.iter("heartbleed")), "heartbleed"
    assert all(each.get("supported") == "0" for each in found.iter("compression")), "compression"


def a_thousand_slow_links_do_not_stop_a_till(place):
    demo(place)
    till = place.join("a", sales=3)
    count = 10000 if LONG else 1000
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(count + 500, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    slow, refused = [], 0
    for number in range(count):
        try:
            link = socket.create_connection(("127.0.0.1", place.port), timeout=10)
            link.sendall(b"\x16\x03\x01\x02" if number % 2 else b"\x16")
            slow.append(link)
        except OSError:
            refused += 1  # the server, too, may say that it has enough
    assert len(slow) > count // 4, (len(slow), refused)
    assert place.sync(till)["waiting"] == 0, "a till is served beside them"
    for link in slow[::7]:
        try:
            link.sendall(b"\x00")
        except OSError:
            pass
    assert place.sync(till)["waiting"] == 0
    assert memory_kb(place) < MEMORY_KB, memory_kb(place)
    for link in slow:
        link.close()


def floods_are_cut_short(place):
    demo(place)
    till = place.join("a", sales=1)
    with place.connect(till) as link:  # a header line without an end
        link.sendall(b"GET /v1/head HTTP/1.1\r\nHost: x\r\nX: ")
        sent, piece = 0, b"a" * 65536
        try:
            while sent < 300 * 1024 * 1024:
                link.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
        assert sent < 100 * 1024 * 1024, f"{sent} bytes of one header were taken"  # read and thrown away, up to a bound
    with place.connect(till) as link:  # announced, never sent
        link.sendall(b"POST /v1/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n")
        assert read_answer(link)[0] == 413
    status, _ = place.http(till, "POST", "/v1/upload", b"\x1f\x8b" + b"\x00" * 100, headers=[("Content-Encoding", "gzip")])
    assert status == 415, status
    assert memory_kb(place) < MEMORY_KB, memory_kb(place)
    assert place.sync(till)["waiting"] == 0


def another_tills_certificate_speaks_only_for_itself(place):
    demo(place)
    victim, thief = place.join("a", sales=2), place.join("b")
    place.sync(victim)
    before = place.exported()
    name = json.load(open(os.path.join(victim, "keys", "enrolment.json")))["till"]
    head = {"v": 1, "till": name, "lines": 0}
    status, answer = place.http(thief, "POST", "/v1/upload", json.dumps(head).encode() + b"\n")
    assert status in (400, 403), (status, answer)
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    plain.check_hostname, plain.verify_mode = False, ssl.CERT_NONE
    assert place.http(None, "POST", "/v1/upload", b"{}\n", context=plain)[0] == 401
    assert place.exported() == before


if __name__ == "__main__":
    main([only_good_protocols_and_ciphers, a_thousand_slow_links_do_not_stop_a_till, floods_are_cut_short,
          another_tills_certificate_speaks_only_for_itself])
