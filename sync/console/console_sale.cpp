#include "sync/console/console_sale.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "sync/console/console_claim.h"
#include "sync/journal/body.h"
#include "sync/journal/entry.h"
#include "sync/judging/difference.h"
#include "sync/judging/judge_one.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;
using payment::ErrorCode;
using payment::fail;

struct StoredEntry {
    std::int64_t id = 0;
    Entry entry;
    std::int64_t received_ms = 0;
};

std::string instant_text(std::int64_t ms) { return payment::to_rfc3339({ms / 1000 * 1000}); }

Result<std::optional<StoredEntry>> held_entry(District::Access& access, const EntryKey& key) {
    auto query = access.database.prepare(
        "SELECT id, prev, hash, sig, body, received_ms FROM entry WHERE till = ? AND epoch = ? AND seq = ? AND kept = 1");
    query.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
    MULIN_TRY(const bool found, query.step());
    if (!found) return std::optional<StoredEntry>();
    return std::optional(StoredEntry{query.number(0), {key, query.text(1), query.text(2), query.text(3), query.text(4)}, query.number(5)});
}

std::vector<std::uint8_t> bytes_of(std::string_view hex) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        std::uint8_t byte = 0;
        std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
        bytes.push_back(byte);
    }
    return bytes;
}

// Everything is worked out again from the bytes; nothing is believed because it is in a table.
Result<ordered_json> checks_of(District::Access& access, const Entry& entry) {
    MULIN_TRY(const auto till, access.tills.find(entry.key.till));
    const auto hash = entry_hash(entry.key, entry.prev, entry.body);
    const bool hash_right = hash && *hash == entry.hash;
    std::vector<std::string> keys;  // a till's key may have changed since
    if (till) {
        MULIN_TRY(keys, access.tills.signing_keys(*till));
    }
    std::string key_text = keys.empty() ? std::string() : keys.back();
    bool signed_right = false;
    for (const std::string& one : keys) {
        const auto key = PublicKey::from_hex(one);
        if (!hash_right || !key || !key->verify(bytes_of(entry.hash), bytes_of(entry.sig))) continue;
        signed_right = true;
        key_text = one;
    }
    auto next = access.database.prepare("SELECT prev FROM entry WHERE till = ? AND epoch = ? AND seq = ? AND kept = 1");
    next.bind(entry.key.till.text()).bind(entry.key.epoch.text()).bind(entry.key.seq + 1);
    MULIN_TRY(const bool followed, next.step());
    ordered_json value = {{"hash", hash_right}, {"signature", signed_right}, {"signing_key", key_text}};
    value["next_links"] = followed ? ordered_json(next.text(0) == entry.hash) : ordered_json();
    return value;
}

ordered_json benefits_of(const std::vector<Benefit>& benefits) {
    ordered_json list = ordered_json::array();
    for (const Benefit& benefit : benefits) {
        ordered_json payers = ordered_json::array();
        for (const PayerShare& share : benefit.payers) payers.push_back({{"payer", share.payer}, {"amount_fen", share.amount.in_fen()}});
        list.push_back({{"rule", benefit.rule}, {"zh", benefit.name_zh}, {"en", benefit.name_en},
                        {"amount_fen", benefit.amount.in_fen()}, {"payers", std::move(payers)}});
    }
    return list;
}

ordered_json payments_of(const Sale& sale) {
    ordered_json list = ordered_json::array();
    for (const Payment& payment : sale.payments) {
        ordered_json discounts = ordered_json::array();
        for (const auto& discount : payment.discounts) {
            discounts.push_back({{"sponsor", discount.sponsor}, {"amount_fen", discount.amount.in_fen()}});
        }
        list.push_back({{"method", payment.method}, {"channel", payment.channel}, {"attempt", payment.attempt.text()},
                        {"amount_fen", payment.amount.in_fen()}, {"discounts", std::move(discounts)}});
    }
    return list;
}

ordered_json sale_value(const Sale& sale) {
    ordered_json lines = ordered_json::array();
    for (const SaleLine& line : sale.lines) {
        lines.push_back({{"zh", line.name_zh}, {"en", line.name_en}, {"quantity", line.quantity}, {"weight_g", line.weight_g},
                         {"amount_fen", line.amount.in_fen()}});
    }
    ordered_json operators = ordered_json::array();
    for (const OperatorAmount& one : sale.operator_amounts) {
        operators.push_back({{"rule", one.rule}, {"payer", one.payer}, {"amount_fen", one.amount.in_fen()}});
    }
    return {{"business_date", sale.business_date.text()}, {"at", payment::to_rfc3339({sale.at.ms / 1000 * 1000})},
            {"site", sale.site.text()}, {"vendor", sale.vendor.text()}, {"meal", name_of(sale.meal)},
            {"service", name_of(sale.service)}, {"category", name_of(sale.category)}, {"lines", std::move(lines)},
            {"list_fen", sale.list.in_fen()}, {"delivery_fen", sale.delivery.in_fen()}, {"benefits", benefits_of(sale.benefits)},
            {"operator", std::move(operators)}, {"paid_fen", sale.paid.in_fen()}, {"cash_rounding_fen", sale.cash_rounding.in_fen()},
            {"payments", payments_of(sale)}, {"policy_version", sale.policy_version}, {"cashier", sale.cashier.text()},
            {"training", sale.training}, {"clock_suspect", sale.clock_suspect}};
}

// "agrees", "differs", "waiting"; a difference carries the district's own price and its reasons.
Result<ordered_json> judgement_of(District::Access& access, std::int64_t entry) {
    auto query = access.database.prepare("SELECT deviations, expected, diner_more_fen FROM judgement WHERE entry = ?");
    query.bind(entry);
    MULIN_TRY(const bool judged, query.step());
    if (!judged) return ordered_json{{"state", "waiting"}};
    const auto deviations = parse_deviations(query.text(0));
    if (deviations.empty()) return ordered_json{{"state", "agrees"}};
    ordered_json reasons = ordered_json::array();
    for (const Deviation one : deviations) reasons.push_back({{"code", name_of(one)}, {"zh", deviation_zh(one)}, {"en", deviation_en(one)}});
    return ordered_json{{"state", "differs"}, {"expected", query.number(1) == 1}, {"diner_more_fen", query.number(2)},
                        {"reasons", std::move(reasons)}};
}

// With the district's own price and a sentence for every rule, whether or not they agree.
Result<ordered_json> explained_judgement(District::Access& access, const StoredEntry& held, const Sale& sale) {
    if (sale.training) return ordered_json{{"state", "training"}, {"district", nullptr}};
    MULIN_TRY(auto value, judgement_of(access, held.id));
    MULIN_TRY(const auto judgement, judge_one(access, held.entry.key, sale));
    const bool priced = judgement.deviations.empty() || !is_open(judgement.deviations.front());
    value["district"] = priced ? ordered_json::parse(quote_text(judgement.district), nullptr, false) : ordered_json();
    if (priced) value["district"].erase("uses");  // whose keys name the diner
    return value;
}

Result<ordered_json> rows_of(database::Statement& query, const EntryKey& key, const std::vector<const char*>& columns) {
    query.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
    ordered_json list = ordered_json::array();
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) return list;
        ordered_json row = ordered_json::object();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::string name = columns[i];
            const int at = static_cast<int>(i);
            if (name.ends_with("_ms")) {
                row[name.substr(0, name.size() - 3)] = instant_text(query.number(at));
            } else if (name.ends_with("_fen") || name == "seq" || name == "n" || name == "whole") {
                row[name] = query.number(at);
            } else {
                row[name] = query.text(at);
            }
        }
        list.push_back(std::move(row));
    }
}

// What came of it later, and what stands beside it.
Status add_aftermath(District::Access& access, const EntryKey& key, ordered_json& story) {
    auto voids = access.database.prepare(
        "SELECT e.till, e.epoch, e.seq, v.reason, e.received_ms FROM sale_void v JOIN entry e ON e.id = v.entry "
        "WHERE v.till = ? AND v.epoch = ? AND v.seq = ?");
    MULIN_TRY(story["voids"], rows_of(voids, key, {"till", "epoch", "seq", "reason", "received_ms"}));
    auto refunds = access.database.prepare(
        "SELECT till, epoch, seq, at_ms, whole, list_fen, benefit_fen, paid_fen FROM refund "
        "WHERE target_till = ? AND target_epoch = ? AND target_seq = ? ORDER BY at_ms, till, epoch, seq");
    MULIN_TRY(story["refunds"], rows_of(refunds, key, {"till", "epoch", "seq", "at_ms", "whole", "list_fen", "benefit_fen", "paid_fen"}));
    auto findings = access.database.prepare(
        "SELECT kind, text, found_ms FROM finding WHERE till = ? AND epoch = ? AND seq = ? ORDER BY kind");
    MULIN_TRY(story["findings"], rows_of(findings, key, {"kind", "text", "found_ms"}));
    auto verdicts = access.database.prepare(
        "SELECT n, reason, posted, borne, rules, period FROM claim_verdict WHERE till = ? AND epoch = ? AND seq = ? ORDER BY hash, n");
    MULIN_TRY(story["verdicts"], rows_of(verdicts, key, {"n", "reason", "posted", "borne", "rules", "period"}));
    auto rulings = access.database.prepare(
        "SELECT ruling, person, reason, ruled_ms FROM claim_ruling WHERE till = ? AND epoch = ? AND seq = ? ORDER BY hash, n");
    MULIN_TRY(story["rulings"], rows_of(rulings, key, {"ruling", "person", "reason", "ruled_ms"}));
    auto bills = access.database.prepare(
        "SELECT r.channel, r.kind, r.txn, r.at_ms, r.amount_fen, r.status, f.name FROM statement_row r "
        "JOIN statement_file f ON f.id = r.file JOIN sale_payment p ON p.attempt = r.out_no JOIN entry_place e ON e.id = p.entry "
        "WHERE e.till = ? AND e.epoch = ? AND e.seq = ? ORDER BY r.at_ms, r.id");
    MULIN_TRY(story["bills"], rows_of(bills, key, {"channel", "kind", "txn", "at_ms", "amount_fen", "status", "file"}));
    auto ledger = access.database.prepare(
        "SELECT hash, n, kind, debit, credit, amount_fen, code, period FROM ledger_transfer "
        "WHERE till = ? AND epoch = ? AND seq = ? ORDER BY hash, n");
    MULIN_TRY(story["ledger"], rows_of(ledger, key, {"hash", "n", "kind", "debit", "credit", "amount_fen", "code", "period"}));
    for (ordered_json& move : story["ledger"]) {  // a diner's account has their id
        for (const char* side : {"debit", "credit"}) {
            const auto account = move[side].get<std::string>();
            if (account.starts_with("diner:")) move[side] = "diner:" + masked_id(account.substr(6));
        }
    }
    MULIN_TRY(const auto claims, claims_json(access.database, key));
    story["claims"] = ordered_json::parse(claims);
    return payment::ok();
}

Result<ordered_json> diner_of(District::Access& access, const DinerId& id, bool unveil) {
    MULIN_TRY(const auto diner, access.directory.diner(id));
    ordered_json value = {{"id", unveil ? id.text() : masked_id(id.text())}, {"unveiled", unveil}, {"known", diner.has_value()}};
    if (!diner) return value;
    value["name"] = unveil ? diner->name : masked_name(diner->name);
    if (unveil) {
        value["birth_date"] = diner->birth_date.text();
        value["id_last4"] = diner->id_last4;
        value["phone_last4"] = diner->phone_last4;
        value["road"] = diner->road;
    }
    return value;
}

// The body names the diner's id; a masked look shows it masked there as well.
std::string shown_body(const std::string& body, const std::optional<DinerId>& diner, bool unveil) {
    if (unveil || !diner) return body;
    const std::string& id = diner->text();
    const std::string masked = masked_id(id);
    const auto in_word = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    std::string shown = body;
    for (std::size_t at = 0; (at = shown.find(id, at)) != std::string::npos; at += masked.size()) {
        const std::size_t end = at + id.size();
        const bool alone = (at == 0 || !in_word(shown[at - 1])) && (end == shown.size() || !in_word(shown[end]));
        if (alone) shown.replace(at, id.size(), masked);
    }
    return shown;
}

// Every other version that was signed under this number, checked like the first.
Result<ordered_json> forks_of(District::Access& access, const EntryKey& key, bool unveil) {
    std::vector<std::pair<Entry, std::int64_t>> versions;
    {
        auto query = access.database.prepare(
            "SELECT prev, hash, sig, body, received_ms FROM fork_entry WHERE till = ? AND epoch = ? AND seq = ? ORDER BY hash");
        query.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
        for (;;) {
            MULIN_TRY(const bool more, query.step());
            if (!more) break;
            versions.push_back({{key, query.text(0), query.text(1), query.text(2), query.text(3)}, query.number(4)});
        }
    }
    ordered_json list = ordered_json::array();
    for (const auto& [entry, received_ms] : versions) {
        const auto decoded = decode_body(entry.body);
        const Sale* sale = decoded ? std::get_if<Sale>(&decoded->body) : nullptr;
        const auto diner = sale != nullptr ? sale->diner : std::nullopt;
        ordered_json version = {{"hash", entry.hash}, {"received", instant_text(received_ms)},
                                {"body", shown_body(entry.body, diner, unveil)},
                                {"diner", diner ? (unveil ? diner->text() : masked_id(diner->text())) : std::string()}};
        version["sale"] = sale != nullptr ? sale_value(*sale) : ordered_json();
        MULIN_TRY(version["checks"], checks_of(access, entry));
        list.push_back(std::move(version));
    }
    return list;
}

}  // namespace

Result<std::string> sale_story(District::Access& access, const console::Member& member, const EntryKey& key, bool unveil) {
    MULIN_TRY(const auto held, held_entry(access, key));
    MULIN_TRY(const auto till, access.tills.find(key.till));
    if (!held || (till && !member.may_see(till->site.text()))) {
        return fail(ErrorCode::not_found, "There is no such entry here; it may not have been sent yet.");
    }
    const auto decoded = decode_body(held->entry.body);
    const Sale* sale = decoded ? std::get_if<Sale>(&decoded->body) : nullptr;
    if (sale != nullptr && !member.may_see(sale->site.text())) {
        return fail(ErrorCode::not_found, "There is no such entry here; it may not have been sent yet.");
    }
    ordered_json story = {{"till", key.till.text()}, {"epoch", key.epoch.text()}, {"seq", key.seq},
                          {"received", instant_text(held->received_ms)},
                          {"kind", decoded ? kind_of(decoded->body) : "unreadable"}};
    const auto diner = sale != nullptr ? sale->diner : std::nullopt;
    story["entry"] = {{"prev", held->entry.prev}, {"hash", held->entry.hash}, {"sig", held->entry.sig},
                      {"body", shown_body(held->entry.body, diner, unveil)}, {"veiled", diner && !unveil}};
    MULIN_TRY(story["checks"], checks_of(access, held->entry));
    story["sale"] = nullptr;
    if (sale != nullptr) {
        story["sale"] = sale_value(*sale);
        story["diner"] = nullptr;
        if (diner) {
            MULIN_TRY(story["diner"], diner_of(access, *diner, unveil));
        }
        MULIN_TRY(story["judgement"], explained_judgement(access, *held, *sale));
    }
    MULIN_TRY(story["forks"], forks_of(access, key, unveil));
    MULIN_TRY_STATUS(add_aftermath(access, key, story));
    return story.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace mulin::sync::server
