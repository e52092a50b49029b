#include "sync/settlement/parts.h"

#include "payment/base/check.h"

namespace mulin::sync::settlement {

Money& Part::borne(Bearer bearer) {
    switch (bearer) {
        case Bearer::vendor: return vendor;
        case Bearer::tolerance: return tolerance;
        case Bearer::diner: return diner;
        case Bearer::suspense: return suspense;
    }
    return suspense;
}

Part& Part::operator+=(const Part& other) {
    claimed += other.claimed;
    returned += other.returned;
    voided += other.voided;
    posted += other.posted;
    vendor += other.vendor;
    tolerance += other.tolerance;
    diner += other.diner;
    suspense += other.suspense;
    return *this;
}

Part operator-(const Part& a, const Part& b) {
    return {a.claimed - b.claimed, a.returned - b.returned, a.voided - b.voided, a.posted - b.posted,
            a.vendor - b.vendor,   a.tolerance - b.tolerance, a.diner - b.diner, a.suspense - b.suspense};
}

Parts parts_of(const Claim& claim, const Verdict& verdict) {
    Parts parts;
    for (const auto& share : claim.claimed) parts[share.payer].claimed += share.amount;
    for (const auto& share : verdict.posted) parts[share.payer].posted += share.amount;
    for (const auto& burden : verdict.borne) parts[burden.payer].borne(burden.bearer) += burden.amount;
    for (auto& [payer, part] : parts) {
        const Money left = part.claimed - part.posted - part.vendor - part.tolerance - part.diner - part.suspense;
        // What nobody pays and nobody bears never was, or was given back.
        (verdict.reason == Reason::voided ? part.voided : part.returned) = left;
        MULIN_CHECK(!left.is_negative());
    }
    return parts;
}

Parts change_of(const Parts& before, const Parts& now) {
    Parts change;
    for (const auto& [payer, part] : now) change[payer] += part;
    for (const auto& [payer, part] : before) change[payer] = change[payer] - part;
    std::erase_if(change, [](const auto& entry) { return entry.second == Part{}; });
    return change;
}

}  // namespace mulin::sync::settlement
