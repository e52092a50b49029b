#pragma once
// What the payers owe for a claim: the sale judged (judge.h, the one place that knows the rules) with
// counters in which only claims stand that were granted before it, in the order of verdicts. Those from
// before the first day that is judged come from granted_use. For one subject and one run.

#include <map>
#include <span>
#include <string>

#include "sync/books/claims_facts.h"
#include "sync/settlement/verdict.h"

namespace mulin::sync::server {

class DueByRules {
  public:
    DueByRules(database::Database& database, std::string subject, std::int64_t from_day, const std::vector<Release>& releases,
               const std::vector<FactsVersion>& person)
        : database_(database), subject_(std::move(subject)), from_day_(from_day), releases_(releases), person_(person) {}

    void add(const LoadedClaim& loaded, const QuoteSite* site);
    // As settlement::VerdictRules::due; asked in order, once for each claim that was added.
    settlement::Due due(const settlement::Claim& claim, std::span<const settlement::Claim> granted);
    // What stops everything: a read that failed.
    const Status& status() const { return status_; }
    // Of a claim that was asked for: what it uses of counters once it is granted.
    const std::vector<CounterUse>& uses_of(const RecordName& record) const { return asked_.at(record).uses; }

  private:
    struct Asked {
        const LoadedClaim* loaded = nullptr;
        const QuoteSite* site = nullptr;
        std::vector<CounterUse> uses;
    };
    struct Counter {
        Usage all;
        std::map<std::string, Usage> by_till;
    };
    Usage used_before(const std::string& key, const TillId& till, bool this_till_only);
    Counter& counter(const std::string& key);
    void count(const settlement::Claim& granted);

    database::Database& database_;
    std::string subject_;
    std::int64_t from_day_;
    const std::vector<Release>& releases_;
    const std::vector<FactsVersion>& person_;
    std::map<RecordName, Asked> asked_;
    std::map<std::string, Counter> counters_;
    std::size_t counted_ = 0;  // of `granted`
    Status status_ = payment::ok();
};

}  // namespace mulin::sync::server
