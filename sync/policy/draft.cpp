// What the district asks of a set of rules beside a price: how a draft would look if it were in force
// already, and what its counters are.

#include <algorithm>
#include <map>

#include "sync/policy/book.h"
#include "sync/policy/policy_set.h"

namespace mulin::sync {

PolicySet PolicySet::begun_by(Date date, std::vector<std::string>* moved) const {
    std::map<std::string, Date> first;  // of every policy: when its earliest version begins
    for (const auto& policy : book_->policies) {
        const auto [at, added] = first.emplace(policy->id, policy->from);
        if (!added) at->second = std::min(at->second, policy->from);
    }
    auto book = std::make_shared<policy::Book>(*book_);
    for (auto& policy : book->policies) {
        if (policy->from <= date || policy->from != first.at(policy->id)) continue;
        auto early = std::make_shared<policy::Policy>(*policy);
        early->from = date;
        policy = std::move(early);
    }
    if (moved != nullptr) {
        for (const auto& [id, from] : first) {
            if (from > date) moved->push_back(id);
        }
    }
    PolicySet set;
    set.book_ = std::move(book);
    return set;
}

std::vector<LimitFacts> PolicySet::limits() const {
    std::vector<LimitFacts> all;
    for (const auto& policy : book_->policies) {
        for (const auto& limit : policy->limits) {
            const bool shared = limit.is_pool() || limit.subject == policy::Subject::site ||
                                limit.subject == policy::Subject::identifiers;
            const bool looks_back = limit.carry_over != policy::Limit::CarryOver::none;
            all.push_back({limit.key_prefix, limit.is_pool(), shared, looks_back, limit.max_uses, limit.max_amount});
        }
    }
    return all;
}

}  // namespace mulin::sync
