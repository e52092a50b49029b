#include "pos/app/shift.h"

#include <algorithm>

namespace mulin::pos {

Answer<sync::ShiftOpen> open_shift(Till& till, sync::Money drawer_float, const sync::StaffId& cashier) {
    MULIN_ASK(const auto staff, till.store().staff());
    const auto person = std::ranges::find_if(staff, [&](const sync::Staff& one) {
        return one.active && (cashier.empty() ? one.role == sync::Role::cashier : one.id == cashier);
    });
    if (person == staff.end())
        return refuse("unknown_staff", "No such cashier works at this site; choose somebody from the staff list.");
    sync::ShiftOpen shift;
    shift.shift = till.ids().next<sync::ShiftTag>();
    shift.at = till.now().at;
    shift.business_date = payment::china_date(shift.at);
    shift.site = till.site().id;
    shift.cashier = person->id;
    shift.drawer_float = drawer_float;
    MULIN_ASK(const auto key, till.store().open_shift(shift));
    (void)key;
    return shift;
}

Answer<sync::ShiftClose> close_shift(Till& till, std::optional<sync::Money> counted, const sync::StaffId& cashier) {
    MULIN_ASK(const auto shift, till.store().current_shift());
    if (!shift) return refuse("no_shift", "No shift is open, so there is none to close.");
    MULIN_ASK(auto closed, till.store().close_shift(shift->shift, cashier.empty() ? shift->cashier : cashier, counted));
    return closed;
}

sync::StaffId cashier_on_shift(Till& till) {
    const auto shift = till.store().current_shift();
    return shift && *shift ? (*shift)->cashier : sync::StaffId();
}

std::string tender_name(const TillConfig& config, const std::string& method, const std::string& code) {
    if (method != "qr" || code.empty()) return method;
    for (const auto& rule : config.code_rules) {
        if (payment::route_code(code, std::span(&rule, 1)) && !rule.wallet.empty()) return rule.wallet + "_qr";
    }
    return method;
}

std::string presented_for(Till& till, const std::optional<sync::DinerId>& diner) {
    if (!diner) return "";
    const auto found = till.store().diner(*diner);
    if (!found || !*found) return "";
    const auto& cards = (*found)->cards;
    if (std::ranges::find(cards, "jinglao") != cards.end()) return "jinglao";
    return cards.empty() ? "" : cards.front();
}

}  // namespace mulin::pos
