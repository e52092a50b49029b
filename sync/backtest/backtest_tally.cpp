#include "sync/backtest/backtest_tally.h"

#include <algorithm>

namespace mulin::sync::server {
namespace {

constexpr std::uint32_t kEverybody = 0;
constexpr const char* kAgeClasses[] = {"age:unknown", "age:under-60", "age:60-69", "age:70-79", "age:80-89", "age:90-up"};

std::size_t age_band(const QuoteDiner& diner, Date on) {
    if (!diner.birth_date) return 0;
    const int age = payment::completed_years(*diner.birth_date, on);
    return age < 60 ? 1 : age >= 90 ? 5 : static_cast<std::size_t>(age / 10 - 4);
}

void count(Shift& shift, std::int64_t more_fen) {
    if (more_fen == 0) {
        ++shift.same;
        return;
    }
    Side& side = more_fen < 0 ? shift.better : shift.worse;
    ++side.count;
    side.amount += Money::fen(more_fen < 0 ? -more_fen : more_fen);
}

void add_shift(Shift& to, const Shift& more) {
    to.better.count += more.better.count;
    to.better.amount += more.better.amount;
    to.worse.count += more.worse.count;
    to.worse.amount += more.worse.amount;
    to.same += more.same;
}

void add_compared(Compared& to, const Compared& more) {
    to.real_sales += more.real_sales;
    to.draft_sales += more.draft_sales;
    to.real += more.real;
    to.draft += more.draft;
}

void add_all(std::map<std::string, Compared>& to, const std::unordered_map<std::string, Compared>& from) {
    for (const auto& [key, compared] : from) add_compared(to[key], compared);
}

}  // namespace

std::string age_class(const QuoteDiner& diner, Date on) { return kAgeClasses[age_band(diner, on)]; }

Tally::Tally(const BacktestInput& input)
    : input_(input), given_(input.given.size()), facts_classes_(input.facts.size()), nets_(input.diners) {
    class_number("");
    for (const char* name : kAgeClasses) age_numbers_.push_back(class_number(name));
    for (const Category category : {Category::first, Category::second, Category::guest, Category::staff})
        category_numbers_.push_back(class_number(std::string("category:") + name_of(category)));
}

std::uint32_t Tally::class_number(const std::string& name) {
    const auto [at, added] = class_numbers_.emplace(name, static_cast<std::uint32_t>(class_names_.size()));
    if (added) {
        class_names_.push_back(name);
        class_sales_.emplace_back();
    }
    return at->second;
}

const std::vector<std::uint32_t>& Tally::classes_of(const BacktestMeal& meal) {
    of_meal_.assign(1, kEverybody);
    of_meal_.push_back(category_numbers_[static_cast<std::size_t>(meal.category)]);
    if (meal.facts < 0) return of_meal_;
    const QuoteDiner& diner = input_.facts[static_cast<std::size_t>(meal.facts)];
    Classes& known = facts_classes_[static_cast<std::size_t>(meal.facts)];
    if (!known.made) {
        known.made = true;
        for (const auto& aid : diner.aid) known.aid.push_back(class_number("aid:" + aid));
        if (diner.aid.empty()) known.aid.push_back(class_number("aid:none"));
    }
    of_meal_.insert(of_meal_.end(), known.aid.begin(), known.aid.end());
    of_meal_.push_back(age_numbers_[age_band(diner, payment::china_date({meal.at_ms}))]);
    return of_meal_;
}

void Tally::compare(const BacktestMeal& meal, std::int64_t more_fen) {
    for (const std::uint32_t klass : classes_of(meal)) {
        count(class_sales_[klass], more_fen);
        if (meal.diner < 0) continue;
        auto& nets = nets_[static_cast<std::size_t>(meal.diner)];
        const auto known = std::find_if(nets.begin(), nets.end(), [&](const ClassNet& net) { return net.klass == klass; });
        if (known != nets.end()) {
            known->net_fen += more_fen;
        } else {
            nets.push_back({klass, more_fen});
        }
    }
}

void Tally::add(const BacktestMeal& meal, const Quote& quote) {
    ++sums_.sales;
    sums_.list += quote.list;
    sums_.delivery += quote.delivery;
    if (quote.refused) ++sums_.refused[quote.refused->code];
    const auto draft = [](Compared& compared, Money amount) {
        ++compared.draft_sales;
        compared.draft += amount;
    };
    for (const auto& benefit : quote.benefits) {
        draft(by_rule_[benefit.rule], benefit.amount);
        sums_.benefit.draft += benefit.amount;
        for (const auto& share : benefit.payers) draft(by_payer_[share.payer], share.amount);
    }
    for (const auto& amount : quote.operator_amounts) {
        draft(by_rule_[amount.rule], amount.amount);
        draft(by_operator_payer_[amount.payer], amount.amount);
    }
    ++given_[meal.given];
    draft(sums_.paid, quote.paid);
    sums_.paid.real += Money::fen(meal.paid_fen);
    compare(meal, quote.paid.in_fen() - meal.paid_fen);
}

void Tally::unpriced(const BacktestMeal& meal, const std::string& reason) {
    Unpriced& row = sums_.unpriced[reason];
    ++row.sales;
    row.entries.push_back(meal.entry);
}

void Tally::join_into(BacktestResult& result) const {
    result.sales += sums_.sales;
    result.list += sums_.list;
    result.delivery += sums_.delivery;
    add_compared(result.benefit, sums_.benefit);
    add_compared(result.paid, sums_.paid);
    add_all(result.by_payer, by_payer_);
    add_all(result.by_operator_payer, by_operator_payer_);
    add_all(result.by_rule, by_rule_);
    for (const auto& [code, sales] : sums_.refused) result.refused[code] += sales;
    for (const auto& [reason, row] : sums_.unpriced) {
        Unpriced& to = result.unpriced[reason];
        to.sales += row.sales;
        to.list += row.list;
        to.entries.insert(to.entries.end(), row.entries.begin(), row.entries.end());
    }
    join_given(result);
    join_classes(result);
}

void Tally::join_given(BacktestResult& result) const {
    for (std::size_t i = 0; i < given_.size(); ++i) {
        if (given_[i] == 0) continue;
        const std::string* last = nullptr;  // parts of one rule stand together
        for (const auto& part : input_.given[i]) {
            const Money amount = part.amount.times(given_[i]);
            Compared& rule = result.by_rule[part.rule];
            rule.real += amount;
            if (last == nullptr || *last != part.rule) rule.real_sales += given_[i];
            last = &part.rule;
            (part.to_operator ? result.by_operator_payer : result.by_payer)[part.payer].real += amount;
            if (!part.to_operator) result.benefit.real += amount;
        }
    }
}

void Tally::join_classes(BacktestResult& result) const {
    const auto shift_of = [&](std::uint32_t klass) -> ClassShift& {
        return klass == kEverybody ? result.all : result.by_class[class_names_[klass]];
    };
    for (std::uint32_t klass = 0; klass < class_sales_.size(); ++klass) {
        const Shift& sales = class_sales_[klass];
        if (sales.better.count + sales.worse.count + sales.same > 0) add_shift(shift_of(klass).sales, sales);
    }
    std::vector<Shift> diners(class_names_.size());
    for (const auto& nets : nets_) {
        for (const ClassNet& net : nets) count(diners[net.klass], net.net_fen);
    }
    for (std::uint32_t klass = 0; klass < diners.size(); ++klass) {
        if (class_sales_[klass].better.count + class_sales_[klass].worse.count + class_sales_[klass].same > 0)
            add_shift(shift_of(klass).diners, diners[klass]);
    }
}

}  // namespace mulin::sync::server
