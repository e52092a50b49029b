#include "sync/judging/difference.h"

#include <nlohmann/json.hpp>

#include "sync/journal/body.h"
#include "sync/judging/judge.h"
#include "sync/wire/fields.h"
#include "sync/wire/limits.h"

namespace mulin::sync::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string json_line(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json benefits_value(const std::vector<Benefit>& benefits) {
    ordered_json list = ordered_json::array();
    for (const Benefit& benefit : benefits) {
        ordered_json payers = ordered_json::array();
        for (const PayerShare& share : benefit.payers)
            payers.push_back({{"payer", share.payer}, {"amount_fen", share.amount.in_fen()}});
        list.push_back({{"rule", benefit.rule}, {"amount_fen", benefit.amount.in_fen()}, {"payers", std::move(payers)}});
    }
    return list;
}

ordered_json operator_value(const std::vector<OperatorAmount>& amounts) {
    ordered_json list = ordered_json::array();
    for (const OperatorAmount& amount : amounts)
        list.push_back({{"rule", amount.rule}, {"amount_fen", amount.amount.in_fen()}, {"payer", amount.payer}});
    return list;
}

ordered_json uses_value(const std::vector<CounterUse>& uses) {
    ordered_json list = ordered_json::array();
    for (const CounterUse& use : uses)
        list.push_back({{"key", use.key}, {"uses", use.uses}, {"amount_fen", use.amount.in_fen()}});
    return list;
}

// What the till said: its signed entry, in the same shape as the district's answer.
ordered_json till_value(const Sale& sale) {
    ordered_json lines = ordered_json::array();
    for (const SaleLine& line : sale.lines)
        lines.push_back({{"item", line.item.text()}, {"name_zh", line.name_zh}, {"name_en", line.name_en},
                         {"quantity", line.quantity}, {"amount_fen", line.amount.in_fen()}});
    return {{"policy_version", sale.policy_version},
            {"list_fen", sale.list.in_fen()},
            {"delivery_fen", sale.delivery.in_fen()},
            {"paid_fen", sale.paid.in_fen()},
            {"benefits", benefits_value(sale.benefits)},
            {"operator", operator_value(sale.operator_amounts)},
            {"uses", uses_value(sale.uses)},
            {"lines", std::move(lines)}};
}

ordered_json reasons_value(const std::vector<Deviation>& deviations) {
    ordered_json list = ordered_json::array();
    for (const Deviation deviation : deviations)
        list.push_back({{"code", name_of(deviation)}, {"zh", deviation_zh(deviation)}, {"en", deviation_en(deviation)}});
    return list;
}

// Columns: till, epoch, seq, body, deviations, expected, diner_more_fen, district, diner, void.
Result<std::string> difference_line(const database::Statement& row) {
    const auto decoded = decode_body(row.text(3));
    const auto* sale = decoded ? std::get_if<Sale>(&decoded->body) : nullptr;
    if (sale == nullptr) return payment::fail(payment::ErrorCode::corrupt, "An entry that was judged cannot be read any more.");
    const auto deviations = parse_deviations(row.text(4));
    const bool compared = !deviations.empty() && !is_open(deviations.front());
    ordered_json codes = ordered_json::array();
    for (const Deviation deviation : deviations) codes.push_back(name_of(deviation));
    ordered_json line = {
        {"sale", {{"till", row.text(0)}, {"epoch", row.text(1)}, {"seq", row.number(2)}}},
        {"business_date", sale->business_date.text()},
        {"at", payment::to_rfc3339(sale->at)},
        {"site", sale->site.text()},
        {"meal", name_of(sale->meal)},
        {"service", name_of(sale->service)},
        {"diner", sale->diner ? ordered_json(row.text(8)) : ordered_json()},
        {"reasons", std::move(codes)},
        {"expected", row.number(5) == 1},
        {"voided", row.number(9) == 1},
        {"clock_suspect", sale->clock_suspect},
        {"till_paid_fen", sale->paid.in_fen()},
    };
    ordered_json district;
    if (compared) district = ordered_json::parse(row.text(7), nullptr, false);
    const bool has_paid = district.is_object() && district.contains("paid_fen");
    line["district_paid_fen"] = has_paid ? district["paid_fen"] : ordered_json();
    line["diner_more_fen"] = compared ? ordered_json(row.number(6)) : ordered_json();
    line["explained"] = reasons_value(deviations);
    line["till"] = till_value(*sale);
    line["district"] = std::move(district);
    return json_line(line) + "\n";
}

// A pool is judged as a whole: which of its sales came too late nobody can say.
Result<std::string> overdrawn_pools(District::Access& access, const DifferenceFilter& filter) {
    std::vector<PolicyFile> files;
    MULIN_TRY(const auto documents, access.directory.policies());
    for (const auto& document : documents) files.push_back({document.name, document.text});
    const auto rules = PolicySet::load(files);
    std::string lines;
    if (!rules || filter.sale) return lines;
    for (const LimitFacts& limit : rules->limits()) {
        if (!limit.is_pool || limit.looks_back) continue;
        auto query = access.database.prepare(
            "SELECT key, sum(uses), sum(amount_fen), max(at_ms) FROM counter_use WHERE key > ?1 || '|' AND "
            "key < ?1 || '}' "
            "GROUP BY key ORDER BY key");
        query.bind(limit.prefix);
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            const bool over = (limit.max_uses && query.number(1) > *limit.max_uses) ||
                              (limit.max_amount && query.number(2) > limit.max_amount->in_fen());
            const Date last = payment::china_date({query.number(3)});
            if (!over || (filter.from && last < *filter.from) || (filter.until && last > *filter.until)) continue;
            ordered_json line = {{"pool", query.text(0)}, {"reasons", {"pool_overdrawn"}}, {"expected", false},
                                 {"uses", query.number(1)}, {"amount_fen", query.number(2)}};
            line["max_uses"] = limit.max_uses ? ordered_json(*limit.max_uses) : ordered_json();
            line["max_amount_fen"] = limit.max_amount ? ordered_json(limit.max_amount->in_fen()) : ordered_json();
            lines += json_line(line) + "\n";
        }
    }
    return lines;
}

}  // namespace

std::string quote_text(const Quote& quote) {
    ordered_json why = ordered_json::array();
    for (const Reason& reason : quote.why)
        why.push_back({{"rule", reason.rule}, {"applied", reason.applied}, {"zh", reason.zh}, {"en", reason.en}});
    ordered_json value = {{"policy_version", quote.policy_version},
                          {"list_fen", quote.list.in_fen()},
                          {"delivery_fen", quote.delivery.in_fen()},
                          {"paid_fen", quote.paid.in_fen()},
                          {"benefits", benefits_value(quote.benefits)},
                          {"operator", operator_value(quote.operator_amounts)},
                          {"uses", uses_value(quote.uses)}};
    value["refused"] = quote.refused ? ordered_json({{"code", quote.refused->code}, {"zh", quote.refused->zh}, {"en", quote.refused->en}})
                                     : ordered_json();
    value["why"] = std::move(why);
    return json_line(value);
}

#define MULIN_DIFFERING                                                                                     \
    "SELECT e.till, e.epoch, e.seq, e.body, j.deviations, j.expected, j.diner_more_fen, j.district, j.diner, "   \
    "EXISTS (SELECT 1 FROM sale_void v WHERE v.till = e.till AND v.epoch = e.epoch AND v.seq = e.seq) "          \
    "FROM judgement j JOIN entry e ON e.id = j.entry JOIN sale s ON s.entry = j.entry "                           \
    "WHERE j.deviations <> '' AND s.business_day BETWEEN ?1 AND ?2 AND (?3 = 1 OR j.expected = 0) "               \
    "AND (?4 = '' OR (e.till = ?4 AND e.epoch = ?5 AND e.seq = ?6)) "

Result<std::string> differences_jsonl(District& district, const DifferenceFilter& filter) {
    auto access = district.access();
    auto query = access.database.prepare(
        filter.newest_first ? MULIN_DIFFERING
            "ORDER BY j.at_ms DESC, e.till DESC, e.epoch DESC, e.seq DESC LIMIT ?7"
                            : MULIN_DIFFERING "ORDER BY j.at_ms, e.till, e.epoch, e.seq LIMIT ?7");
    query.bind(filter.from ? filter.from->days_since_1970() : INT32_MIN);
    query.bind(filter.until ? filter.until->days_since_1970() : INT32_MAX).bind(filter.expected_too ? 1 : 0);
    const EntryKey key = filter.sale.value_or(EntryKey{});
    query.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq).bind(filter.at_most);
    std::string lines;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) break;
        MULIN_TRY(const auto line, difference_line(query));
        lines += line;
    }
    MULIN_TRY(const auto pools, overdrawn_pools(access, filter));
    return lines + pools;
}

Result<std::int64_t> judged_count(District::Access& access) {
    auto query = access.database.prepare("SELECT count(*) FROM judgement");
    MULIN_TRY(const bool row, query.step());
    return row ? query.number(0) : 0;
}

Result<DifferenceCounts> difference_counts(District::Access& access) {
    auto query = access.database.prepare(
        "SELECT (SELECT count(*) FROM price_again) + (SELECT coalesce(sum(watermark - "
        "priced), 0) FROM epoch WHERE priced < watermark), "
        "(SELECT count(*) FROM judgement WHERE deviations <> '' AND expected = 1), "
        "(SELECT count(*) FROM judgement WHERE deviations <> '' AND expected = 0)");
    MULIN_TRY(const bool row, query.step());
    if (!row) return DifferenceCounts{};
    return DifferenceCounts{query.number(0), query.number(1), query.number(2)};
}

}  // namespace mulin::sync::server
