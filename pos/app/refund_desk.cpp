#include "pos/app/refund_desk.h"

#include <algorithm>
#include <sstream>

#include "sync/model/keyed_hash.h"

namespace mulin::pos {
namespace {

constexpr int kDaysBack = 31;      // of a diner's sales that are listed
constexpr std::size_t kMost = 20;
constexpr std::int64_t kIdleMs = 60'000;

std::vector<RefundAsked::Line> lines_of(const std::vector<std::int64_t>& pieces) {
    std::vector<RefundAsked::Line> lines;
    for (std::size_t i = 0; i < pieces.size(); ++i)
        if (pieces[i] > 0) lines.push_back({static_cast<std::int64_t>(i), pieces[i]});
    return lines;
}

// The diner's tenders first, then what goes back to the payers.
std::vector<refund::Back> back_of(const sync::RefundRecord& record) {
    std::vector<refund::Back> back;
    for (const auto& part : record.payments) back.push_back({part.method, false, part.amount});
    for (const auto& benefit : record.benefits) {
        for (const auto& share : benefit.payers) {
            const auto same = std::ranges::find_if(back, [&](const refund::Back& one) { return one.payer && one.to == share.payer; });
            if (same != back.end()) same->amount += share.amount;
            else back.push_back({share.payer, true, share.amount});
        }
    }
    return back;
}

}  // namespace

RefundDesk::RefundDesk(Till& till, Inbox& inbox, const Phrases& phrases, PaymentDesk& payments,
                       std::function<void(const RefundMade&)> made)
    : till_(till), inbox_(inbox), phrases_(phrases), payments_(payments), made_(std::move(made)) {}

void RefundDesk::start() {
    payments_.also([this] { return go_on(); });
}

refund::SaleFound RefundDesk::found(const sync::SaleRecord& record) {
    refund::SaleFound sale;
    sale.key = record.key;
    sale.at = record.sale.at;
    sale.paid = record.sale.paid + record.sale.cash_rounding;
    if (record.sale.diner) {
        const auto diner = till_.store().diner(*record.sale.diner);
        if (diner && *diner) sale.name = (*diner)->name;
    }
    RefundAsked all;
    all.sale = record.key;
    const auto whole = make_refund(till_, all);
    if (!whole) sale.problem = phrases_.sentence(whole.error());
    for (const auto& line : record.sale.lines) sale.lines.push_back({line.name_zh, line.name_en, 0, {}});
    if (!whole) return sale;
    for (const auto& line : whole->lines) {
        auto& shown = sale.lines[static_cast<std::size_t>(line.line)];
        shown.left = line.quantity;
        shown.amount = line.amount;
    }
    return sale;
}

std::vector<refund::SaleFound> RefundDesk::by_number(std::int64_t number) {
    std::vector<refund::SaleFound> sales;
    const auto epochs = till_.store().epochs();
    if (!epochs) return sales;
    for (const auto& epoch : *epochs) {
        const auto record = till_.store().find_sale({till_.id(), epoch.epoch, number});
        if (record && *record) sales.push_back(found(**record));
    }
    std::ranges::sort(sales, std::ranges::greater{}, [](const refund::SaleFound& sale) { return sale.at.ms; });
    return sales;
}

// The code of a slip ("MULIN1 till epoch seq hash"), or a diner's card.
std::vector<refund::SaleFound> RefundDesk::by_code(const std::string& code) {
    std::istringstream words(code);
    std::string mark;
    std::string till;
    std::string epoch;
    std::int64_t seq = 0;
    if (words >> mark >> till >> epoch >> seq && mark == "MULIN1") {
        const auto record = till_.store().find_sale({sync::TillId(till), sync::EpochId(epoch), seq});
        return record && *record ? std::vector{found(**record)} : std::vector<refund::SaleFound>{};
    }
    std::vector<refund::SaleFound> sales;
    const auto match = till_.store().diner_by_card(sync::keyed_hash(till_.hash_key(), code));
    if (!match || !*match) return sales;
    const auto today = payment::china_date(till_.now().at);
    for (int back = 0; back < kDaysBack && sales.size() < kMost; ++back) {
        const auto day = till_.store().sales_of_day(today.plus_days(-back));
        if (!day) break;
        for (const auto& record : *day)
            if (record.sale.diner == (*match)->diner.id && sales.size() < kMost) sales.push_back(found(record));
    }
    return sales;
}

void RefundDesk::find(const refund::FindSales& asked) {
    payments_.post([this, asked] {
        inbox_.post(refund::Intent(refund::SalesFound{asked.serial, asked.code.empty() ? by_number(asked.number) : by_code(asked.code)}));
    });
}

void RefundDesk::open_with(const sync::EntryKey& key, std::int64_t serial) {
    payments_.post([this, key, serial] {
        const auto record = till_.store().find_sale(key);
        if (record && *record) inbox_.post(refund::Intent(refund::SalesFound{serial, {found(**record)}}));
    });
}

void RefundDesk::preview(const refund::Preview& asked) {
    payments_.post([this, asked] {
        RefundAsked wanted;
        wanted.sale = asked.sale;
        wanted.lines = lines_of(asked.pieces);
        const auto record = make_refund(till_, wanted);
        refund::Previewed answer{asked.serial, {}, ""};
        if (record) answer.back = back_of(*record);
        else answer.message = phrases_.sentence(record.error());
        inbox_.post(refund::Intent(answer));
    });
}

void RefundDesk::give_back(const refund::GiveBack& asked, const sync::StaffId& cashier) {
    payments_.post([this, asked, cashier] {
        RefundAsked wanted;
        wanted.ref = till_.ids().next_text();
        wanted.sale = asked.sale;
        wanted.lines = lines_of(asked.pieces);
        wanted.reason = asked.reason;
        wanted.cashier = cashier;
        wanted.approver = asked.approver;
        shown_[wanted.ref] = asked.serial;
        const auto standing = begin_refund(till_, wanted);
        if (!standing) shown_.erase(wanted.ref);
        tell(asked.serial, standing);
    });
}

void RefundDesk::tell(std::int64_t serial, const Answer<RefundStanding>& standing) {
    if (!standing) return inbox_.post(refund::Intent(refund::Failed{serial, phrases_.sentence(standing.error())}));
    if (finish(*standing)) return;
    inbox_.post(refund::Intent(refund::StillGoing{serial, standing->message}));
}

// True when it is over; whoever looks at it learns how.
bool RefundDesk::finish(const RefundStanding& standing) {
    const auto shown = shown_.find(standing.record.ref);
    const std::int64_t serial = shown == shown_.end() ? -1 : shown->second;
    if (standing.where == RefundStanding::Where::waiting) return false;
    if (shown != shown_.end()) shown_.erase(shown);
    if (standing.where == RefundStanding::Where::refused) {
        const std::string why = standing.message.empty() ? std::string(phrases_.words()(text::Msg::app_refund_refused)) : standing.message;
        inbox_.post(refund::Intent(refund::Failed{serial, why}));
        return true;
    }
    inbox_.post(refund::Intent(refund::Refunded{serial, back_of(standing.record)}));
    const auto sale = till_.store().find_sale(standing.record.target);
    if (made_ && sale && *sale && !standing.committed->repeated) made_({*standing.committed, (*sale)->sale});
    return true;
}

// What a channel has not finished; answers when it wants to be asked again.
std::int64_t RefundDesk::go_on() {
    auto& runner = till_.refund_runner();
    if (!recovered_) {
        recovered_ = true;
        (void)runner.recover();
    }
    for (const auto& id : runner.due()) (void)runner.step(id);
    const auto plans = till_.store().refunds().plans();
    if (!plans || plans->empty()) return kIdleMs;
    for (const auto& plan : *plans)
        if (const auto standing = go_on_with_refund(till_, plan); standing) (void)finish(*standing);
    const auto next = runner.next_due();
    return next ? std::clamp<std::int64_t>(next->ms - till_.clock().monotonic().ms, 10, kIdleMs) : 2'000;
}

}  // namespace mulin::pos
