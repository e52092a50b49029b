#include "sync/model/lease.h"

#include <algorithm>

namespace mulin::sync {

LeaseSpent left_of(const Lease& lease, const LeaseSpent& spent) {
    const Money granted = lease.amount.value_or(Money::fen(kUnlimitedFen));
    return {std::max<std::int64_t>(0, lease.uses.value_or(kUnlimitedUses) - spent.uses),
            std::max(Money(), granted - std::min(spent.amount, granted))};
}

bool covers(const Lease& lease, const LeaseSpent& spent, std::int64_t uses, Money amount) {
    const bool enough_uses = !lease.uses || (uses >= 0 && spent.uses <= *lease.uses && uses <= *lease.uses - spent.uses);
    const bool enough_money = !lease.amount || (!amount.is_negative() && spent.amount <= *lease.amount && amount <= *lease.amount - spent.amount);
    return enough_uses && enough_money;
}

bool is_open(const Lease& lease, const TillId& till, const EpochId& epoch, UtcInstant now) {
    return lease.till == till && lease.epoch == epoch && now < lease.valid_until;
}

Status check_lease(const Lease& lease) {
    const bool sound = !lease.id.empty() && !lease.key.empty() && lease.serial >= 1 && (lease.uses || lease.amount) &&
                       lease.uses.value_or(0) >= 0 && !lease.amount.value_or(Money()).is_negative();
    if (sound) return payment::ok();
    return payment::fail(payment::ErrorCode::invalid_input, "A lease needs an id, a pool and a whole number of uses or an amount.");
}

}  // namespace mulin::sync
