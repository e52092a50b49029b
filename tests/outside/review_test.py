"""The district prices what real tills sold again: an honest till, one with old rules, one with rules of
its own; a draft tried on the month; a bill of a channel. Real programs, real upload."""

import json
import os
import sqlite3
import threading

from office import signed_in
from programs import main, today


def demo(place):
    place.district("init", "--demo")
    place.start()


def pos_till(place, name):
    """A demo till that joined the district."""
    folder = os.path.join(place.root, name)
    place.run("mulin-pos", "init", "--data", folder, "--demo", check=0)
    code = json.loads(place.district("till", "add", "--site", "S1", "--json").stdout)["code"]
    place.run("mulin-pos", "enroll", "--server", place.url(), "--code", code, "--data", folder, check=0)
    sync(place, folder)
    return folder


def sync(place, folder):
    return json.loads(place.run("mulin-pos", "sync", "--once", "--data", folder, "--json", check=0).stdout)


def sell(place, folder, ref, diner, service="dine_in", **more):
    action = {"ref": ref, "do": "sell", "diner": diner, "meal": "lunch", "service": service,
              "lines": [{"item": "set-a", "quantity": 1}], "tender": [{"method": "cash", "given_fen": 2000}]}
    action.update(more)
    file = os.path.join(place.root, "actions.jsonl")
    with open(file, "w") as out:
        out.write(json.dumps(action) + "\n")
    answer = json.loads(place.run("mulin-pos", "play", file, "--data", folder, check=0).stdout)
    assert answer["ok"], answer
    return answer["sale"]


def differences(place, *words):
    return [json.loads(line) for line in place.district("differences", "--json", *words).stdout.splitlines()]


def changed_rules(place, change):
    """The demo's rules with one thing changed, as a file."""
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "assets", "policies", "demo-yangpu.json")
    policy = json.load(open(here, encoding="utf-8"))
    change(policy)
    file = os.path.join(place.root, "demo-yangpu.json")
    with open(file, "w", encoding="utf-8") as out:
        json.dump(policy, out, ensure_ascii=False)
    return file


def more_by(fen):
    def change(policy):
        policy["version"] = "draft-%d" % fen
        for rule in policy["rules"]:
            if rule["benefit"].get("kind") == "amount" and "amount_fen" in rule["benefit"]:
                rule["benefit"]["amount_fen"] += fen
                for part in rule["payers"] if isinstance(rule["payers"], list) else []:
                    if "fixed_fen" in part:
                        part["fixed_fen"] += fen
    return change


def subsidised(place, count):
    """Diners with the meal subsidy, found at a till that tells nobody."""
    probe = os.path.join(place.root, "probe")
    place.run("mulin-pos", "init", "--data", probe, "--demo", check=0)
    names = ["D%06d" % number for number in range(100, 220)]
    file = os.path.join(place.root, "probe.jsonl")
    with open(file, "w") as out:
        for name in names:
            out.write(json.dumps({"ref": name, "do": "sell", "diner": name, "meal": "lunch", "service": "dine_in",
                                  "lines": [{"item": "set-a", "quantity": 1}], "tender": [{"method": "cash", "given_fen": 2000}]}) + "\n")
    answers = [json.loads(line) for line in place.run("mulin-pos", "play", file, "--data", probe, check=0).stdout.splitlines()]
    found = [answer["ref"] for answer in answers if answer["ok"] and answer["sale"]["benefit_fen"] >= 300]
    assert len(found) >= count, found
    return found[:count]


def an_honest_till_an_old_one_and_a_tampered_one(place):
    demo(place)
    honest, old, tampered = (pos_till(place, name) for name in ("honest", "old", "tampered"))
    diners = subsidised(place, 11)
    benefit = 0
    for i, diner in enumerate(diners[:4]):
        benefit += sell(place, honest, f"h{i}", diner, "dine_in" if i % 2 else "take_away")["benefit_fen"]
    sell(place, honest, "h-guest", None)
    sell(place, honest, "h-again", diners[0])
    assert benefit > 0, "the demo's diners must have benefits for this to mean anything"
    sync(place, honest)
    assert differences(place) == [], differences(place)

    # New rules are published; a till that has not fetched them yet sells by the old ones.
    place.district("policy", "publish", changed_rules(place, more_by(100)))
    for i, diner in enumerate(diners[4:8]):
        sell(place, old, f"o{i}", diner)
    sync(place, old)
    late = differences(place)
    assert late and all(line["reasons"] == ["older_rules"] and line["expected"] for line in late), late
    for line in late:
        assert line["diner_more_fen"] == line["till_paid_fen"] - line["district_paid_fen"] > 0, line
        assert line["till"]["policy_version"] != line["district"]["policy_version"] and line["district"]["why"], line
    # With the new rules on board it is agreed with again.
    sell(place, old, "o-new", diners[8])
    sync(place, old)
    assert differences(place) == late

    # A till whose rules somebody changed on its own disk.
    sync(place, tampered)
    database = next(os.path.join(tampered, name) for name in os.listdir(tampered) if name.endswith(".db"))
    with sqlite3.connect(database) as db:
        rows = db.execute("SELECT name, text FROM policy").fetchall()
        for name, text in rows:
            policy = json.loads(text)
            if "rules" in policy:
                more_by(400)(policy)
                db.execute("UPDATE policy SET text = ? WHERE name = ?", (json.dumps(policy, ensure_ascii=False), name))
    db.close()
    sell(place, tampered, "t1", diners[9])
    sell(place, tampered, "t2", diners[10])
    sync(place, tampered)
    false = [line for line in differences(place) if not line["expected"]]
    assert false and all(line["reasons"] == ["unknown_rules"] and line["diner_more_fen"] < 0 for line in false), false
    assert differences(place, "--unexpected") == false
    assert differences(place, "--date", "2020-01-01") == []
    # The same with the server stopped, and on the console while it runs.
    before = place.district("differences").stdout
    answer = signed_in(place).get("/api/differences")
    shown = answer.json()
    assert answer.status == 200 and shown["to_look_at"] == len(false) and shown["expected"] == len(late), shown
    assert place.stop() == 0
    assert place.district("differences").stdout == before


def tills_that_could_not_know_of_each_other(place):
    demo(place)
    one, two = pos_till(place, "one"), pos_till(place, "two")
    diner = subsidised(place, 1)[0]
    first = sell(place, one, "x", diner)
    again = sell(place, one, "y", diner)
    assert first["benefit_fen"] > again["benefit_fen"], "once a meal"
    sell(place, two, "z", diner)
    threads = [threading.Thread(target=sync, args=(place, till)) for till in (two, one)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = differences(place)
    assert [line["reasons"] for line in found] == [["served_elsewhere"]] and found[0]["diner_more_fen"] < 0, found


def a_draft_is_tried_on_the_month(place):
    demo(place)
    till = pos_till(place, "a")
    sold = [sell(place, till, f"s{i}", diner) for i, diner in enumerate(subsidised(place, 4) + ["D000%d" % n for n in range(500, 504)])]
    sync(place, till)
    month = today()[:7]
    same = changed_rules(place, lambda policy: None)
    result = json.loads(place.district("backtest", "--policies", same, "--month", month, "--json").stdout)
    assert result["sales"] == 8 and result["unpriced"] == [], result
    assert result["benefit"]["real_fen"] == result["benefit"]["draft_fen"] == sum(sale["benefit_fen"] for sale in sold), result
    assert result["diners"]["same"]["diners"] == 8, result["diners"]

    def begins_later(policy):
        more_by(100)(policy)
        policy["effective"]["from"] = "2099-01-01"
    better = changed_rules(place, begins_later)
    result = json.loads(place.district("backtest", "--policies", better, "--month", month).stdout)
    assert result["taken_as_in_force"] == ["demo-yangpu"], result
    gain = result["benefit"]["draft_fen"] - result["benefit"]["real_fen"]
    assert gain > 0 and result["paid"]["difference_fen"] == -gain, result
    assert sum(payer["difference_fen"] for payer in result["by_payer"].values()) == gain, result["by_payer"]
    assert result["diners"]["better"]["diners"] > 0 and result["diners"]["better"]["amount_fen"] == gain, result["diners"]
    text = place.district("backtest", "--policies", better, "--month", month).stdout
    place.stop()
    assert place.district("backtest", "--policies", better, "--month", month).stdout == text, "with and without the server"
    sheet = place.district("backtest", "--policies", better, "--month", month, "--csv").stdout
    assert sheet.startswith("\ufeffsection,key,") and all(line.count(",") >= 12 for line in sheet.splitlines()), sheet
    assert place.district("backtest", "--policies", better, "--month", "2026-13", check=2).stderr.count("\n") == 1
    place.district("backtest", "--policies", os.path.join(place.root, "none.json"), "--month", month, check=2)
    place.district("backtest", "--month", month, check=2)
    help_text = place.run("mulin-district", "backtest", "--help", check=0).stdout
    assert "Equal input gives equal bytes" in help_text


def a_bill_is_taken_in(place):
    demo(place)
    bills = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sync", "server", "bills")
    profile = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "assets", "statements", "chinaums-example.json")
    alipay = os.path.join(bills, "alipay.csv")
    taken = json.loads(place.district("statement", "import", "--channel", "alipay", alipay, "--json").stdout)
    assert taken["rows"] == 3 and not taken["same_file"], taken
    assert json.loads(place.district("statement", "import", "--channel", "alipay", alipay, "--json").stdout)["same_file"]
    place.district("statement", "import", "--channel", "wechat", os.path.join(bills, "wechat.csv"))
    place.district("statement", "import", "--channel", "chinaums", "--profile", profile, os.path.join(bills, "chinaums.csv"))
    place.district("statement", "import", "--channel", "chinaums", os.path.join(bills, "chinaums.csv"), check=2)
    cut = os.path.join(place.root, "cut.csv")
    with open(os.path.join(bills, "wechat.csv"), "rb") as whole, open(cut, "wb") as out:
        out.write(whole.read()[:-400])
    refused = place.district("statement", "import", "--channel", "wechat", cut, check=2)
    assert "cut.csv line " in refused.stderr and refused.stderr.count("\n") == 1, refused.stderr
    listed = json.loads(place.district("statement", "list", "--json").stdout)
    assert [one["channel"] for one in listed] == ["chinaums", "wechat", "alipay"], listed
    assert listed[2]["encoding"] == "gb18030" and listed[0]["set_aside"] == 1, listed
    matched = json.loads(place.district("statement", "match", "--date", "2026-03-10", "--json").stdout)
    assert len(matched["channels"]["alipay"]["only_in_bill"]) == 1, matched


main([an_honest_till_an_old_one_and_a_tampered_one, tills_that_could_not_know_of_each_other, a_draft_is_tried_on_the_month, a_bill_is_taken_in])
