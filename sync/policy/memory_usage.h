#pragma once
// MemoryUsage: counters and pools kept in memory, for the quote command, simulation and tests.
// Not durable and not for two threads at once; a till's usage lives in its store.

#include <string>
#include <unordered_map>

#include "sync/policy/quote.h"

namespace mulin::sync {

class MemoryUsage final : public UsageView {
  public:
    Usage used(const std::string& key) const override;
    // The quoted sale was served: adds up its uses. A refused quote has none.
    void commit(const Quote& quote);
    void add(const CounterUse& use);
    std::size_t size() const { return by_key_.size(); }

  private:
    std::unordered_map<std::string, Usage> by_key_;
};

}  // namespace mulin::sync
