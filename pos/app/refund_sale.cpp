#include "pos/app/refund_sale.h"

#include <algorithm>

#include "payment/cash/change.h"
#include "payment/money/split.h"
#include "sync/policy/refund.h"

namespace mulin::pos {
namespace {

using payment::RefundState;
using sync::Money;

struct Target {
    sync::Sale sale;
    sync::SaleRemainder left;
};

Answer<Target> find_target(Till& till, const sync::EntryKey& key) {
    MULIN_ASK(const auto found, till.store().find_sale(key));
    if (!found) return refuse("unknown_sale", "There is no sale with that epoch and number on this till.");
    if (found->voided_by) return refuse("already_voided", "This sale was voided before; its money went back then.");
    if (found->sale.training) return refuse("training_sale", "A practice sale took no money, so none goes back.");
    MULIN_ASK(const auto earlier, till.store().refunds().of_sale(key));
    std::vector<sync::RefundRecord> records;
    for (const auto& one : earlier) records.push_back(one.record);
    Target target{found->sale, {}};
    MULIN_ASK(target.left, sync::remainder_of(found->sale, records));
    if (target.left.nothing_left()) return refuse("nothing_left", "Everything of this sale has gone back already.");
    return target;
}

// `quantity` of what is left of a line; the pieces of a line may differ by a fen.
Money amount_of(const Target& target, const RefundAsked::Line& line) {
    const auto at = static_cast<std::size_t>(line.line);
    const auto pieces = target.left.quantities[at];
    if (line.quantity == pieces) return target.left.amounts[at];
    const std::vector<std::int64_t> equal(static_cast<std::size_t>(pieces), 1);
    const auto shares = payment::split(target.left.amounts[at], equal);
    Money sum;
    for (std::int64_t i = 0; i < line.quantity; ++i) sum += shares[static_cast<std::size_t>(i)];
    return sum;
}

Answer<payment::Unit> add_lines(const Target& target, const RefundAsked& asked, sync::RefundRecord& record) {
    auto wanted = asked.lines;
    if (wanted.empty())
        for (std::size_t i = 0; i < target.left.quantities.size(); ++i)
            if (target.left.quantities[i] > 0) wanted.push_back({static_cast<std::int64_t>(i), target.left.quantities[i]});
    std::int64_t pieces = 0;
    for (const auto& line : wanted) {
        if (line.line < 0 || line.line >= static_cast<std::int64_t>(target.left.quantities.size()))
            return refuse("unknown_line", "The sale has no such line; lines are counted from 0.");
        const auto left = target.left.quantities[static_cast<std::size_t>(line.line)];
        if (line.quantity < 1 || line.quantity > left)
            return refuse("too_many", "Of that line only " + std::to_string(left) + " can still go back.");
        record.lines.push_back({line.line, line.quantity, amount_of(target, line)});
        pieces += line.quantity;
    }
    std::int64_t all = 0;
    for (const auto quantity : target.left.quantities) all += quantity;
    if (pieces == all) record.delivery = target.left.delivery;  // nobody delivers nothing
    return payment::Unit{};
}

sync::RefundPayment payment_back(const sync::Payment& part, Money amount) {
    return {part.method, part.channel, part.attempt, {}, amount};
}

// Back to where it came from, the newest payment first.
void add_payments(const Till& till, const Target& target, sync::RefundRecord& record) {
    if (record.whole) {
        for (std::size_t i = 0; i < target.sale.payments.size(); ++i)
            if (!target.left.payments[i].is_zero())
                record.payments.push_back(payment_back(target.sale.payments[i], target.left.payments[i]));
        record.cash_rounding = target.left.cash_rounding;
        return;
    }
    Money open = record.paid;
    for (std::size_t i = target.sale.payments.size(); i-- > 0 && !open.is_zero();) {
        const Money most = target.left.payments[i];
        Money amount = std::min(open, most);
        if (amount.is_zero()) continue;
        open -= amount;
        if (target.sale.payments[i].method == "cash") {
            const Money rounding = payment::round_cash(amount, till.config().cash.mode, till.config().cash.unit);
            if (amount + rounding <= most) {
                record.cash_rounding += rounding;
                amount += rounding;
            }
        }
        if (!amount.is_zero()) record.payments.push_back(payment_back(target.sale.payments[i], amount));
    }
    // What cash rounding had taken off the sale is missing here too.
    if (!open.is_zero()) record.cash_rounding -= open;
}

// A task belongs to a plan by the reference at the end of its reason.
std::string task_reason(const sync::RefundRecord& plan) { return plan.reason + " " + plan.ref; }

payment::Result<std::optional<payment::Refund>> task_of(Till& till, const sync::RefundRecord& plan,
                                                        const sync::RefundPayment& part) {
    MULIN_TRY(const auto tasks, till.refund_runner().of_attempt(part.attempt));
    for (const auto& task : tasks)
        if (task.reason == task_reason(plan)) return std::optional(task);
    return std::optional<payment::Refund>();
}

}  // namespace

Answer<sync::RefundRecord> make_refund(Till& till, const RefundAsked& asked) {
    auto target = find_target(till, asked.sale);
    if (!target) return tl::make_unexpected(target.error());
    sync::RefundRecord record;
    record.target = asked.sale;
    record.ref = asked.ref;
    record.at = till.now().at;
    record.business_date = payment::china_date(record.at);
    record.site = till.site().id;
    record.reason = asked.reason;
    record.cashier = asked.cashier;
    record.approver = asked.approver;
    MULIN_ASK(const auto shift, till.store().current_shift());
    if (shift) record.shift = shift->shift;
    if (const auto added = add_lines(*target, asked, record); !added) return tl::make_unexpected(added.error());
    MULIN_ASK(const auto split, sync::split_refund(record.list_value(), target->left.paid, target->left.benefits));
    record.paid = split.diner;
    record.benefits = split.benefits;
    std::int64_t pieces = 0;
    for (const auto quantity : target->left.quantities) pieces += quantity;
    for (const auto& line : record.lines) pieces -= line.quantity;
    record.whole = pieces == 0 && record.delivery == target->left.delivery;
    if (record.whole)
        for (const auto& use : target->sale.uses)
            if (use.returns_on_void) record.given_back.push_back(use);
    add_payments(till, *target, record);
    return record;
}

Answer<RefundStanding> begin_refund(Till& till, const RefundAsked& asked) {
    MULIN_ASK(const auto before, till.store().refunds().find_by_ref(asked.ref));
    if (before) return RefundStanding{RefundStanding::Where::done, before, before->stored, ""};
    MULIN_ASK(const auto plans, till.store().refunds().plans());
    const auto begun = std::ranges::find(plans, asked.ref, &sync::RefundRecord::ref);
    if (begun != plans.end()) return go_on_with_refund(till, *begun);
    auto record = make_refund(till, asked);
    if (!record) return tl::make_unexpected(record.error());
    if (const auto planned = till.store().refunds().plan(*record); !planned) return refuse(planned.error());
    return go_on_with_refund(till, *record);
}

Answer<RefundStanding> go_on_with_refund(Till& till, const sync::RefundRecord& plan) {
    RefundStanding standing{RefundStanding::Where::waiting, std::nullopt, plan, ""};
    bool all_here = true;
    bool any_back = false;
    bool refused = false;
    bool asking = false;  // a channel just now: its answer decides whether the next one is asked at all
    for (auto& part : standing.record.payments) {
        if (part.channel == "cash") continue;
        MULIN_ASK(auto task, task_of(till, plan, part));
        if (!task && asking) {
            all_here = false;
            continue;
        }
        if (!task && !refused) {
            const auto begun = till.refund_runner().begin({part.attempt, part.amount, task_reason(plan), plan.approver.text()});
            if (begun) task = *begun;
            else if (begun.error().code != payment::ErrorCode::refused) return refuse(begun.error());
            else standing.message = begun.error().message;
        }
        const auto state = task ? task->state : RefundState::refused;
        refused = refused || state == RefundState::refused || state == RefundState::voided;
        any_back = any_back || (task && payment::counts(state));
        all_here = all_here && state == RefundState::refunded;
        asking = asking || (task && till.refund_runner().waits_for_channel(task->id));
        if (task) part.refund = task->id;
        if (task && !task->result.channel_text.empty() && state != RefundState::refunded)
            standing.message = task->result.channel_text;
    }
    if (refused && !any_back) {
        if (const auto gone = till.store().refunds().drop_plan(plan.ref); !gone) return refuse(gone.error());
        standing.where = RefundStanding::Where::refused;
        return standing;
    }
    if (!all_here) return standing;
    MULIN_ASK(standing.committed, till.store().refunds().commit(standing.record));
    standing.where = RefundStanding::Where::done;
    return standing;
}

}  // namespace mulin::pos
