#include "sync/backtest/sale_facts.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sync/wire/fields.h"
#include "sync/wire/limits.h"
#include "sync/wire/record_json.h"

namespace mulin::sync::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t kMaxList = 1'000;

std::string short_text(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string facts_text(const Diner& diner) {
    const json whole = to_json_value(diner);
    ordered_json facts;
    for (const char* key : {"birth_date", "hukou", "residence", "aid", "disability_grade", "care", "living", "tags", "approved", "cards"})
        facts[key] = whole.at(key);
    return short_text(facts);
}

Result<QuoteDiner> facts_from(std::string_view text, const std::string& id) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "stored facts"));
    Fields fields(*value, "stored facts");
    QuoteDiner diner;
    diner.id = id;
    diner.birth_date = fields.date("birth_date");
    diner.hukou = fields.optional_id("hukou");
    diner.residence = fields.optional_id("residence");
    diner.aid = fields.texts("aid", kMaxList);
    diner.disability_grade = static_cast<int>(fields.integer("disability_grade", 0, 4));
    diner.care = fields.text("care", 64);
    diner.living = fields.texts("living", kMaxList);
    diner.tags = fields.texts("tags", kMaxList);
    diner.approved = fields.texts("approved", kMaxList);
    diner.cards = fields.texts("cards", kMaxList);
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return diner;
}

std::string basket_text(const Sale& sale) {
    ordered_json lines = ordered_json::array();
    for (const SaleLine& line : sale.lines) {
        lines.push_back({{"i", line.item.text()}, {"c", name_of(line.item_class)}, {"p", line.unit_price.in_fen()},
                         {"n", line.quantity}, {"g", line.weight_g}});
    }
    return short_text({{"lines", std::move(lines)}});
}

Result<std::vector<QuoteLine>> basket_from(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "stored basket"));
    Fields fields(*value, "stored basket");
    std::vector<QuoteLine> lines;
    for (Fields& line : fields.objects("lines", kMaxRowsPerSection)) {
        QuoteLine asked;
        asked.item = line.text("i", kMaxTextBytes);
        asked.item_class = line.text("c", 64);
        const Money price = line.money("p");
        asked.quantity = line.integer("n", 0, INT64_MAX);
        asked.weight_g = line.integer("g", 0, INT64_MAX);
        (asked.weight_g > 0 ? asked.price_per_500g : asked.unit_price) = price;
        lines.push_back(std::move(asked));
    }
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return lines;
}

std::string given_text(const Sale& sale) {
    ordered_json parts = ordered_json::array();
    for (const Benefit& benefit : sale.benefits) {
        for (const PayerShare& share : benefit.payers)
            parts.push_back({{"r", benefit.rule}, {"p", share.payer}, {"a", share.amount.in_fen()}, {"o", false}});
    }
    for (const OperatorAmount& amount : sale.operator_amounts)
        parts.push_back({{"r", amount.rule}, {"p", amount.payer}, {"a", amount.amount.in_fen()}, {"o", true}});
    return short_text({{"parts", std::move(parts)}});
}

Result<std::vector<GivenPart>> given_from(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "stored benefits"));
    Fields fields(*value, "stored benefits");
    std::vector<GivenPart> parts;
    for (Fields& part : fields.objects("parts", kMaxRowsPerSection))
        parts.push_back({part.text("r", kMaxTextBytes), part.text("p", kMaxTextBytes), part.money("a"), part.boolean("o")});
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return parts;
}

QuoteSite quote_site(const Site& site) { return {site.id.text(), site.subdistrict, site.vendor.text(), site.kind, site.tags}; }

QuoteRequest request_of(const Sale& sale, const QuoteSite& site) {
    QuoteRequest request;
    request.at = sale.at;
    request.site = site;
    request.site.vendor = sale.vendor.text();  // as on that day
    request.site.subdistrict = sale.subdistrict;
    request.meal = sale.meal;
    request.service = sale.service;
    request.delivery_fee = sale.delivery;
    for (const SaleLine& line : sale.lines) {
        QuoteLine asked;
        asked.item = line.item.text();
        asked.item_class = name_of(line.item_class);
        asked.quantity = line.quantity;
        asked.weight_g = line.weight_g;
        (line.weight_g > 0 ? asked.price_per_500g : asked.unit_price) = line.unit_price;
        request.lines.push_back(std::move(asked));
    }
    return request;
}

std::string usual_card(const std::vector<std::string>& cards) {
    if (std::find(cards.begin(), cards.end(), "jinglao") != cards.end()) return "jinglao";
    return cards.empty() ? std::string() : cards.front();
}

}  // namespace mulin::sync::server
