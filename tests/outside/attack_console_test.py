"""Attacks on the console from outside: guessing, stolen and prepared sessions, forged pages, injections.
And that its doors open for whom they should."""

import json
import os
import subprocess

from office import Browser, DEMO_PASSWORD, signed_in
from programs import main, today

OPEN_TO_ALL = {"/", "/texts.js", "/console.js", "/today.js", "/claim.js", "/exceptions.js", "/search.js", "/records.js", "/console.css", "/mark.svg"}
BEHIND_THE_DOOR = ("/api/me", "/api/today", "/api/differences", "/api/exceptions", "/api/months", "/api/bills", "/api/audit")


def demo(place):
    place.district("init", "--demo")
    place.start()


def nothing_is_shown_without_signing_in(place):
    demo(place)
    stranger = Browser(place)
    for path in BEHIND_THE_DOOR:
        assert stranger.get(path).status == 401, path
    for path in ("/api/search", "/api/sale", "/api/decide", "/api/close_month", "/api/sign_out", "/api/password"):
        assert stranger.post(path, {}).status == 401, path
    for path in OPEN_TO_ALL:
        answer = stranger.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert answer.status == 200 and "unsafe" not in policy and "default-src 'none'" in policy, path
        assert b"<script>" not in answer.body and b" onclick=" not in answer.body and b"style=" not in answer.body, path
    for name in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert stranger.get("/").headers[name], name
    assert stranger.get("/healthz").json() == {"status": "ok"}
    # Made-up, stolen-looking and hostile cookies are strangers too.
    for value in ("0" * 64, "' OR 1=1 --", "", "%00", "x" * 4000):
        stranger.cookies = {"mulin_session": value}
        assert stranger.get("/api/me").status == 401, value


def each_role_sees_its_part(place):
    demo(place)
    till = place.join("a", sales=2, site="S1")
    other = place.join("b", sales=3, site="S2")
    place.sync(till)
    place.sync(other)
    allowed = {"admin": set(BEHIND_THE_DOOR), "settle": set(BEHIND_THE_DOOR) - {"/api/audit"}, "auditor": set(BEHIND_THE_DOOR),
               "manager": set(BEHIND_THE_DOOR) - {"/api/audit", "/api/bills", "/api/months"}}
    for name, paths in allowed.items():
        browser = signed_in(place, name)
        for path in BEHIND_THE_DOOR:
            assert browser.get(path).status == (200 if path in paths else 403), (name, path)
    shown = browser.get("/api/today").json()
    assert shown["sales"] == 2 and [site["site"] for site in shown["sites"]] == ["S1"], shown
    assert len(shown["tills"]) == 1 and not shown["by_payer"], shown
    foreign = next(json.loads(entry["body"]) and entry for entry in place.exported() if '"site":"S2"' in entry["body"] and '"list_fen"' in entry["body"])
    key = {name: foreign[name] for name in ("till", "epoch", "seq")}
    assert browser.post("/api/sale", key).status == 404
    assert browser.post("/api/search", {"date": today()}).json()["list"] and all(
        row["site"] == "S1" for row in browser.post("/api/search", {"date": today()}).json()["list"])


def a_whole_story_and_its_trace(place):
    demo(place)
    till = place.join("a", sales=2)
    place.sync(till)
    entry = [one for one in place.exported() if '"list_fen"' in one["body"] and '"lines"' in one["body"]][-1]
    browser = signed_in(place, "auditor")
    found = browser.post("/api/search", {"text": f"{entry['till']}-{entry['epoch']}-{entry['seq']}"}).json()["list"]
    assert len(found) == 1 and found[0]["seq"] == entry["seq"], found
    story = browser.post("/api/sale", found[0]).json()
    assert story["checks"]["hash"] and story["checks"]["signature"] and story["entry"]["hash"] == entry["hash"], story["checks"]
    assert story["sale"]["list_fen"] == 1500 and story["sale"]["payments"], story
    day = browser.post("/api/search", {"date": today(), "amount_fen": story["sale"]["paid_fen"]}).json()["list"]
    assert any(row["seq"] == entry["seq"] for row in day), day
    # Looking for a person needs a reason, and so does a name.
    assert browser.post("/api/search", {"text": "D000001"}).status == 400
    assert browser.post("/api/search", {"text": "D000001", "reason": "complaint 7"}).status == 200
    assert browser.post("/api/sale", dict(found[0], unveil=True)).status == 400
    lines = [json.loads(line) for line in place.district("audit", "list").stdout.splitlines()]
    assert [line["action"] for line in lines] == ["sign_in", "search", "see_sale", "search", "search"], lines
    assert lines[-1]["reason"] == "complaint 7" and "D000001" in lines[-1]["subject"] and lines[2]["who"] == "auditor", lines
    assert "verified 5 lines" in place.district("audit", "verify").stdout
    # The log is what it was: a changed line is found.
    place.stop()
    import sqlite3
    with sqlite3.connect(os.path.join(place.data, "district.db")) as database:
        database.execute("UPDATE audit_line SET reason = 'another' WHERE seq = 5")
    database.close()
    assert "Line 5" in place.district("audit", "verify", check=1).stderr


def a_guessed_password_gets_nowhere(place):
    demo(place)
    guesser = Browser(place)
    known = signed_in(place, "admin")
    answers = [guesser.sign_in("admin", f"wrong-password-{i}").status for i in range(8)]
    assert answers == [401] * 5 + [429] * 3, answers
    assert guesser.sign_in("admin").status == 429, "the right password does not help either"
    # A restart gives nothing back; nor does the time a till's clock would say.
    place.kill()
    place.start()
    blocked = guesser.sign_in("admin")
    assert blocked.status == 429 and int(blocked.headers["Retry-After"]) <= 15 * 60, blocked.status
    # Names that nobody has behave alike.
    answers = [guesser.sign_in("nobody-here", "wrong-password-0").status for _ in range(6)]
    assert answers == [401] * 5 + [429], answers
    # A browser that was here before still gets in, and the sign-in from before the attack lives.
    assert known.get("/api/me").status == 200
    known.cookies.pop("mulin_session")
    assert known.sign_in("admin").status == 200
    # An administrator of the machine unlocks.
    place.district("staff", "unlock", "admin")
    assert guesser.sign_in("admin").status == 200


def sessions_are_not_prepared_shared_or_kept(place):
    demo(place)
    victim = Browser(place)
    planted = "a" * 64
    victim.cookies = {"mulin_session": planted}
    assert victim.sign_in("settle").status == 200
    assert victim.cookies["mulin_session"] != planted, "session fixation"
    attacker = Browser(place)
    attacker.cookies = {"mulin_session": planted}
    assert attacker.get("/api/me").status == 401
    first = victim.cookies["mulin_session"]
    assert victim.sign_in("settle").status == 200 and victim.cookies["mulin_session"] != first
    attacker.cookies = {"mulin_session": first}
    assert attacker.get("/api/me").status == 401, "signing in again ends the sign-in before"
    line = next(line for line in victim.sign_in("settle").headers.get_all("Set-Cookie") if line.startswith("mulin_session="))
    assert "HttpOnly" in line and "SameSite=Strict" in line and "Path=/" in line, line
    # Signing out ends it at the server, not only in the browser.
    kept = dict(victim.cookies)
    assert victim.post("/api/sign_out", {}).status == 200
    victim.cookies = kept
    assert victim.get("/api/me").status == 401
    # Only hashes are at rest.
    data = b"".join(open(os.path.join(place.data, name), "rb").read() for name in os.listdir(place.data) if name.startswith("district.db"))
    assert kept["mulin_session"].encode() not in data and kept["mulin_device"].encode() not in data and DEMO_PASSWORD.encode() not in data
    # A new password ends everything that was signed in with the old one.
    assert victim.sign_in("settle").status == 200
    password = json.loads(place.district("staff", "password", "settle", "--json").stdout)["password"]
    assert victim.get("/api/me").status == 401 and Browser(place).sign_in("settle").status == 401
    assert Browser(place).sign_in("settle", password).status == 200
    place.district("staff", "close", "settle")
    assert Browser(place).sign_in("settle", password).status == 401


def another_page_cannot_act(place):
    demo(place)
    victim = signed_in(place)
    good = {"date": today()}
    for forged in ({"X-Mulin-Token": None}, {"X-Mulin-Token": "0" * 64}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"},
                   {"Origin": "null"}, {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}):
        assert victim.post("/api/search", good, headers=forged).status == 403, forged
    assert victim.post("/api/search", good, headers={"Origin": f"http://127.0.0.1:{place.console}"}).status == 200
    assert Browser(place).post("/api/sign_in", {"name": "admin", "password": DEMO_PASSWORD}, headers={"Origin": "http://evil.example"}).status == 403
    assert victim.get("/api/search").status == 405 and victim.get("/api/sign_out").status == 405
    for host in ("evil.example", "localhost.evil.example", ""):
        assert victim.get("/api/today", headers={"Host": host or "@"}).status == 421, host


def injections_stay_text(place):
    place.district("init", "--demo")
    names = os.path.join(place.root, "names.csv")
    hostile = ["<script>alert(1)</script>", "'; DROP TABLE sale; --", "=cmd|'/c calc'!A1", "\u202e反转", "<img src=x onerror=alert(1)>"]
    with open(names, "w") as out:
        out.write("id,name,birth_date\n" + "".join(f'H{i},"{name}",1950-01-02\n' for i, name in enumerate(hostile)))
    place.district("diners", "import", names)
    place.start()
    browser = signed_in(place)
    for text in hostile + ["' OR '1'='1", "%", "_", "!", "a/b/1", "D' UNION SELECT password FROM office_member --/x/1", "\x00"]:
        answer = browser.post("/api/search", {"text": text, "reason": text})
        assert answer.status == 200 and answer.json()["list"] == [], (text, answer.body)
    assert browser.post("/api/search", {"text": "\ud800", "reason": "-"}).status == 400, "no character at all"
    for key in ({"till": "'", "epoch": "\"", "seq": 1}, {"till": [], "epoch": {}, "seq": "1"}, [], None, 7, "x", {"seq": 1e99}):
        assert browser.post("/api/sale", key).status in (400, 403, 404), key
    for body in (b"", b"{", b"[" * 4000, b"\xff\xfe", b'{"name":1,"password":[]}'):
        assert browser.send("POST", "/api/sign_in", body, {"Content-Type": "application/json"}).status == 400, body[:20]
    for path in ("/../keys/ca.key", "/keys/ca.key", "/%2e%2e/district.db", "/api/today/../../x", "/v1/ca", "//etc/passwd", "/console.js%00.html",
                 "/api/", "/api/today/", "/" + "a" * 3000):
        assert browser.get(path).status == 404, path
    assert browser.get("/api/today?date=<script>").status == 200 and browser.get("/api/audit?before=1'--").status == 200
    kept = browser.get("/api/audit").json()
    assert kept["unbroken"] and any(line["reason"] == hostile[0] for line in kept["list"]), kept["list"][:3]
    assert browser.get("/api/audit").headers["Content-Type"].startswith("application/json")
    assert place.district("diners", "import", names).returncode == 0, "the tables are all there"


def operators_see_health_and_counts(place):
    demo(place)
    till = place.join("a", sales=2)
    place.sync(till)
    browser = Browser(place)
    assert place.http(None, "GET", "/healthz")[0] == 200
    text = browser.get("/metrics").body.decode()
    samples = dict(line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    assert int(samples["mulin_entries"]) >= 3 and samples['mulin_tills{state="active"}'] == "1", text
    assert int(samples['mulin_http_requests_total{endpoint="tills",path="/v1/upload",code="200"}']) >= 1, text
    assert int(samples["process_resident_memory_bytes"]) < 256 << 20
    assert "单" not in text and "D0000" not in text, "no person in the metrics"
    assert browser.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status == 403
    signed_in(place).post("/api/search", {"text": "D000001", "reason": "why not"})
    assert place.stop() == 0
    lines = [json.loads(line) for line in open(os.path.join(place.root, "server.log"))]
    assert lines[0]["event"] == "started" and lines[-1]["event"] == "stopped", lines
    assert not any("D000001" in str(line) or "why not" in str(line) for line in lines), lines


def keys_that_others_can_read_stop_the_start(place):
    place.district("init", "--demo")
    key = os.path.join(place.data, "keys", "ca.key")
    os.chmod(key, 0o640)
    done = subprocess.run([os.path.join(place.bin, "mulin-district"), "serve", "--data", place.data, "--listen", "127.0.0.1:0", "--console",
                           "127.0.0.1:0"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "ca.key" in done.stderr and "chmod 600" in done.stderr, done
    os.chmod(key, 0o600)
    place.start()


main([nothing_is_shown_without_signing_in, each_role_sees_its_part, a_whole_story_and_its_trace, a_guessed_password_gets_nowhere,
      sessions_are_not_prepared_shared_or_kept, another_page_cannot_act, injections_stay_text, operators_see_health_and_counts,
      keys_that_others_can_read_stop_the_start])
