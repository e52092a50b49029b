#!/usr/bin/env python3
"""Serves a short lunch at the real window and proves that till and district agree.

    lunch.py --bin BUILD/bin [--window 1366x768] DIR

Leaves in DIR: screens/*.png, receipts/*.png, summary.json, and log/ and data/ to look into.
Exit: 0 everything agrees, 1 a step failed or the counts differ, 3 the machine lacks something.
"""

import argparse
import datetime
import fcntl
import json
import pathlib
import shutil
import sys
import time

import books
from counter import Counter, MANAGER, MANAGER_PIN, fen_of, replaced_card_of
from district import District, run
from drawer_steps import DrawerSteps
from money_steps import MoneySteps
from screen import Display, Failure, Window, with_diners_side

# Codes of the simulated channel; the last two digits are its script (payment/simulated/README.md).
QR_APPROVED = "134000000000000100"
QR_DECLINED = "134000000000000201"
QR_PENDING = "134000000000000302"
QR_ANSWER_LOST = "134000000000000403"
QR_PENDING_AGAIN = "134000000000000502"
# Of the identity numbers; tests/sync/demo holds them still.
LAST_FOUR_OF_D000002 = "9623"
LAST_FOUR_OF_D000005 = "9761"
VOIDED = 1
BACK = ("refunded", "refunded_by_tender", "refunded_by_payer")
CHINA = datetime.timezone(datetime.timedelta(hours=8))


def clock_at_lunch():
    """Environment in which a program believes that it is half past eleven in China, today. Without
    libfaketime the lunch is served at whatever hour it is."""
    library = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not library:
        return {}
    now = datetime.datetime.now(CHINA)
    shift = int((now.replace(hour=11, minute=30, second=0, microsecond=0) - now).total_seconds())
    return {"LD_PRELOAD": str(library[0]), "FAKETIME": f"{shift:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


class Lunch:
    # A fast clock for the scripted payments, no voice on a machine without loudspeakers, and the diner's side
    # beside the till's window.
    settings = ('[devices]\nvoice = "none"\ndisplay = "window"\ndisplay_monitor = 0\n[simulated]\nlatency_ms = 150\n'
                '[qr]\npresent = "simulated"\n[sync]\nevery_s = 1\n')

    bookings = ()  # of the district's card accounts, once its server has stopped

    def __init__(self, bin_dir, out, size):
        self.pos = bin_dir / "mulin-pos"
        self.out = out
        self.size = size
        self.till = out / "data" / "till"
        out.mkdir(parents=True, exist_ok=True)
        self.lock = open(out / ".lock", "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f"another lunch is being served in {out}; choose another directory") from None
        for name in ("screens", "receipts", "log", "data"):
            shutil.rmtree(out / name, ignore_errors=True)
            (out / name).mkdir(parents=True)
        (out / "summary.json").unlink(missing_ok=True)
        self.log = open(out / "log" / "commands.log", "w")
        self.day = datetime.datetime.now(CHINA).date().isoformat()
        self.clock = clock_at_lunch()
        self.display = None
        self.window = None
        self.district = District(bin_dir / "mulin-district", self.clock, out / "data" / "district", out / "log" / "district.log")

    def till_command(self, *arguments):
        return run([self.pos, *arguments, "--data", self.till], self.clock, self.log)

    # Opening and closing

    def open(self):
        self.till_command("init", "--demo")
        (self.till / "mulin.toml").write_text(self.settings)
        code = self.district.command_json("till", "add", "--site", "S1")["code"]
        self.district.start()
        self.till_command("enroll", "--server", self.district.url(), "--code", code)
        self.display = Display(with_diners_side(self.size), open(self.out / "log" / "xvfb.log", "w"))
        self.window = Window(
            self.display, self.clock,
            [str(self.pos), "--data", str(self.till), "--window", self.size, "--lang", "zh-CN",
             "--hit-map", str(self.out / "data" / "hit-map.json")],
            self.out / "data" / "hit-map.json", self.out / "screens", open(self.out / "log" / "till.log", "w"),
            self.size)
        self.counter = Counter(self.window, lambda: sum(e["event"] == "start" for e in self.channel_events()))
        self.drawer = DrawerSteps(self.window, self.counter)
        self.money = MoneySteps(self.window, self.counter, self.till / "simulated-payers.txt")

    def close(self):
        """Ends whatever is still running, after a success or a failure."""
        for part in (self.window, self.district, self.display):
            try:
                if part is not None:
                    part.stop()
            except Failure as failure:
                print(f"lunch: {failure}", file=sys.stderr)

    # The diners, each in another situation

    def serve_everybody(self):
        steps = [self.wrong_pin_then_sign_in, self.regular_with_card, self.first_time, self.pinyin_with_change,
                 self.pinyin_of_another_reading, self.two_of_one_name, self.last_digits, self.rare_surname_and_qr, self.pending_qr,
                 self.lost_answer, self.declined_then_cash, self.second_meal, self.not_eligible,
                 self.blocked_card, self.guest_takes_away, self.served_then_voided, self.money.split_tender,
                 self.money.presented_code, self.money.partial_refund, self.money.nobody_knows, self.drawer.top_up_a_card, self.offline_for_a_while,
                 self.till_dies_while_payment_is_out, self.manager_looks, self.drawer.close_the_shift]
        for step in steps:
            began = time.monotonic()
            self.log.write(f"== {step.__name__}\n")
            self.log.flush()
            step()
            print(f"lunch: {step.__name__} ({time.monotonic() - began:.1f} s)", flush=True)

    def wrong_pin_then_sign_in(self):
        self.window.picture("sign-in")
        self.counter.refuse_pin("000000")
        self.counter.sign_in()
        self.window.picture("serve-nobody")

    def regular_with_card(self):
        c, w = self.counter, self.window
        c.scan_card(1, "王秀英")
        w.wait_enabled("serve.usual")
        w.picture("serve-regular")
        c.card("D000001, regular")  # the usual is on the slip: one tap
        w.picture("tender-card-done")
        c.next()

    def first_time(self):
        c = self.counter
        c.scan_card(18, "朱永康")
        c.add("set-b")
        c.cash_exact("D000018, first time")
        self.window.picture("tender-cash-done")
        c.next()

    def pinyin_with_change(self):
        c, w = self.counter, self.window
        c.find("SGF", "单桂芳", "单桂芳")
        c.add("set-a")
        sale = c.pay("cash", "D000003, pinyin, change")
        w.wait_screen("tender")
        notes = sorted((i for i in w.widgets if i.startswith("tender.note.")), key=lambda i: w.widgets[i]["x"])
        if not notes:
            raise Failure("no change key is offered")
        w.tap(notes[0])
        w.wait("change to give", lambda s: fen_of(s.text("tender.change")) > 0)
        w.picture("tender-cash")
        c.confirm_cash(sale)
        c.next()

    def pinyin_of_another_reading(self):
        c = self.counter
        c.find("QDM", "仇德明", "仇德明")
        c.add("set-a")
        c.card("D000004, surname Qiu", shown_now=4)
        c.next()

    def two_of_one_name(self):
        c, w = self.counter, self.window
        w.tap("serve.find")
        w.wait_screen("lookup")
        for key in "WXY":
            w.tap("lookup.key." + key)
        w.wait("two 王秀英", lambda s: sum(1 for i, v in s.widgets.items()
                                         if i.startswith("lookup.candidate.") and v["text"] == "王秀英") >= 2)
        w.picture("lookup-two-of-one-name")
        w.tap("lookup.back")
        c.find(LAST_FOUR_OF_D000002, "王秀英", "王秀英")
        c.add("set-b")
        c.cash_exact("D000002, the other 王秀英")
        c.next()

    def last_digits(self):
        c = self.counter
        c.find(LAST_FOUR_OF_D000005, "曾美珍", "曾美珍")
        c.add("set-soft", "set-b")
        c.card("D000005, last digits", shown_now=5)
        c.next()

    def rare_surname_and_qr(self):
        c, w = self.counter, self.window
        c.scan_card(6, "𠅤国英")
        c.add("set-a")
        w.picture("serve-rare-name")
        c.done(c.qr("D000006, rare surname, QR", QR_APPROVED))
        c.next()

    def pending_qr(self):
        c, w = self.counter, self.window
        c.scan_card(7, "陈𬱖")
        c.add("set-a")
        sale = c.qr("D000007, QR pending", QR_PENDING)
        time.sleep(0.6)
        w.picture("tender-qr-pending")
        c.done(sale, 60)
        c.next()

    def lost_answer(self):
        c, w = self.counter, self.window
        c.scan_card(8, "李㛃")
        c.add("set-b")
        sale = c.qr("D000008, QR answer lost then found", QR_ANSWER_LOST)
        time.sleep(0.6)
        w.picture("tender-qr-unknown")
        c.done(sale, 60)
        c.next()

    def declined_then_cash(self):
        c, w = self.counter, self.window
        c.scan_card(17, "万贤云")
        c.add("set-a")
        sale = c.qr("D000017, QR declined, then cash", QR_DECLINED)
        w.wait_enabled("tender.choose.cash", 30)
        w.picture("tender-qr-declined")
        w.tap("tender.choose.cash")
        c.confirm_cash(sale)
        c.next()

    def second_meal(self):
        c, w = self.counter, self.window
        c.scan_card(1, "王秀英")
        w.wait("the second meal's note", lambda s: s.has("serve.notice.second_meal") or "2" in s.text("serve.standing_of_diner"))
        c.add("set-b")
        w.picture("serve-second-meal")
        c.cash_exact("D000001, second meal")
        c.next()

    def not_eligible(self):
        c, w = self.counter, self.window
        c.scan_card(10, "周小弟")
        c.add("set-a")
        w.picture("serve-not-eligible")
        sale = c.pay("cash", "D000010, not eligible")
        if sale["paid_fen"] != sale["list_fen"]:
            raise Failure(f"somebody of 58 got a benefit: {sale}")
        c.confirm_cash(sale)
        c.next()

    def blocked_card(self):
        c, w = self.counter, self.window
        c.scan(replaced_card_of(16), lambda s: s.has("serve.notice.blocked_card"), "a blocked card's notice")
        w.picture("serve-blocked-card")
        c.scan_card(16, "吴杏云")
        c.add("set-a")
        c.card("D000016, replaced card")
        c.next()

    def guest_takes_away(self):
        c = self.counter
        c.guest()
        c.service("take_away")
        c.add("set-a")
        c.cash_exact("guest, take-away")
        c.next()

    def served_then_voided(self):
        c, w = self.counter, self.window
        c.scan_card(9, "王䶮")
        c.add("set-b")
        c.cash_exact("D000009, voided")
        c.next()
        self.void_newest()

    def void_newest(self):
        w = self.window
        self.open_today()
        w.tap("today.sale.0")
        w.tap("today.correct")
        w.wait_screen("correct")
        w.tap("correct.reason.3")
        if w.enabled("correct.approver." + MANAGER):
            w.tap("correct.approver." + MANAGER)
        for digit in MANAGER_PIN:
            w.tap("correct.key." + digit)
        w.picture("correct")
        w.tap("correct.confirm")
        w.wait("the end of the void", lambda s: s.has("correct.done"))
        self.counter.sales.pop()
        w.picture("correct-done")
        w.tap("correct.back")
        w.wait_screen("today")
        w.picture("today-after-void")
        w.tap("today.back")
        w.wait_screen("serve")

    def open_today(self):
        self.window.tap("bar.today")
        self.window.wait_screen("today")

    def offline_for_a_while(self):
        c, w = self.counter, self.window
        self.district.kill()
        for number, name in ((11, "尉迟秀兰"), (12, "万俟文"), (13, "何阿根")):
            c.scan_card(number, name)
            c.add("set-a", "set-b")
            c.cash_exact(f"D{number:06d}, offline")
            c.next()
        w.wait("the offline sign", lambda s: "离线" in s.text("bar.sync"), 40)
        c.scan_card(14, "赵根娣")
        c.add("set-soft", "set-a")
        w.picture("serve-offline")
        c.card("D000014, offline")
        c.next()
        w.tap("bar.sync")
        w.wait_screen("sync_status")
        w.picture("status-offline")
        self.district.start()
        self.everything_sent()
        w.tap("sync.back")
        w.wait_screen("serve")

    def everything_sent(self):
        w = self.window
        if w.read().enabled("sync.now"):
            w.tap("sync.now")
        w.wait("everything sent", lambda s: "已全部上传" in s.text("bar.sync"), 60)

    def till_dies_while_payment_is_out(self):
        """Power fails after the money was asked for: after the restart it is found, once."""
        c, w = self.counter, self.window
        c.scan_card(20, "徐福昌")
        c.add("set-b")
        sale = c.qr("D000020, till died meanwhile", QR_PENDING_AGAIN)
        time.sleep(0.4)
        w.kill()
        w.open()
        c.sign_in()
        w.wait("the payment found again", lambda s: s.has("serve.notice.payment_found") or s.has("serve.standing.payment_found"), 60)
        w.picture("serve-payment-found")
        c.sales.append(sale)

    def manager_looks(self):
        w = self.window
        self.open_today()
        w.picture("today")
        w.tap("bar.language")
        w.picture("today-english")
        w.tap("today.back")
        w.wait_screen("serve")
        self.counter.scan_card(19, "顾宝珠")
        w.picture("serve-english")
        w.tap("serve.change_diner")
        w.wait_screen("lookup")
        w.picture("lookup-english")
        w.tap("bar.language")
        w.tap("lookup.back")
        w.wait_screen("serve")
        self.everything_sent()

    # The proof

    def settle(self):
        self.window.stop()
        exchange = json.loads(self.till_command("sync", "--once", "--json"))
        self.till_command("journal", "verify")
        till = json.loads(self.till_command("report", "day", "--date", self.day, "--json"))
        self.district.stop()
        self.bookings = books.bookings_of(self.district.data)
        self.district.command("journal", "verify")
        district = self.district.command_json("report", "day", "--date", self.day)
        self.copy_receipts()
        keys = ("sales", "list_fen", "benefit_fen", "paid_fen")
        summary = {key: till[key] for key in keys}
        summary["synced"] = exchange["waiting"] == 0 and all(till[key] == district[key] for key in keys)
        summary["served"] = len(self.counter.sales)
        summary["scanned_again"] = self.counter.scanned_again
        summary["tapped_again"] = self.counter.tapped_again
        summary["paid_at_the_counter_fen"] = sum(sale["paid_fen"] for sale in self.counter.sales)
        summary["district"] = {key: district[key] for key in keys}
        (self.out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
        entries = books.entries_of(self.till_command("journal", "export"))
        return self.disagreements(summary, till, district) + books.accounts(self.bookings, entries)

    def copy_receipts(self):
        for picture in sorted((self.till / "receipts").glob("*.png")):
            shutil.copy(picture, self.out / "receipts" / picture.name)

    def disagreements(self, summary, till, district):
        found = [f"{key}: till {till[key]}, district {district[key]}" for key in (*summary["district"], *BACK)
                 if till[key] != district[key]]
        expected = {"served at the counter": (summary["served"], till["sales"]),
                    "paid at the counter": (summary["paid_at_the_counter_fen"], till["paid_fen"]),
                    "taken by the channel": (self.charged_fen(), self.taken_by_channel_fen(till)),
                    "given back": (self.money.refunded_fen, self.given_back_fen(till)),
                    "slips": (len(list((self.out / "receipts").iterdir())),
                              till["sales"] + 2 * VOIDED + till["refunded"]["sales"] + self.drawer.slips())}
        found += self.drawer.disagreements(till, district)
        found += [f"{what}: {ours}, the till says {theirs}" for what, (ours, theirs) in expected.items()
                  if ours != theirs]
        if not summary["synced"]:
            found.append("something still waits at the till, or till and district differ")
        return found

    def channel_events(self):
        """The simulated channel's own ledger, whole lines only."""
        ledger = self.till / "simulated-gateway.jsonl"
        text = ledger.read_text() if ledger.exists() else ""
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def charged_fen(self):
        """What the simulated channel and the cards' accounts hold by their own ledgers: charged and not
        given back."""
        amounts, charged, refunded = {}, set(), 0
        for event in self.channel_events():
            if event["event"] == "start":
                amounts[event["payment"]] = event["amount_fen"]
            elif event["event"] == "charged":
                charged.add(event["payment"])
            elif event["event"] == "returned":
                charged.discard(event["payment"])
            elif event["event"] == "refunded":
                refunded += event["amount_fen"]
        return sum(amounts[payment] for payment in charged) - refunded + sum(books.held_on_cards(self.bookings).values())

    def given_back_fen(self, till):
        return {name: tender["amount_fen"] for name, tender in till["refunded_by_tender"].items()}

    def taken_by_channel_fen(self, till):
        """What is left there of what the sales took."""
        taken = sum(tender["amount_fen"] for name, tender in till["by_tender"].items() if name != "cash")
        return taken - sum(amount for name, amount in self.given_back_fen(till).items() if name != "cash")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--bin", required=True, type=pathlib.Path)
    arguments.add_argument("--window", default="1366x768")
    arguments.add_argument("out", type=pathlib.Path)
    chosen = arguments.parse_args()
    lacking = [tool for tool in ("Xvfb", "xdotool", "import", "zbarimg") if shutil.which(tool) is None]
    if lacking:
        print(f"lunch: {', '.join(lacking)} not found; run assets/packaging/install-missing", file=sys.stderr)
        return 3
    try:
        lunch = Lunch(chosen.bin.resolve(), chosen.out.resolve(), chosen.window)
    except (Failure, OSError) as failure:
        print(f"lunch: {failure}", file=sys.stderr)
        return 3
    try:
        lunch.open()
        lunch.serve_everybody()
        problems = lunch.settle()
    except Failure as failure:
        problems = [str(failure)]
        if lunch.window is not None and lunch.window.process.poll() is None:
            lunch.window.picture("failure")
    finally:
        lunch.close()
    for problem in problems:
        print(f"lunch: {problem}", file=sys.stderr)
    if not problems:
        print(f"lunch: till and district agree; see {chosen.out}/summary.json")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
