"""The far side of sample_adapter.py: a ledger in a folder, one file for each payment, and every way in
which a payment or the program that asks for it can go wrong (tests/contract/behaviours.h). The code a
payer shows is "sample:" and the name of the behaviour."""

import os
import signal
import sys
import time


class NotConnected(Exception):
    pass


def crash():
    os.kill(os.getpid(), signal.SIGKILL)


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


# What happens to the program itself, after the money was taken and before it could answer.
ACCIDENTS = {
    "lose_the_answer": crash,
    "paid_before_the_reverse": crash,
    "answer_after_deadline": lambda: time.sleep(600),
    "slow_drip": lambda: [(say(" "), time.sleep(0.05)) for _ in range(10000)],
    "truncated_answer": lambda: (say('{"jsonrpc":"2.0","id":'), crash()),
    "garbage_answer": lambda: say("\x00\x1b]0;what?\n"),
    "giant_answer": lambda: [say("x" * 1_000_000) for _ in range(100)],
}


class Gateway:
    def __init__(self, folder):
        self.folder = folder

    def _load(self, id):
        try:
            with open(os.path.join(self.folder, id), encoding="ascii") as file:
                fields = dict(line.rstrip("\n").split("=", 1) for line in file)
        except FileNotFoundError:
            return None
        return {key: int(value) if value.lstrip("-").isdigit() else value for key, value in fields.items()}

    def _save(self, id, payment):
        path = os.path.join(self.folder, id)
        with open(path + ".new", "w", encoding="ascii") as file:
            file.writelines("%s=%s\n" % field for field in payment.items())
        os.rename(path + ".new", path)

    def _take(self, id, payment, status="paid"):
        payment.update(status=status, taken=payment["amount_fen"])
        self._save(id, payment)

    def _answer(self, id, payment):
        answer = {"id": id, "status": payment["status"], "amount_fen": payment["amount_fen"]}
        if payment["how"] == "wrong_amount":
            answer["amount_fen"] += 1
        if payment["how"] == "wrong_order":
            answer["id"] = "ANOTHER"
        if payment["how"] in ("platform_discount", "merchant_discount"):
            answer["discounts"] = [{"sponsor": payment["how"].split("_")[0], "amount_fen": 100}]
        return answer

    def pay(self, id, amount, code):
        how = code.split(":")[-1]
        if how == "no_connection":
            raise NotConnected()
        old = self._load(id)
        payment = {"how": how, "amount_fen": amount, "status": "waiting", "taken": 0, "returned": 0, "asked": 0,
                   "reverses": 0, "starts": 1 + (old["starts"] if old else 0)}
        if how == "lose_the_request":
            crash()
        waits = ("wait_then_approve", "wait_then_decline", "wait_for_ever", "busy_reverse", "reverse_while_paying",
                 "lose_the_reverse_answer", "late_success", "arrive_late")
        if how == "decline":
            payment["status"] = "refused"
        if how in waits or how == "decline":
            self._save(id, payment)
        else:
            self._take(id, payment)
        if how in ("arrive_late", "unlisted_code", "query_fails_first", "system_error_then_found"):
            return None
        ACCIDENTS.get(how, lambda: None)()
        return self._answer(id, payment)

    def find(self, id):
        payment = self._load(id)
        if payment is None:
            return None
        payment["asked"] += 1
        self._save(id, payment)
        how, asked = payment["how"], payment["asked"]
        if how in ("arrive_late", "query_fails_first") and asked <= 2:
            return None
        if payment["status"] == "waiting" and asked >= 2:
            if how in ("wait_then_approve", "arrive_late"):
                self._take(id, payment)
            if how == "wait_then_decline":
                payment["status"] = "refused"
                self._save(id, payment)
        if how == "late_success" and payment["status"] == "closed" and not payment["taken"]:
            self._take(id, payment)
        return self._answer(id, payment)

    def reverse(self, id, amount):
        payment = self._load(id) or {"how": "closed", "amount_fen": amount, "status": "waiting", "taken": 0, "returned": 0,
                                     "asked": 0, "reverses": 0, "starts": 0}
        payment["reverses"] += 1
        self._save(id, payment)
        how = payment["how"]
        if how == "reverse_too_late":
            return "too_late"
        if how in ("busy_reverse", "reverse_while_paying") and payment["reverses"] <= 2:
            if how == "reverse_while_paying" and not payment["taken"]:
                self._take(id, payment)
            return "refused_retry"
        left = payment["taken"] - payment["returned"]
        payment["returned"] = payment["taken"]
        payment["status"] = "returned" if payment["taken"] else "closed"
        self._save(id, payment)
        if how == "lose_the_reverse_answer" and payment["reverses"] == 1:
            crash()
        return "reversed" if left or payment["taken"] else "not_paid_closed"

    def refund(self, id, refund_id, amount):
        payment = self._load(id)
        key = "refund." + refund_id
        if payment is None or payment["how"] == "refund_refused":
            return "refused"
        if key not in payment:
            if payment["returned"] + amount > payment["taken"]:
                return "refused"
            payment[key] = amount
            payment["returned"] += amount
            self._save(id, payment)
            if payment["how"] == "refund_answer_lost":
                crash()
            if payment["how"] == "refund_processing":
                return "processing"
        return "refunded"

    def refund_found(self, id, refund_id):
        payment = self._load(id)
        if payment is None or "refund." + refund_id not in payment:
            return None
        payment["asked"] += 1
        self._save(id, payment)
        return "processing" if payment["how"] == "refund_processing" and payment["asked"] < 2 else "refunded"
