// What a pool allows at a moment, for whoever hands out parts of it.

#include "sync/policy/book.h"
#include "sync/policy/policy_set.h"
#include "sync/policy/window.h"

namespace mulin::sync {

std::vector<PoolNow> PolicySet::pools(UtcInstant at, Meal meal) const {
    QuoteRequest request;
    request.at = at;
    request.meal = meal;
    struct Nothing final : UsageView {
        Usage used(const std::string&) const override { return {}; }
    } nothing;
    const policy::Facts facts(request, nothing);
    std::vector<PoolNow> pools;
    for (const policy::Policy* policy : policy::in_force(*book_, facts.date)) {
        for (const auto& limit : policy->limits) {
            if (!limit.is_pool() || limit.window == policy::Window::sale) continue;
            const auto allowed = policy::allowance(limit, facts.date, facts.minute);
            pools.push_back({policy::keys_of(limit, facts).front(), allowed.uses, allowed.amount, policy::changes_next(limit, facts.date, facts.minute)});
        }
    }
    return pools;
}

}  // namespace mulin::sync
