"""Compares what is written down about a lunch in different places: the till's journal, the simulated
channel's own ledger, the district's accounts of stored-value cards, the slips, the day reports, and what the cashier saw. Every function answers with
a list of disagreements; an empty list is agreement. Amounts are in fen."""

import collections
import json
import re
import sqlite3

SLIP = re.compile(r"(?P<till>.+?)-(?P<epoch>[^-]+)-(?P<seq>\d+)(?P<reprint>-reprint-\d+|-late)?")
TOTALS = ("sales", "list_fen", "benefit_fen", "paid_fen")


def entries_of(export):
    """An exported journal as dictionaries with key, kind and data."""
    entries = []
    for line in export.splitlines():
        entry = json.loads(line)
        body = json.loads(entry["body"])
        key = (entry["till"], entry["epoch"], entry["seq"])
        entries.append({"key": key, "kind": body["kind"], "data": body["data"]})
    return entries


def sales_of(entries):
    return [entry for entry in entries if entry["kind"] == "sale"]


def voided_of(entries):
    targets = [entry["data"]["target"] for entry in entries if entry["kind"] == "void"]
    return {(target["till"], target["epoch"], target["seq"]) for target in targets}


def held_by_channel(events):
    """Per order: what the channel took minus what it gave back."""
    started, held = {}, collections.defaultdict(int)
    for event in events:
        if event["event"] == "start":
            started[event["payment"]] = event
            held[event["order"]] += 0
        elif event["event"] in ("charged", "returned"):
            start = started[event["payment"]]
            held[start["order"]] += start["amount_fen"] if event["event"] == "charged" else -start["amount_fen"]
    return dict(held)


def money(events, entries):
    """What the channel holds for an order is what its one sale took through the channel, or nothing."""
    held, voided = held_by_channel(events), voided_of(entries)
    wanted = collections.defaultdict(list)
    for sale in sales_of(entries):
        taken = sum(part["amount_fen"] for part in sale["data"]["payments"] if part["channel"] == "simulated")
        wanted[sale["data"]["ref"]].append(0 if sale["key"] in voided else taken)
    found = [f"order {ref}: sold {len(takings)} times" for ref, takings in wanted.items() if len(takings) > 1]
    for ref in sorted(set(held) | set(wanted)):
        ours = sum(wanted.get(ref, []))
        if held.get(ref, 0) != ours:
            found.append(f"order {ref}: the channel holds {held.get(ref, 0)}, the journal says {ours}")
    return found


def bookings_of(data):
    """Every booking on a card in the ledger of a district whose server has stopped."""
    database = sqlite3.connect(f"file:{data / 'district.db'}?mode=ro", uri=True)
    try:
        rows = database.execute("SELECT id, kind, state, debit, amount_fen FROM card_booking").fetchall()
    finally:
        database.close()
    return [dict(zip(("id", "kind", "state", "debit", "amount_fen"), row)) for row in rows]


def held_on_cards(bookings):
    """Per payment by card: what the account service took and has not given back."""
    held = {one["id"]: one["amount_fen"] if one["state"] == "booked" else 0 for one in bookings if one["kind"] == "debit"}
    for one in bookings:
        if one["kind"] == "refund" and one["state"] == "booked":
            held[one["debit"]] = held.get(one["debit"], 0) - one["amount_fen"]
    return held


def accounts(bookings, entries):
    """What the accounts hold for a payment is what the journal says of it: sold, less what went back."""
    voided, wanted = voided_of(entries), collections.defaultdict(int)
    for sale in sales_of(entries):
        for part in sale["data"]["payments"]:
            if part["channel"] == "senior_card" and sale["key"] not in voided:
                wanted[part["attempt"]] += part["amount_fen"]
    for refund in (entry for entry in entries if entry["kind"] == "refund"):
        for part in refund["data"]["payments"]:
            if part["channel"] == "senior_card":
                wanted[part["attempt"]] -= part["amount_fen"]
    held = held_on_cards(bookings)
    found = [f"payment {attempt}: the accounts hold {held.get(attempt, 0)}, the journal says {wanted[attempt]}"
             for attempt in sorted(set(held) | set(wanted)) if held.get(attempt, 0) != wanted[attempt]]
    loaded = collections.Counter({one["id"]: one["amount_fen"] for one in bookings
                                  if one["kind"] == "top_up" and one["state"] == "booked"})
    taken = collections.Counter()
    for entry in entries:
        if entry["kind"] == "top_up" and not entry["data"]["training"]:
            taken[entry["data"]["ref"]] += entry["data"]["amount_fen"]
    return found + [f"top-up {ref}: the accounts hold {loaded[ref]}, the journal says {taken[ref]}"
                    for ref in sorted(set(loaded) | set(taken)) if loaded[ref] != taken[ref]]


def payments_used_once(entries):
    """No payment pays for two sales."""
    uses = collections.Counter(part["attempt"] for sale in sales_of(entries) for part in sale["data"]["payments"])
    return [f"payment {attempt} pays for {count} sales" for attempt, count in uses.items() if count > 1]


def slips(names, entries):
    """Every slip names a sale or void of the journal; there are no more slips than reasons for one."""
    printable = {entry["key"] for entry in entries if entry["kind"] in ("sale", "void", "refund", "top_up")}
    closed = {entry["data"]["shift"] for entry in entries if entry["kind"] == "shift_close"}
    found, jobs = [], {name.rsplit(".", 1)[0] for name in names if not name.endswith(".part")}
    for job in sorted(jobs):
        if job.startswith("shift-") and job.split("-")[1] in closed:
            jobs.discard(job)
            continue
        parts = SLIP.fullmatch(job)
        if not parts or (parts["till"], parts["epoch"], int(parts["seq"])) not in printable:
            found.append(f"slip {job}: the journal holds no such sale or void")
    reprints = sum(1 for job in jobs if "-reprint-" in job or job.endswith("-late"))
    if len(jobs) > len(printable) + reprints:
        found.append(f"{len(jobs)} slips for {len(printable)} sales and voids and {reprints} reprints")
    return found


def reports(till, district, entries):
    """Till, district and journal count the same sales and amounts."""
    found = [f"{key}: till {till[key]}, district {district[key]}" for key in TOTALS if till[key] != district[key]]
    voided = voided_of(entries)
    standing = [sale["data"] for sale in sales_of(entries) if sale["key"] not in voided]
    for key, ours in (("sales", len(standing)), ("paid_fen", sum(sale["paid_fen"] for sale in standing))):
        if till[key] != ours:
            found.append(f"{key}: journal {ours}, till {till[key]}")
    return found


def counter(rounds, entries):
    """rounds: {"diner", "shown_fen"} for every sale begun; shown_fen is what the screen said was paid, None
    when the till died before it said so. Whatever was shown is in the journal, nobody is in it more often
    than served."""
    begun = collections.Counter(one["diner"] for one in rounds)
    booked = collections.defaultdict(collections.Counter)
    for sale in sales_of(entries):
        data = sale["data"]
        booked[data["diner"]][data["paid_fen"] + data["cash_rounding_fen"]] += 1
    shown = collections.defaultdict(collections.Counter)
    for one in rounds:
        if one["shown_fen"] is not None:
            shown[one["diner"]][one["shown_fen"]] += 1
    found = [f"{diner}: {sum(sales.values())} sales in the journal, {begun[diner]} begun"
             for diner, sales in booked.items() if sum(sales.values()) > begun[diner]]
    for diner, sales in shown.items():
        found += [f"{diner}: {amount} was shown as paid and is not in the journal"
                  for amount in (sales - booked[diner]).elements()]
    return found
