#include "pos/app/void_sale.h"

#include <algorithm>

namespace mulin::pos {

Answer<sync::Staff> find_approver(Till& till, const std::string& wanted) {
    MULIN_ASK(const auto staff, till.store().staff());
    std::vector<sync::Staff> chosen;
    for (const auto& person : staff) {
        const bool named = person.id.text() == wanted || person.name == wanted || wanted == "manager";
        if (person.active && person.role == sync::Role::site_manager && named) chosen.push_back(person);
    }
    if (chosen.size() == 1) return chosen.front();
    std::string managers;
    for (const auto& person : staff) {
        if (person.role == sync::Role::site_manager) managers += (managers.empty() ? "" : ", ") + person.id.text();
    }
    return refuse("unknown_approver", "A manager of this site must approve a void; name one of: " + managers + ".");
}

namespace {

// Money that went through a channel goes back through it.
Answer<sync::Money> hand_back(Till& till, const sync::Sale& sale) {
    sync::Money cash;
    for (const auto& part : sale.payments) {
        if (part.channel == "cash") {
            cash += part.amount;
            continue;
        }
        MULIN_ASK(const auto attempt, till.runner().undo(part.attempt));
        if (attempt.state != payment::AttemptState::reversed)
            return refuse(kMoneyNotBack,
                          "The channel has not confirmed that the money went back; nothing was voided, try again in a minute.");
    }
    return cash;
}

}  // namespace

bool money_is_under_way(Till& till, const VoidAsked& asked) {
    const auto found = till.store().find_sale({till.id(), asked.epoch, asked.seq});
    if (!found || !*found) return false;
    return std::ranges::any_of((*found)->sale.payments,
                               [&](const sync::Payment& part) { return till.runner().waits_for_channel(part.attempt); });
}

Answer<Voided> void_sale(Till& till, const VoidAsked& asked) {
    if (asked.reason.empty()) return refuse("no_reason", "A void needs a reason; choose one.");
    auto approver = find_approver(till, asked.approver);
    if (!approver) return tl::make_unexpected(approver.error());
    if (approver->id == asked.cashier)
        return refuse("same_person", "A second person must approve a void; ask the manager.");
    const sync::EntryKey key{till.id(), asked.epoch, asked.seq};
    MULIN_ASK(const auto found, till.store().find_sale(key));
    if (!found) return refuse("unknown_sale", "There is no sale with that epoch and number on this till.");

    Voided voided;
    voided.sale = found->sale;
    auto& record = voided.record;
    record.target = key;
    record.ref = asked.ref;
    record.business_date = found->sale.business_date;
    record.at = till.now().at;
    record.reason = asked.reason;
    record.cashier = asked.cashier;
    record.approver = approver->id;
    MULIN_ASK(const auto shift, till.store().current_shift());
    if (shift) record.shift = shift->shift;
    if (found->voided_by) {
        MULIN_ASK(const auto again, till.store().commit_void(record));  // the same ref repeats its answer
        voided.key = again.key;
        return voided;
    }
    auto cash = hand_back(till, found->sale);
    if (!cash) return tl::make_unexpected(cash.error());
    voided.cash_back = *cash;
    MULIN_ASK(const auto committed, till.store().commit_void(record));
    voided.key = committed.key;
    return voided;
}

}  // namespace mulin::pos
