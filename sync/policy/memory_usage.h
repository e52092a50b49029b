#pragma once
// MemoryUsage: counters and pools kept in memory, for the quote command, simulation and tests.
// Not durable and not for two threads at once; a till's usage lives in its store.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sync/policy/quote.h"

namespace mulin::sync {

class MemoryUsage final : public UsageView {
  public:
    Usage used(const std::string& key) const override;
    // The quoted sale was served: adds up its uses. A refused quote has none.
    void commit(const Quote& quote);
    void add(const CounterUse& use);
    // Drops what no sale on `date` or later can ask for: counters of a day, week, month, year or release
    // that ended before it.
    void forget_before(Date date);
    std::size_t size() const { return size_; }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Counters = std::unordered_map<std::string, Usage, Hash, std::equal_to<>>;

    // By window, the last part of a key, so that a whole window goes at once.
    std::map<std::string, Counters, std::less<>> windows_;
    std::size_t size_ = 0;
};

}  // namespace mulin::sync
