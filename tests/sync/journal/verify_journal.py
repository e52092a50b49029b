#!/usr/bin/env python3
"""Checks a till's exported journal. Written from sync/journal/FORMAT.md alone; shares no code with Mulin.

verify_journal.py --till ID --key HEX [--head EPOCH/SEQ/HASH] FILE.jsonl
Exit 0: every entry is true and the end is where it should be. 1: the first line that is not. 2: usage.
"""
import argparse
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

KEYS = ["till", "epoch", "seq", "prev", "hash", "sig", "body"]
LIMIT = 2**53 - 1
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
DATA_KEYS = {
    "epoch_open": "parent public_key reason software",
    "sale": "at benefits cash_rounding_fen cashier category clock_suspect delivery_fen diner lines list_fen meal "
    "operator_amounts paid_fen payments policy_version ref service shift site subdistrict training uses vendor",
    "void": "approver at cashier reason ref shift target",
    "shift_open": "at cashier drawer_float_fen shift site",
    "shift_close": "at cash_counted_fen cashier shift totals",
    "note": "kind text",
    "refund": "approver at benefits cash_rounding_fen cashier delivery_fen given_back lines paid_fen payments reason ref "
    "shift site target whole",
    "top_up": "account_ref amount_fen at card card_last4 cash_rounding_fen cashier payments ref shift site training",
    "lease_return": "key lease reason serial spent unspent",
    "key_change": "proof public_key",
    "countersigned": "at epoch hash seq signature",
    "district_root": "at number points prev root signature",
}
# Of a sale; they stand only where they say something.
MAY_BE_ABSENT = ("overridden_by", "provisional", "rules_out_of_date")
TOTALS = ["benefit_fen", "list_fen", "paid_fen", "sales", "voids"]


class Broken(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Broken(what)


def spell(value):
    """Canonical JSON; objects in the order they are given."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        need(abs(value) <= LIMIT, "a number is out of range")
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(ESCAPES.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 0x20 else c) for c in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(spell(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(spell(key) + ":" + spell(item) for key, item in value.items()) + "}"
    raise Broken("a number is not a whole number")


def in_order(value):
    """The same value with the keys of every object in ascending order of their bytes."""
    if isinstance(value, list):
        return [in_order(item) for item in value]
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value, key=lambda k: k.encode())}
    return value


def read_json(text, what):
    try:
        return json.loads(text)
    except ValueError as error:
        raise Broken(f"{what} is not JSON: {error}") from error


def entry_hash(entry):
    till, epoch, body = (entry[k].encode() for k in ("till", "epoch", "body"))
    return hashlib.sha256(
        b"mulin.journal.entry.v1\x00" + b"\x01"
        + struct.pack(">H", len(till)) + till
        + struct.pack(">H", len(epoch)) + epoch
        + struct.pack(">Q", entry["seq"])
        + bytes.fromhex(entry["prev"])
        + struct.pack(">I", len(body)) + body
    ).digest()


class Signatures:
    """Ed25519 through the openssl program."""

    def __init__(self, key_hex):
        self.dir = tempfile.TemporaryDirectory()
        der = bytes.fromhex("302a300506032b6570032100" + key_hex)
        self.key = os.path.join(self.dir.name, "key.der")
        with open(self.key, "wb") as file:
            file.write(der)

    def good(self, message, signature):
        paths = [os.path.join(self.dir.name, name) for name in ("message", "signature")]
        for path, content in zip(paths, (message, signature)):
            with open(path, "wb") as file:
                file.write(content)
        done = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", self.key, "-rawin", "-in", paths[0],
             "-sigfile", paths[1]], capture_output=True, check=False)
        return done.returncode == 0


def read_line(line):
    entry = read_json(line, "the line")
    need(isinstance(entry, dict) and list(entry) == KEYS, "the keys are not those of an entry")
    need(all(isinstance(entry[k], str) for k in KEYS if k != "seq"), "a value has the wrong type")
    need(isinstance(entry["seq"], int) and not isinstance(entry["seq"], bool) and entry["seq"] >= 1, "seq is not a number from 1")
    need(spell(entry) == line, "the line is not spelled as it should be")
    need(all(1 <= len(entry[k].encode()) <= 64 for k in ("till", "epoch")), "till or epoch is too long or empty")
    need(all(re.fullmatch("[0-9a-f]{64}", entry[k]) for k in ("prev", "hash")), "a hash is malformed")
    need(re.fullmatch("[0-9a-f]{128}", entry["sig"]), "the signature is malformed")
    return entry


def read_body(text):
    need(len(text.encode()) <= 262144, "the body is too long")
    body = read_json(text, "the body")
    need(spell(in_order(body)) == text, "the body is not canonical JSON")
    need(list(body) == ["at", "business_date", "data", "kind", "mono_ms", "suite", "totals", "v"], "the body lacks a key")
    need(body["suite"] == 1 and body["v"] == 1, "another version")
    need(body["kind"] in DATA_KEYS and [key for key in body["data"] if body["kind"] != "sale" or key not in MAY_BE_ABSENT] == DATA_KEYS[body["kind"]].split(), "the data do not fit the kind")
    need(list(body["totals"]) == TOTALS, "the totals lack a key")
    return body


def totals_after(totals, body):
    after = dict(totals)
    data = body["data"]
    if body["kind"] == "sale" and not data["training"]:
        benefit = sum(b["amount_fen"] for b in data["benefits"])
        need(data["list_fen"] == sum(line["amount_fen"] for line in data["lines"]), "the lines do not add up")
        need(data["list_fen"] + data["delivery_fen"] == data["paid_fen"] + benefit, "the sale does not add up")
        need(all(b["amount_fen"] == sum(p["amount_fen"] for p in b["payers"]) for b in data["benefits"]), "payers do not add up")
        after["sales"] += 1
        after["list_fen"] += data["list_fen"] + data["delivery_fen"]
        after["benefit_fen"] += benefit
        after["paid_fen"] += data["paid_fen"]
    if body["kind"] == "void":
        after["voids"] += 1
    return after


def new_key(entry, body, former):
    """The key that a key_change names, once that key has signed for it."""
    fresh, till = body["data"]["public_key"], entry["till"].encode()
    digest = hashlib.sha256(b"mulin.journal.key.v1\x00" + struct.pack(">H", len(till)) + till + bytes.fromhex(former + fresh)).digest()
    need(fresh != former and Signatures(fresh).good(digest, bytes.fromhex(body["data"]["proof"])), "the new key has not signed")
    return fresh


def check_epoch(entry, body, last, key, changed):
    need(not changed or entry["seq"] == 1, "the epoch of the new key does not follow")
    need(entry["seq"] > 1 or changed == (body["data"].get("reason") == "key_change"), "key_change stands elsewhere than behind one")
    need((body["kind"] == "epoch_open") == (entry["seq"] == 1), "an epoch opens elsewhere than at its start")
    if entry["seq"] == 1:
        parent = last and {"epoch": last["epoch"], "hash": last["hash"], "seq": last["seq"]}
        need(body["data"]["parent"] == parent, "another parent than the entry before")
        need(body["data"]["public_key"] == key, "another key")


def check(lines, till, key, head):
    signatures = Signatures(key)
    last, totals, changed = None, dict.fromkeys(TOTALS, 0), False
    for number, line in enumerate(lines, 1):
        try:
            entry = read_line(line)
            need(entry["till"] == till, "another till")
            need(entry["prev"] == (last["hash"] if last else "0" * 64), "does not follow the line before")
            same_epoch = last is not None and entry["epoch"] == last["epoch"]
            need(entry["seq"] == (last["seq"] + 1 if same_epoch else 1), "seq has a gap or goes back")
            digest = entry_hash(entry)
            need(digest.hex() == entry["hash"], "the content does not match its hash")
            need(signatures.good(digest, bytes.fromhex(entry["sig"])), "the signature is wrong")
            body = read_body(entry["body"])
            check_epoch(entry, body, last, key, changed)
            changed = body["kind"] == "key_change"
            if changed:
                key = new_key(entry, body, key)
                signatures = Signatures(key)
            totals = totals_after(totals, body)
            need(body["totals"] == totals, "the running totals do not follow")
            last = entry
        except Broken as broken:
            raise Broken(f"line {number}: {broken}") from broken
    if head is not None:
        end = last and f"{last['epoch']}/{last['seq']}/{last['hash']}"
        need(end == head, f"the journal ends at {end}, not at {head}")
    return totals


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--till", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--head")
    parser.add_argument("file")
    options = parser.parse_args()
    with open(options.file, "rb") as file:
        raw = file.read()
    try:
        need(raw.endswith(b"\n"), "the last line has no end")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Broken("this is not UTF-8") from error
        totals = check(text[:-1].split("\n"), options.till, options.key, options.head)
    except Broken as broken:
        print(broken)
        return 1
    print(json.dumps(totals))
    return 0


if __name__ == "__main__":
    sys.exit(main())
