#include "pos/app/report_text.h"

#include <nlohmann/json.hpp>

namespace mulin::pos {
namespace {

using Json = nlohmann::ordered_json;

Json tally_json(const sync::Tally& tally) {
    return {{"sales", tally.sales},
            {"list_fen", tally.list.in_fen()},
            {"benefit_fen", tally.benefit.in_fen()},
            {"paid_fen", tally.paid.in_fen()}};
}

template <class Key>
Json by_name(const std::map<Key, sync::Tally>& tallies) {
    Json out = Json::object();
    for (const auto& [key, tally] : tallies) out[sync::name_of(key)] = tally_json(tally);
    return out;
}

Json by_text(const std::map<std::string, sync::AmountTally>& tallies) {
    Json out = Json::object();
    for (const auto& [key, tally] : tallies)
        out[key] = {{"sales", tally.sales}, {"amount_fen", tally.amount.in_fen()}};
    return out;
}

std::string clock_text(int minute) {
    const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two(minute / 60) + ":" + two(minute % 60);
}

}  // namespace

std::string report_json(const sync::DayReport& day) {
    Json out = {{"date", day.date.text()}};
    out.update(tally_json(day.total));
    out["delivery_fen"] = day.delivery.in_fen();
    out["cash_rounding_fen"] = day.cash_rounding.in_fen();
    out["voided"] = tally_json(day.voided);
    out["by_meal"] = by_name(day.by_meal);
    out["by_service"] = by_name(day.by_service);
    out["by_category"] = by_name(day.by_category);
    out["by_payer"] = by_text(day.by_payer);
    out["by_operator_payer"] = by_text(day.by_operator_payer);
    out["by_tender"] = by_text(day.by_tender);
    out["refunded"] = tally_json(day.refunded);
    out["refunded_by_payer"] = by_text(day.refunded_by_payer);
    out["refunded_by_tender"] = by_text(day.refunded_by_tender);
    out["top_ups"] = {{"sales", day.top_ups.sales}, {"amount_fen", day.top_ups.amount.in_fen()}};
    out["top_ups_by_tender"] = by_text(day.top_ups_by_tender);
    out["by_quarter_hour"] = Json::object();
    for (const auto& [minute, tally] : day.by_quarter_hour) out["by_quarter_hour"][clock_text(minute)] = tally_json(tally);
    out["by_item"] = Json::object();
    for (const auto& [item, tally] : day.by_item)
        out["by_item"][item] = {{"name_zh", tally.name_zh},
                                {"name_en", tally.name_en},
                                {"quantity", tally.quantity},
                                {"weight_g", tally.weight_g},
                                {"amount_fen", tally.amount.in_fen()}};
    return out.dump(2);
}

std::string report_lines(const sync::DayReport& day) {
    std::string text = day.date.text() + ": " + std::to_string(day.total.sales) + " meals, list " +
                       payment::to_yuan(day.total.list) + ", benefits " + payment::to_yuan(day.total.benefit) +
                       ", paid " + payment::to_yuan(day.total.paid) + ", voided " + std::to_string(day.voided.sales);
    for (const auto& [meal, tally] : day.by_meal)
        text += "\n  " + std::string(sync::name_of(meal)) + ": " + std::to_string(tally.sales);
    for (const auto& [payer, tally] : day.by_payer) text += "\n  " + payer + ": " + payment::to_yuan(tally.amount);
    for (const auto& [tender, tally] : day.by_tender) text += "\n  " + tender + ": " + payment::to_yuan(tally.amount);
    return text;
}

}  // namespace mulin::pos
