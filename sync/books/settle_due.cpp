#include "sync/books/settle_due.h"

#include <algorithm>

namespace mulin::sync::server {
namespace {

using settlement::Claim;
using settlement::Due;

RecordName record_of(const Claim& claim) { return {claim.entry, claim.entry_hash}; }

std::vector<PayerShare> shares_of(const Quote& quote) {
    Sale priced;
    priced.benefits = quote.benefits;
    priced.operator_amounts = quote.operator_amounts;
    return asked_by(priced);
}

bool has(const Judgement& judgement, Deviation deviation) {
    return std::find(judgement.deviations.begin(), judgement.deviations.end(), deviation) != judgement.deviations.end();
}

Due::Why why_of(const Judgement& judgement) {
    if (has(judgement, Deviation::served_elsewhere)) return Due::Why::other_meals;
    for (const Deviation slow : {Deviation::older_facts, Deviation::newer_facts, Deviation::older_rules})
        if (has(judgement, slow) && judgement.expected) return Due::Why::not_up_to_date;
    return Due::Why::unexplained;
}

}  // namespace

void DueByRules::add(const LoadedClaim& loaded, const QuoteSite* site) {
    asked_[record_of(loaded.claim)] = {&loaded, site, {}};
}

DueByRules::Counter& DueByRules::counter(const std::string& key) {
    const auto [at, fresh] = counters_.try_emplace(key);
    if (!fresh) return at->second;
    auto query = database_.prepare(
        "SELECT till, sum(uses), sum(amount_fen) FROM granted_use WHERE subject = ? AND key = ? AND business_day < ? "
        "GROUP BY till ORDER BY till");
    query.bind(subject_).bind(key).bind(from_day_);
    for (;;) {
        const auto row = query.step();
        if (!row) status_ = tl::make_unexpected(row.error());
        if (!row || !*row) return at->second;
        const Usage usage{query.number(1), Money::fen(query.number(2))};
        at->second.by_till[query.text(0)] = usage;
        at->second.all.uses += usage.uses;
        at->second.all.amount += usage.amount;
    }
}

Usage DueByRules::used_before(const std::string& key, const TillId& till, bool this_till_only) {
    const Counter& known = counter(key);
    if (!this_till_only) return known.all;
    const auto at = known.by_till.find(till.text());
    return at == known.by_till.end() ? Usage{} : at->second;
}

void DueByRules::count(const Claim& granted) {
    for (const CounterUse& use : asked_.at(record_of(granted)).uses) {
        Counter& known = counter(use.key);
        for (Usage* usage : {&known.all, &known.by_till[granted.entry.till.text()]}) {
            usage->uses += use.uses;
            usage->amount += use.amount;
        }
    }
}

Due DueByRules::due(const Claim& claim, std::span<const Claim> granted) {
    for (; counted_ < granted.size(); ++counted_) count(granted[counted_]);
    Asked& asked = asked_.at(record_of(claim));
    const Sale& sale = asked.loaded->sale;
    const JudgedSale question{sale, asked.site, &person_, &releases_, [&](const std::string& key, bool own) {
                                  return used_before(key, claim.entry.till, own);
                              }};
    const Judgement judgement = judge(question);
    // What the rules would have used is what counts, whatever the till wrote down.
    asked.uses = has(judgement, Deviation::full_price) || judgement.district.uses.empty() ? sale.uses : judgement.district.uses;
    if (!judgement.deviations.empty() && is_open(judgement.deviations.front())) return {{}, Due::Why::cannot_be_judged};
    return {shares_of(judgement.district), why_of(judgement)};
}

}  // namespace mulin::sync::server
