#include "pos/day_report/day_report.h"

#include <algorithm>

namespace mulin::pos::day_report {
namespace {

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened&) {
        s_.page = 0;
        s_.picked.reset();
        load();
    }
    void operator()(const Refresh&) { load(); }

    void operator()(const DayArrived& intent) {
        if (intent.serial != s_.serial) return;
        s_.day = intent.day;
        s_.loaded = true;
        s_.message.clear();
        const std::size_t last = std::max<std::size_t>(page_count(s_), 1) - 1;
        s_.page = std::min(s_.page, last);
    }

    void operator()(const DayFailed& intent) {
        if (intent.serial == s_.serial) s_.message = intent.message;
    }

    void operator()(const PickSale& intent) {
        if (s_.picked == intent.key) {
            s_.picked.reset();
        } else if (std::ranges::find(s_.day.sales, intent.key, &SaleRow::key) != s_.day.sales.end()) {
            s_.picked = intent.key;
        }
    }

    void operator()(const NewerPage&) {
        if (s_.page > 0) --s_.page;
    }
    void operator()(const OlderPage&) {
        if (s_.page + 1 < page_count(s_)) ++s_.page;
    }

    void operator()(const CorrectPicked&) {
        if (!can_correct(s_)) return;
        effects_.push_back(OpenCorrect{*std::ranges::find(s_.day.sales, *s_.picked, &SaleRow::key)});
    }

    void operator()(const ShiftPicked&) { effects_.push_back(OpenShift{}); }
    void operator()(const RefundPicked&) { effects_.push_back(OpenRefund{s_.picked}); }
    void operator()(const Back&) { effects_.push_back(Close{}); }

  private:
    void load() { effects_.push_back(LoadDay{++s_.serial}); }

    State& s_;
    std::vector<Effect>& effects_;
};

}  // namespace

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

MealRow totals(const Day& day) {
    MealRow sum;
    for (const MealRow& row : day.meals) {
        sum.first += row.first;
        sum.second += row.second;
        sum.guest += row.guest;
        sum.staff += row.staff;
        sum.list += row.list;
        sum.paid += row.paid;
    }
    for (const std::string& payer : payers(day)) {
        sync::Money amount;
        for (const MealRow& row : day.meals) amount += amount_of(row, payer);
        sum.payers.push_back({payer, amount});
    }
    return sum;
}

std::vector<std::string> payers(const Day& day) {
    std::vector<std::string> out;
    for (const char* usual : {"city", "district", "street", "foundation"}) {
        for (const MealRow& row : day.meals) {
            if (!amount_of(row, usual).is_zero()) {
                out.push_back(usual);
                break;
            }
        }
    }
    std::vector<std::string> others;
    for (const MealRow& row : day.meals) {
        for (const PayerAmount& share : row.payers) others.push_back(share.payer);
    }
    std::ranges::sort(others);
    for (const std::string& payer : others) {
        if (std::ranges::find(out, payer) == out.end()) out.push_back(payer);
    }
    return out;
}

sync::Money amount_of(const MealRow& row, const std::string& payer) {
    auto found = std::ranges::find(row.payers, payer, &PayerAmount::payer);
    return found == row.payers.end() ? sync::Money{} : found->amount;
}

sync::Money benefit_total(const Day& day) {
    sync::Money sum;
    for (const MealRow& row : day.meals) {
        for (const PayerAmount& share : row.payers) sum += share.amount;
    }
    return sum;
}

std::vector<SaleRow> sales_page(const State& state) {
    const auto& sales = state.day.sales;
    const std::size_t from = std::min(state.page * kSalesPerPage, sales.size());
    const std::size_t until = std::min(from + kSalesPerPage, sales.size());
    return {sales.begin() + static_cast<std::ptrdiff_t>(from), sales.begin() + static_cast<std::ptrdiff_t>(until)};
}

std::size_t page_count(const State& state) {
    return (state.day.sales.size() + kSalesPerPage - 1) / kSalesPerPage;
}

bool can_correct(const State& state) {
    if (!state.picked) return false;
    auto found = std::ranges::find(state.day.sales, *state.picked, &SaleRow::key);
    return found != state.day.sales.end() && !found->voided && !found->is_void && !found->training;
}

}  // namespace mulin::pos::day_report
