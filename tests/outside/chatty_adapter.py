#!/usr/bin/python3
"""A payment adapter that should not be let near a log: it writes everything it is told, and keys of its own,
to standard error. It approves what it is asked for. For secrets_scan.py."""

import json
import sys

KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDsecret"


def result(params):
    return {"outcome": "approved", "channel_code": "paid", "refs": {"gateway_number": "G" + params["attempt_id"]},
            "echo": {"attempt_id": params["attempt_id"], "amount_fen": params["amount_fen"], "currency": "CNY"}}


for line in sys.stdin:
    request = json.loads(line)
    code = request.get("params", {}).get("code", "")
    print("asked", line.strip(), file=sys.stderr)
    print("auth_code=%s sign=%s key: %s" % (code, KEY, KEY), file=sys.stderr)
    print("card", " ".join(code[at:at + 4] for at in range(0, len(code), 4)), KEY, file=sys.stderr, flush=True)
    if request["method"] == "shutdown":
        break
    if "id" not in request:
        continue
    if request["method"] == "hello":
        answer = {"protocol": 1, "adapter": "chatty", "version": "1",
                  "capabilities": {"query": True, "reverse": True, "start_deadline_ms": 3000,
                                   "poll_plan": {"delays_ms": [1000], "give_up_ms": 5000}}}
    else:
        answer = result(request["params"])
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": answer}), flush=True)
