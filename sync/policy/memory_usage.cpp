#include "sync/policy/memory_usage.h"

namespace mulin::sync {

Usage MemoryUsage::used(const std::string& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? Usage{} : found->second;
}

void MemoryUsage::commit(const Quote& quote) {
    for (const auto& use : quote.uses) add(use);
}

void MemoryUsage::add(const CounterUse& use) {
    Usage& usage = by_key_[use.key];
    usage.uses += use.uses;
    usage.amount += use.amount;
}

}  // namespace mulin::sync
