#!/usr/bin/python3
"""A payment adapter as any executable may be one: JSON lines on standard input and output
(payment/host/FORMAT.md). What it talks to is sample_gateway.py; nothing is remembered here."""

import json
import sys

from sample_gateway import Gateway, NotConnected

# The channel's clear refusals. Whatever is not here and not a clear yes stays unknown.
OUTCOMES = {"paid": "approved", "waiting": "pending", "refused": "declined", "closed": "declined", "returned": "declined"}
CAPABILITIES = {"query": True, "reverse": True, "refund": True, "refund_partial": True, "refund_query": True,
                "refund_repeatable": True, "start_deadline_ms": 300,
                "poll_plan": {"delays_ms": [1000, 2000], "give_up_ms": 45000}}
gateway = None


def result(answer, about):
    """Approved only when the gateway's answer is about this attempt and amount."""
    if answer is None:
        return {"outcome": "unknown", "channel_code": "no_answer"}
    outcome = OUTCOMES.get(answer["status"], "unknown")
    ours = answer["id"] == about["attempt_id"] and answer["amount_fen"] == about["amount_fen"]
    refs = {"gateway_number": "G" + answer["id"]}
    if outcome == "approved" and not ours:
        outcome, refs = "unknown", {"alarm": "mismatch"}
    return {"outcome": outcome, "channel_code": answer["status"], "refs": refs, "discounts": answer.get("discounts", []),
            "echo": {"attempt_id": answer["id"], "amount_fen": answer["amount_fen"], "currency": "CNY"}}


def refund_result(answer):
    return {"outcome": answer if answer else "unknown", "channel_code": answer or "no_answer"}


def hello(params):
    global gateway
    gateway = Gateway(params["settings"]["ledger"])
    return {"protocol": 1, "adapter": "sample", "version": "1", "capabilities": CAPABILITIES}


def start(params):
    return result(gateway.pay(params["attempt_id"], params["amount_fen"], params["code"]), params)


def reverse(params):
    return {"outcome": gateway.reverse(params["attempt_id"], params["amount_fen"]) or "unknown"}


METHODS = {"hello": hello, "start": start, "reverse": reverse,
           "query": lambda params: result(gateway.find(params["attempt_id"]), params),
           "refund": lambda params: refund_result(gateway.refund(params["paid"]["attempt_id"], params["refund_id"], params["amount_fen"])),
           "refund_query": lambda params: refund_result(gateway.refund_found(params["paid"]["attempt_id"], params["refund_id"]))}

for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "shutdown":
        break
    if "id" not in request:
        continue  # cancel: every call here is short
    try:
        answer = {"result": METHODS[request["method"]](request["params"])}
    except NotConnected:
        answer = {"result": {"outcome": "not_sent", "channel_code": "no_connection"}}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer}), flush=True)
