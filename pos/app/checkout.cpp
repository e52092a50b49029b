#include "pos/app/checkout.h"

#include <algorithm>
#include <sstream>

#include "sync/journal/body.h"
#include "sync/model/keyed_hash.h"
#include "sync/store/lease_store.h"
#include "sync/store/slip_queue.h"

namespace mulin::pos {
namespace {

using payment::Attempt;
using payment::AttemptState;
using payment::Result;
using payment::Status;

std::string key_of(const std::string& ref) { return setting::kOpenOrderPrefix + ref; }

sync::Payment paid_part(const sync::Payment& planned, const Attempt& attempt) {
    sync::Payment part = planned;
    part.attempt = attempt.id;
    part.outcome = payment::Outcome::approved;
    part.channel = attempt.channel;
    part.discounts = attempt.result.discounts;
    return part;
}

// Money that is here for this part of this version of the sale.
bool pays(const Attempt& attempt, const sync::Payment& part, std::int64_t version) {
    return attempt.state == AttemptState::approved && attempt.method == part.method && attempt.amount == part.amount &&
           payment::order_version_of(attempt) == version;
}

// True when every part of `plan` is one of `former`.
bool leaves_out_only(const std::vector<sync::Payment>& plan, std::vector<sync::Payment> former) {
    return std::ranges::all_of(plan, [&](const sync::Payment& part) {
        const auto same = std::ranges::find_if(former, [&](const sync::Payment& was) {
            return was.method == part.method && was.amount == part.amount;
        });
        if (same == former.end()) return false;
        former.erase(same);
        return true;
    });
}

// Approved attempts that fit the plan, one for each planned part that is not cash; none when one is missing.
std::optional<std::vector<const Attempt*>> match_plan(const sync::Sale& sale, const std::vector<Attempt>& attempts) {
    std::vector<const Attempt*> chosen;
    std::vector<bool> taken(attempts.size(), false);
    const std::int64_t version = order_version(sale);
    for (const auto& part : sale.payments) {
        if (part.method == "cash") {
            chosen.push_back(nullptr);
            continue;
        }
        std::size_t i = 0;
        while (i < attempts.size() && (taken[i] || !pays(attempts[i], part, version))) ++i;
        if (i == attempts.size()) return std::nullopt;
        taken[i] = true;
        chosen.push_back(&attempts[i]);
    }
    return chosen;
}

bool all_settled(const std::vector<Attempt>& attempts) {
    return std::ranges::all_of(attempts, [](const Attempt& attempt) { return payment::is_settled(attempt.state); });
}

// Nobody can say yet what is paid. Not so when channels have paid the whole plan: what a person still finds out
// about another attempt then comes beside the money of the sale, and goes back.
bool waits_for_person(const std::optional<sync::Sale>& plan, const std::vector<Attempt>& attempts) {
    const bool open = std::ranges::any_of(attempts, [](const Attempt& attempt) { return attempt.state == AttemptState::manual_review; });
    if (!open || !plan) return open;
    const auto matched = match_plan(*plan, attempts);
    return !matched || std::ranges::count(*matched, nullptr) == std::ssize(*matched);
}

payment::Charge charge_for(const sync::Sale& sale, const sync::Payment& part) {
    payment::Charge charge;
    charge.order_ref = sale.ref;
    charge.order_total = sale.paid + sale.cash_rounding;
    charge.method = part.method;
    charge.channel = part.channel;
    charge.amount = part.amount;
    charge.order_version = order_version(sale);
    return charge;
}

// Amount of the whole plan, cash rounding included.
sync::Money sum_of(const std::vector<sync::Payment>& parts) {
    sync::Money sum;
    for (const auto& part : parts) sum += part.amount;
    return sum;
}

}  // namespace

std::int64_t order_version(const sync::Sale& sale) {
    sync::Sale content = sale;
    content.at = {};
    content.cash_rounding = {};
    content.payments.clear();
    content.cashier = {};
    content.shift = {};
    content.rules_out_of_date = content.provisional = false;
    const auto text = sync::encode_body(content, {content.at, 0, content.business_date}, {});
    if (!text) return 0;
    // 60 bits: never negative, never 0 in practice.
    return static_cast<std::int64_t>(std::stoull(sync::keyed_hash("order version", *text).substr(0, 15), nullptr, 16));
}

std::vector<sync::Payment> taken_parts(const sync::Sale& order, const std::vector<Attempt>& attempts) {
    std::vector<sync::Payment> here;
    std::vector<bool> used(attempts.size(), false);
    const std::int64_t version = order_version(order);
    for (const auto& part : order.payments) {
        if (part.method == "cash") {
            if (part.outcome == payment::Outcome::approved) here.push_back(part);
            continue;
        }
        std::size_t i = 0;
        while (i < attempts.size() && (used[i] || !pays(attempts[i], part, version))) ++i;
        if (i == attempts.size()) continue;
        used[i] = true;
        here.push_back(paid_part(part, attempts[i]));
    }
    return here;
}

Status Checkout::remember(const sync::Sale& sale) {
    const sync::BodyStamp stamp{sale.at, till_.clock().monotonic().ms, sale.business_date};
    MULIN_TRY(const auto text, sync::encode_body(sale, stamp, {}));
    MULIN_TRY(const auto before, remembered(sale.ref));
    if (before && (order_version(*before) != order_version(sale) || !leaves_out_only(sale.payments, before->payments))) {
        MULIN_TRY(const auto attempts, till_.runner().attempts_of(sale.ref));
        if (!all_settled(attempts))
            return payment::fail(payment::ErrorCode::refused,
                                 "The last payment of this sale has no answer yet: wait for it, or cancel it first.");
    }
    // What it takes of shared pools is set apart first: no money moves for a price that is gone.
    MULIN_TRY_STATUS(till_.store().leases().hold(sale.ref, sale.uses));
    // What an earlier run of the program priced has its notes already.
    if (!before || before->at != sale.at)
        MULIN_TRY_STATUS(till_.store().slips().keep_notes(sale.ref, till_.slip_notes(sale.at)));
    MULIN_TRY_STATUS(till_.store().set_setting(key_of(sale.ref), text));
    MULIN_TRY(auto refs, open_refs());
    if (std::ranges::find(refs, sale.ref) != refs.end()) return payment::ok();
    refs.push_back(sale.ref);
    return write_refs(refs);
}

Status Checkout::forget(const std::string& ref) {
    MULIN_TRY_STATUS(till_.store().leases().release(ref));
    MULIN_TRY_STATUS(till_.store().slips().drop_notes(ref));
    MULIN_TRY(auto refs, open_refs());
    if (std::erase(refs, ref) == 0) return payment::ok();
    MULIN_TRY_STATUS(write_refs(refs));
    return till_.store().set_setting(key_of(ref), "");
}

Result<std::vector<std::string>> Checkout::open_refs() {
    MULIN_TRY(const auto text, till_.store().setting(setting::kOpenOrders));
    std::vector<std::string> refs;
    std::istringstream lines(text.value_or(""));
    for (std::string line; std::getline(lines, line);) refs.push_back(line);
    return refs;
}

Status Checkout::write_refs(const std::vector<std::string>& refs) {
    std::string text;
    for (const auto& ref : refs) text += ref + "\n";
    return till_.store().set_setting(setting::kOpenOrders, text);
}

Result<std::optional<sync::Sale>> Checkout::remembered(const std::string& ref) {
    MULIN_TRY(const auto text, till_.store().setting(key_of(ref)));
    if (!text || text->empty()) return std::optional<sync::Sale>();
    MULIN_TRY(const auto decoded, sync::decode_body(*text));
    return std::optional(std::get<sync::Sale>(decoded.body));
}

Result<Attempt> Checkout::start(const sync::Sale& sale, const sync::Payment& part, const std::string& code) {
    auto charge = charge_for(sale, part);
    charge.code = code;
    return till_.runner().begin(charge);
}

Result<sync::CommittedSale> Checkout::commit_at_once(sync::Sale sale) {
    MULIN_TRY_STATUS(till_.store().leases().hold(sale.ref, sale.uses));
    MULIN_TRY_STATUS(till_.store().slips().keep_notes(sale.ref, till_.slip_notes(sale.at)));
    std::vector<Attempt> settled;
    for (auto& part : sale.payments) {
        MULIN_TRY(const auto attempt, start(sale, part, ""));
        part = paid_part(part, attempt);
        settled.push_back(attempt);
    }
    auto committed = till_.store().commit_sale(sale, settled);
    if (!committed) MULIN_TRY_STATUS(till_.store().leases().release(sale.ref));
    return committed;
}

Result<Settlement> Checkout::settle(const std::string& ref) {
    Settlement result;
    MULIN_TRY(result.attempts, till_.runner().attempts_of(ref));
    MULIN_TRY(const auto sold, till_.store().find_sale_by_ref(ref));
    if (sold) {
        MULIN_TRY_STATUS(forget(ref));
        result.standing = Standing::paid;
        result.sale = sync::CommittedSale{sold->key, made_.erase(ref) == 0, sold->sale};
        return result;
    }
    if (!all_settled(result.attempts)) return result;
    MULIN_TRY(const auto sale, remembered(ref));
    if (waits_for_person(sale, result.attempts)) {
        result.standing = Standing::needs_person;
        return result;
    }
    if (!sale) {
        result.standing = Standing::unpaid;
        return result;
    }
    return finish(*sale, std::move(result));
}

Result<std::optional<Checkout::Complete>> Checkout::complete(sync::Sale sale, const std::vector<Attempt>& attempts) {
    const auto matched = match_plan(sale, attempts);
    if (!matched || sum_of(sale.payments) != sale.paid + sale.cash_rounding) return std::nullopt;
    std::vector<Attempt> settled;
    for (std::size_t i = 0; i < matched->size(); ++i) {
        auto& part = sale.payments[i];
        if ((*matched)[i] == nullptr) {
            MULIN_TRY(const auto cash, till_.runner().take_immediate(charge_for(sale, part)));
            settled.push_back(cash);
        } else {
            settled.push_back(*(*matched)[i]);
        }
        part = paid_part(part, settled.back());
    }
    return Complete{std::move(sale), std::move(settled)};
}

Result<Settlement> Checkout::finish(sync::Sale sale, Settlement so_far) {
    MULIN_TRY(const auto whole, complete(sale, so_far.attempts));
    if (!whole) return in_part(sale, std::move(so_far));
    auto committed = till_.store().commit_sale(whole->sale, whole->settled);
    // Its share of a pool is gone, as after a restore: the money goes back, and the meal is priced again.
    if (!committed && sync::is_price_again(committed.error())) return hand_back(std::move(so_far));
    MULIN_TRY(so_far.sale, std::move(committed));
    so_far.standing = Standing::paid;
    MULIN_TRY_STATUS(forget(sale.ref));
    return so_far;
}

// True when the sale, with this approval, is on the disk. Whatever stands in the way of that is looked at again
// by settle(), once the approval is.
Result<bool> Checkout::write_with(const Attempt& approved) {
    MULIN_TRY(const auto order, remembered(approved.order_ref));
    if (!order) return false;
    MULIN_TRY(auto attempts, till_.runner().attempts_of(approved.order_ref));
    for (auto& attempt : attempts)
        if (attempt.id == approved.id) attempt = approved;
    if (!all_settled(attempts) || waits_for_person(order, attempts)) return false;
    MULIN_TRY(const auto whole, complete(*order, attempts));
    if (!whole) return false;
    MULIN_TRY(const auto committed, till_.store().commit_sale(whole->sale, whole->settled));
    if (committed.repeated) return false;
    made_.insert(approved.order_ref);
    return true;
}

// Nothing of the plan is here: whatever came beside it goes back. Otherwise a person goes on with it.
Result<Settlement> Checkout::in_part(const sync::Sale& order, Settlement so_far) {
    so_far.taken = taken_parts(order, so_far.attempts);
    if (so_far.taken.empty()) return hand_back(std::move(so_far));
    so_far.order = order;
    so_far.standing = Standing::part_paid;
    return so_far;
}

Result<Settlement> Checkout::give_back(const std::string& ref) {
    Settlement so_far;
    MULIN_TRY(so_far.attempts, till_.runner().attempts_of(ref));
    return hand_back(std::move(so_far));
}

// Part of the money came, the rest did not: what came goes back before the order is given up.
Result<Settlement> Checkout::hand_back(Settlement so_far) {
    bool all_back = true;
    for (auto& attempt : so_far.attempts) {
        if (attempt.state != AttemptState::approved) continue;
        MULIN_TRY(attempt, till_.runner().undo(attempt.id));
        all_back = all_back && attempt.state == AttemptState::reversed;
    }
    so_far.standing = all_back ? Standing::unpaid : Standing::waiting;
    return so_far;
}

Result<std::vector<Settlement>> Checkout::recover() {
    till_.runner().complete_with([this](const Attempt& approved) { return write_with(approved).value_or(false); });
    MULIN_TRY(const auto touched, till_.runner().recover(payment::Runner::Asking::later));
    (void)touched;
    for (const auto& id : till_.runner().due()) (void)till_.runner().step(id);
    MULIN_TRY(const auto refs, open_refs());
    MULIN_TRY(const auto holders, till_.store().leases().holders());
    for (const auto& ref : holders) {
        if (std::ranges::find(refs, ref) == refs.end()) MULIN_TRY_STATUS(till_.store().leases().release(ref));
    }
    std::vector<Settlement> settled;
    for (const auto& ref : refs) {
        MULIN_TRY(auto one, settle(ref));
        if (one.standing == Standing::unpaid) MULIN_TRY_STATUS(forget(ref));
        settled.push_back(std::move(one));
    }
    return settled;
}

}  // namespace mulin::pos
