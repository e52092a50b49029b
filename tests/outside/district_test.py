"""The district's server from outside: joining, uploading, attacks, kills."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time

from office import signed_in
from programs import main, read_answer, today


def demo(place):
    place.district("init", "--demo")
    place.start()


def empty_head(till, entries=0):
    return json.dumps({"v": 1, "till": till, "incarnation": "", "utc": "2026-03-10T11:45:00+08:00", "mono_ms": 0,
                       "software": "x", "entries": entries}).encode() + b"\n"


def joins_uploads_and_reports(place):
    demo(place)
    till = place.join("a", sales=7)
    summary = place.sync(till)
    assert summary["waiting"] == 0 and summary["acked"] == len(place.exported()), summary
    assert sum('"kind":"sale"' in entry["body"] for entry in place.exported()) == 7
    assert summary["snapshot"] and summary["diners_down"] == 5000, summary
    report = place.report(today())
    assert report["sales"] == 7 and report["list_fen"] == 7 * 1500, report
    assert report["benefit_fen"] + report["paid_fen"] == report["list_fen"], report
    for group in ("by_site", "by_vendor", "by_subdistrict", "by_meal", "by_service"):
        assert sum(row["sales"] for row in report[group].values()) == 7, group
    assert sum(row["amount_fen"] for row in report["by_payer"].values()) == report["benefit_fen"], report
    again = place.sync(till)
    assert again["uploaded"] == 0 and again["diners_down"] == 0, again
    place.district("journal", "verify")
    listed = json.loads(place.district("till", "list", "--json").stdout)
    assert len(listed) == 1 and listed[0]["entries"] == len(place.exported()) and listed[0]["waiting"] == 0, listed


def commands_work_with_and_without_the_server(place):
    place.district("init", "--demo")
    before = place.district("till", "list").stdout
    place.start()
    assert place.district("till", "list").stdout == before
    place.join("a", sales=1)
    while_serving = place.exported()
    assert place.stop() == 0
    assert place.exported() == while_serving
    assert place.district("init", "--demo", check=1).stderr.count("\n") == 1
    assert "line" not in place.district("till", "add", "--site", "NOWHERE", check=2).stderr


def a_code_works_once_and_only_the_right_one(place):
    demo(place)
    folder, code = place.new_till("a")
    wrong = code[:-20] + ("A" if code[-20] != "A" else "B") + code[-19:]
    assert place.run("till_probe", "enroll", folder, place.url(), wrong).returncode != 0
    bad_secret = ("A" if code[0] != "A" else "B") + code[1:]
    assert place.run("till_probe", "enroll", folder, place.url(), bad_secret).returncode == 1
    place.run("till_probe", "enroll", folder, place.url(), code, check=0)
    other = os.path.join(place.root, "b")
    os.makedirs(other)
    assert place.run("till_probe", "enroll", other, place.url(), code).returncode == 1


def an_impostor_learns_nothing(place):
    """Another district answers at the address: the till notices before it sends the secret."""
    demo(place)
    folder, code = place.new_till("a")
    place.stop()
    shutil.move(place.data, place.data + "-real")
    demo(place)
    done = place.run("till_probe", "enroll", folder, place.url(), code)
    assert done.returncode == 3 and "not the district" in done.stderr, done.stderr


def certificates_decide(place):
    demo(place)
    till = place.join("a", sales=2)
    name = place.run("till_probe", "status", till, check=0) and json.load(open(os.path.join(till, "keys", "enrolment.json")))["till"]
    status, _ = place.http(None, "POST", "/v1/upload", empty_head(name))
    assert status == 401, status
    assert place.http(till, "POST", "/v1/upload", empty_head("T9999"))[0] == 403
    assert place.http(till, "POST", "/v1/upload", empty_head(name))[0] == 200
    # A certificate of another authority does not get past the handshake.
    stranger = os.path.join(place.root, "stranger")
    os.makedirs(os.path.join(stranger, "keys"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x",
                    "-keyout", os.path.join(stranger, "keys", "transport.key"), "-out", os.path.join(stranger, "keys", "transport.crt")],
                   check=True, capture_output=True)
    try:
        status, body = place.http(stranger, "POST", "/v1/upload", empty_head(name))
        assert status == 0 and not body, (status, body)
    except (OSError, ConnectionError):
        pass
    # An old protocol is refused.
    old = place.context(till)
    old.maximum_version = __import__("ssl").TLSVersion.TLSv1_2
    try:
        place.http(None, "GET", "/v1/ca", context=old)
        raise AssertionError("TLS 1.2 was accepted")
    except OSError:
        pass
    # A till enrolled anew makes its old certificate worthless.
    saved = os.path.join(place.root, "saved")
    shutil.copytree(os.path.join(till, "keys"), os.path.join(saved, "keys"))
    code = json.loads(place.district("till", "add", "--site", "S1", "--json").stdout)["code"]
    place.run("till_probe", "enroll", till, place.url(), code, check=0)
    assert place.http(saved, "GET", "/v1/head")[0] == 403
    assert place.http(till, "GET", "/v1/head")[0] == 200


def key_files_belong_to_their_owner(place):
    demo(place)
    till = place.join("a")
    for folder in (place.data, till):
        for file in os.listdir(os.path.join(folder, "keys")):
            mode = os.stat(os.path.join(folder, "keys", file)).st_mode & 0o777
            assert mode == 0o600, (file, oct(mode))
    assert os.stat(place.data).st_mode & 0o077 == 0
    assert os.stat(os.path.join(place.data, "admin.sock")).st_mode & 0o077 == 0


def a_revoked_till_is_told_and_loses_nothing(place):
    demo(place)
    till = place.join("a", sales=3)
    place.sync(till)
    name = json.load(open(os.path.join(till, "keys", "enrolment.json")))["till"]
    place.district("till", "revoke", name)
    place.run("till_probe", "sell", till, "2", "S1", check=0)
    refused = place.sync(till, check=1)
    assert "revoked" in refused.stderr, refused.stderr
    report = place.report(today())
    assert report["sales"] == 3 and report["quarantined"] > 0, report
    assert place.http(till, "GET", "/v1/down?cursor=0&incarnation=")[0] == 403
    code = json.loads(place.district("till", "add", "--site", "S1", "--json").stdout)["code"]
    place.run("till_probe", "enroll", till, place.url(), code, check=0)
    place.sync(till)
    assert place.report(today())["sales"] == 5
    place.district("journal", "verify")


def malformed_and_oversized_messages_get_a_clear_answer(place):
    demo(place)
    till = place.join("a", sales=1)
    name = json.load(open(os.path.join(till, "keys", "enrolment.json")))["till"]
    for body in (b"", b"{", b"[]\n", b"null\n", b"\xff\xfe\n", b"{}\n", empty_head(name, 3), empty_head(name, -1), empty_head(name, 501),
                 empty_head(name) + b"extra\n", b"{\"v\":" * 100000):
        status, answer = place.http(till, "POST", "/v1/upload", body)
        assert status == 400 and json.loads(answer)["code"] == "malformed", (status, body[:40], answer[:200])
    status, answer = place.http(till, "POST", "/v1/upload", b"x" * (5 * 1024 * 1024))
    assert status == 413 and json.loads(answer)["code"] == "too_large", (status, answer[:100])
    status, _ = place.http(None, "POST", "/v1/enroll", b"x" * (1024 * 1024))
    assert status == 413, status
    with place.connect(till) as link:
        link.sendall(b"GET /v1/head HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20000 + b"\r\n\r\n")
        assert read_answer(link)[0] == 431
    with place.connect(till) as link:
        link.sendall(b"\x00\x01\x02 nonsense\r\n\r\n")
        assert read_answer(link)[0] == 400
    # Chunked and endless: cut at the limit, not at the end of memory.
    with place.connect(till) as link:
        link.sendall(b"POST /v1/upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(80):
                link.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            pass
        assert read_answer(link)[0] in (413, 0)
    for path in ("/v1/../../etc/passwd", "/v1/upload/../head", "//", "/v1/head%00", "/v1/down?cursor=-1", "/v1/down?cursor=1'--",
                 "/v1/down?cursor=99999999999999999999"):
        assert place.http(till, "GET", path)[0] in (400, 404, 405), path
    assert place.http(till, "DELETE", "/v1/head")[0] == 405
    assert place.sync(till)["waiting"] == 0


def bad_lines_do_not_block_good_ones(place):
    demo(place)
    till = place.join("a", sales=5)
    name = json.load(open(os.path.join(till, "keys", "enrolment.json")))["till"]
    place.sync(till)
    lines = place.district("journal", "export").stdout.splitlines()
    forged = lines[3].replace("1500", "9900")
    status, answer = place.http(till, "POST", "/v1/upload", empty_head(name, 2) + forged.encode() + b"\n{broken\n")
    reply = json.loads(answer)
    assert status == 200 and reply["quarantined"] == 2 and reply["accepted"] == 0, answer
    assert place.report(today())["list_fen"] == 5 * 1500
    place.run("till_probe", "sell", till, "1", "S1", check=0)
    assert place.sync(till)["waiting"] == 0


def killed_in_the_middle_nothing_is_lost_or_doubled(place):
    demo(place)
    till = place.join("a", sales=1500)
    kills = 0
    for wait in (0.02, 0.05, 0.1, 0.15, 0.25, 0.4, 0.03, 0.08):
        probe = subprocess.Popen([os.path.join(place.bin, "till_probe"), "sync", till], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(wait)
        if probe.poll() is None:
            kills += 1
        place.kill()
        probe.communicate(timeout=60)
        place.start()
    assert kills >= 3, kills
    place.sync(till)
    keys = [(entry["till"], entry["epoch"], entry["seq"]) for entry in place.exported()]
    sales = [entry for entry in place.exported() if '"kind":"sale"' in entry["body"]]
    assert len(keys) == len(set(keys)) and len(sales) == 1500, (len(keys), len(sales))
    assert place.report(today())["sales"] == 1500
    place.district("journal", "verify")


def restored_from_a_backup_it_is_fed_again(place):
    demo(place)
    till = place.join("a", sales=20)
    place.sync(till)
    place.stop()
    backup = place.data + "-backup"
    shutil.copytree(place.data, backup)
    place.start()
    place.run("till_probe", "sell", till, "30", "S1", check=0)
    place.sync(till)
    assert place.report(today())["sales"] == 50
    place.stop()
    for file in ("district.db", "district.db-wal"):  # the database alone comes back
        if os.path.exists(os.path.join(place.data, file)):
            os.remove(os.path.join(place.data, file))
        if os.path.exists(os.path.join(backup, file)):
            shutil.copy(os.path.join(backup, file), os.path.join(place.data, file))
    place.start()
    assert place.report(today())["sales"] == 20
    assert place.sync(till)["rewound"]
    assert place.report(today())["sales"] == 50
    # And once more with the whole folder, which then cannot know that it is old.
    place.stop()
    shutil.rmtree(place.data)
    shutil.copytree(backup, place.data)
    place.start()
    assert place.sync(till)["rewound"]
    assert place.report(today())["sales"] == 50
    place.district("journal", "verify")


def a_cloned_till_is_noticed(place):
    demo(place)
    till = place.join("a", sales=3)
    place.sync(till)
    twin = os.path.join(place.root, "twin")
    shutil.copytree(till, twin)
    place.run("till_probe", "sell", till, "2", "S1", check=0)
    place.sync(till)
    place.run("till_probe", "sell", twin, "2", "S1", check=0)
    place.sync(twin)
    report = place.report(today())
    assert report["sales"] == 7 and report["findings"] > 0, report


def stalled_clients_do_not_block_others(place):
    demo(place)
    till = place.join("a", sales=2)
    stalled = []
    for i in range(300):
        link = socket.create_connection(("127.0.0.1", place.port))
        if i % 3 == 0:
            link.sendall(b"\x16\x03\x01")
        stalled.append(link)
    for _ in range(30):
        link = place.connect(till)
        link.sendall(b"POST /v1/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{")
        stalled.append(link)
    began = time.time()
    assert place.sync(till)["waiting"] == 0
    assert time.time() - began < 10, time.time() - began
    for link in stalled:
        link.close()


def many_tills_at_once(place):
    demo(place)
    tills = [place.join(f"t{i}", sales=40) for i in range(6)]
    threads = [threading.Thread(target=place.sync, args=(till,)) for till in tills]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert place.report(today())["sales"] == 240
    place.district("journal", "verify")


def imports_are_all_or_nothing(place):
    demo(place)
    good = os.path.join(place.root, "good.csv")
    with open(good, "w", encoding="utf-8-sig") as out:
        out.write("id,name,birth_date,aid,card_number\nX1,单秀英,1950-01-02,dibao|care,99887766\nX2,\"Li, \"\"A\"\"\",1951-03-04,,\n")
    assert "imported 2" in place.district("diners", "import", good).stdout
    bad = os.path.join(place.root, "bad.csv")
    with open(bad, "w") as out:
        out.write("id,name,birth_date\nX3,A,1950-01-02\nX4,B,1950-13-02\n")
    refused = place.district("diners", "import", bad, check=2)
    assert "bad.csv line 3" in refused.stderr, refused.stderr
    till = place.join("a")
    assert place.sync(till)["diners_down"] == 5002
    policy = os.path.join(place.root, "p.json")
    with open(policy, "w") as out:
        out.write("{\"nonsense\":true}")
    place.district("policy", "publish", policy, check=2)
    menu = os.path.join(place.root, "m.json")
    with open(menu, "w") as out:
        json.dump({"menus": [{"site": "S1", "date": today(), "meal": "lunch", "items": [
            {"id": "set-z", "name_zh": "新套餐", "name_en": "New set", "class": "set", "price_fen": 1800}]}]}, out)
    place.district("menu", "publish", menu)
    assert place.sync(till)["snapshot"]
    with open(menu, "w") as out:
        out.write("{\"menus\":[{\"site\":\"NOWHERE\",\"date\":\"2026-01-01\",\"meal\":\"lunch\",\"items\":[]}]}")
    place.district("menu", "publish", menu, check=2)


def the_console_shows_today(place):
    demo(place)
    till = place.join("a", sales=4)
    place.sync(till)

    def get(path, host="127.0.0.1"):
        with socket.create_connection(("127.0.0.1", place.console), timeout=10) as link:
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            return read_answer(link)

    assert get("/api/today")[0] == 401
    office = signed_in(place)
    answer = office.get("/api/today")
    shown = answer.json()
    assert answer.status == 200 and shown["sales"] == 4 and shown["tills"][0]["online"], shown
    assert sum(site["sales"] for site in shown["sites"]) == 4
    assert get("/")[0] == 200 and b"console.js" in get("/")[1]
    for path in ("/../keys/ca.key", "/keys/ca.key", "/%2e%2e/district.db", "/api/today/../../x", "/v1/ca"):
        assert get(path)[0] == 404, path
    assert office.get("/api/today?date=%3Cscript%3E").status == 200
    assert get("/api/today", host="evil.example")[0] == 421
    text = answer.body.decode()
    assert "单" not in text and "diner" not in text.replace("by_diner", ""), "no personal data on the console"


main([joins_uploads_and_reports, commands_work_with_and_without_the_server, a_code_works_once_and_only_the_right_one,
      an_impostor_learns_nothing, certificates_decide, key_files_belong_to_their_owner, a_revoked_till_is_told_and_loses_nothing,
      malformed_and_oversized_messages_get_a_clear_answer, bad_lines_do_not_block_good_ones, killed_in_the_middle_nothing_is_lost_or_doubled,
      restored_from_a_backup_it_is_fed_again, a_cloned_till_is_noticed, stalled_clients_do_not_block_others, many_tills_at_once,
      imports_are_all_or_nothing, the_console_shows_today])
