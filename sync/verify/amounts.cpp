#include "sync/verify/amounts.h"

namespace mulin::verify {
namespace {

std::int64_t number_in(const Json& object, std::string_view key) { return object.find(key)->number; }

std::int64_t sum_of(const Json& object, std::string_view list, std::string_view key = "amount_fen") {
    std::int64_t sum = 0;
    for (const auto& item : object.find(list)->items) sum += number_in(item, key);
    return sum;
}

bool payers_match(const Json& data) {
    for (const auto& benefit : data.find("benefits")->items)
        if (sum_of(benefit, "payers") != number_in(benefit, "amount_fen")) return false;
    return true;
}

std::string sale_imbalance(const Json& data) {
    if (sum_of(data, "lines") != number_in(data, "list_fen")) return "the lines do not add up to list_fen";
    if (!payers_match(data)) return "a benefit is not the sum of its payers";
    if (number_in(data, "list_fen") + number_in(data, "delivery_fen") != number_in(data, "paid_fen") + sum_of(data, "benefits"))
        return "list and delivery are not what was paid and given";
    if (sum_of(data, "payments") != number_in(data, "paid_fen") + number_in(data, "cash_rounding_fen"))
        return "the payments do not add up to what was paid";
    return {};
}

std::string refund_imbalance(const Json& data) {
    if (!payers_match(data)) return "a benefit is not the sum of its payers";
    if (sum_of(data, "lines") + number_in(data, "delivery_fen") != number_in(data, "paid_fen") + sum_of(data, "benefits"))
        return "lines and delivery are not what goes back to diner and payers";
    if (sum_of(data, "payments") != number_in(data, "paid_fen") + number_in(data, "cash_rounding_fen"))
        return "the payments do not add up to what goes back to the diner";
    return {};
}

}  // namespace

Totals totals_in(const Json& body) {
    const Json& totals = *body.find("totals");
    return {number_in(totals, "benefit_fen"), number_in(totals, "list_fen"), number_in(totals, "paid_fen"),
            number_in(totals, "sales"), number_in(totals, "voids")};
}

Totals totals_after(const Totals& before, const std::string& kind, const Json& data) {
    Totals after = before;
    if (kind == "void") ++after.voids;
    if (kind != "sale" || data.find("training")->boolean) return after;
    after.benefit_fen += sum_of(data, "benefits");
    after.list_fen += number_in(data, "list_fen") + number_in(data, "delivery_fen");
    after.paid_fen += number_in(data, "paid_fen");
    ++after.sales;
    return after;
}

std::string imbalance(const std::string& kind, const Json& data) {
    if (kind == "sale") return sale_imbalance(data);
    if (kind == "refund") return refund_imbalance(data);
    if (kind == "top_up" && sum_of(data, "payments") != number_in(data, "amount_fen") + number_in(data, "cash_rounding_fen"))
        return "the payments do not add up to the amount";
    return {};
}

}  // namespace mulin::verify
