#pragma once
// Uses: what limits still allow for this sale, and what the sale takes of them. A sale counts once
// against a limit however many rules it serves; money adds up.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sync/policy/facts.h"

namespace mulin::sync::policy {

enum class Room { enough, used_up, not_leased, unidentified };

class Uses {
  public:
    explicit Uses(const Facts& facts) : facts_(facts) {}

    // Whether the limit has room for one more sale; cuts `amount` to the money that is left, or to
    // nothing (used_up) when the limit gives whole benefits only.
    Room ask(const Limit& limit, Money& amount) const;
    // Of `wanted`, what the limit has room for: nothing when it has none.
    Money room_for(const Limit& limit, Money wanted) const;
    // Whether the limit is reached already, whatever the amount.
    bool is_used_up(const Limit& limit) const;
    void take(const Limit& limit, Money amount);
    void count_meal(const std::vector<Window>& spans);
    // What the sale takes for good; limits per sale are left out.
    std::vector<CounterUse> result() &&;

  private:
    const std::vector<std::string>& keys(const Limit& limit) const;
    Money taken_so_far(const std::string& key) const;
    void add(const std::string& key, Money amount, bool returns_on_void);
    Usage used(const Limit& limit, const std::string& key) const;

    const Facts& facts_;
    // Rules share limits, and each is asked and then taken: its keys are made once.
    mutable std::vector<std::pair<const Limit*, std::vector<std::string>>> keys_;
    std::vector<CounterUse> taken_;
};

}  // namespace mulin::sync::policy
