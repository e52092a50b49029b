#pragma once
// Counters of a back-test. Those of one diner belong to one thread; pools belong to all and change
// only while one thread walks. Used by backtest.cpp alone.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sync/policy/policy_set.h"

namespace mulin::sync::server {

struct Pool {
    const LimitFacts* limit = nullptr;
    Usage used;
    std::int64_t dry_at_ms = -1;
    std::int64_t asked_after = 0;
};

// What a meal asked of a pool, and how the pool stood then.
struct PoolAsk {
    std::string key;
    const LimitFacts* limit = nullptr;
    Usage seen;
};

class Pools {
  public:
    explicit Pools(const std::vector<LimitFacts>& limits);

    // The limit, if the key's counters are shared by several persons.
    const LimitFacts* shared(std::string_view key) const;
    // Whether the key's counter can be dropped when its day is over.
    bool ends_with_its_day(std::string_view key, std::string_view today) const;
    bool any() const { return !shared_.empty(); }

    Usage used(const std::string& key) const;
    Pool& at(const std::string& key, const LimitFacts* limit);
    const std::unordered_map<std::string, Pool>& all() const { return pools_; }

    static bool is_dry(const LimitFacts& limit, const Usage& used);
    // Whether an answer made when the pool stood at ask.seen is also the answer now. `need`: more than
    // any rule of this meal can have wanted of it.
    bool still_holds(const PoolAsk& ask, Money need) const;

  private:
    std::vector<LimitFacts> shared_;
    std::vector<std::string> looking_back_;
    std::unordered_map<std::string, Pool> pools_;
};

// The counters of one thread's diners, each diner's together: few, and nobody asks for another's.
class OwnUsage {
  public:
    OwnUsage(const Pools& pools, std::size_t diners) : pools_(pools), people_(diners + 1), now_(&people_.front()) {}

    void begin_day(const std::string& date);
    // Whose counters are meant from here on; -1 for a guest. Drops what only earlier days can ask for.
    void turn_to(std::int32_t diner);
    Usage used(const std::string& key) const;
    void add(const CounterUse& use, int sign);

  private:
    struct Counter {
        std::string key;
        Usage usage;
        bool ends_with_its_day = false;
    };
    struct Person {
        std::uint32_t day = 0;
        std::vector<Counter> counters;  // the newest last
    };

    const Pools& pools_;
    std::string today_;
    std::uint32_t day_ = 0;
    std::vector<Person> people_;  // guests, then every diner
    Person* now_;
};

class BacktestView final : public UsageView {
  public:
    BacktestView(const Pools& pools, const OwnUsage& own) : pools_(pools), own_(own) {}
    Usage used(const std::string& key) const override;
    void ask_into(std::vector<PoolAsk>* asks) { asks_ = asks; }

  private:
    const Pools& pools_;
    const OwnUsage& own_;
    std::vector<PoolAsk>* asks_ = nullptr;
};

}  // namespace mulin::sync::server
