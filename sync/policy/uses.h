#pragma once
// Uses: what limits still allow for this sale, and what the sale takes of them. A sale counts once
// against a limit however many rules it serves; money adds up.

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string>
#include <vector>

#include "sync/policy/facts.h"
#include "sync/policy/scratch.h"

namespace mulin::sync::policy {

enum class Room { enough, used_up, not_leased, unidentified };

class Uses {
  public:
    Uses(const Facts& facts, Scratch& scratch);

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
    // Rules share limits, and each is asked and then taken: its keys are made once.
    struct Keys {
        const Limit* limit = nullptr;
        std::size_t first = 0;  // in texts_
        std::size_t count = 0;
    };
    struct Taken {
        std::size_t text = 0;  // in texts_
        Money amount;
        bool returns_on_void = true;
    };
    Keys keys(const Limit& limit) const;
    std::span<const std::string> texts(Keys keys) const { return std::span(texts_).subspan(keys.first, keys.count); }
    Money taken_so_far(const std::string& key) const;
    void add(std::size_t text, Money amount, bool returns_on_void);
    Usage used(const Limit& limit, const std::string& key) const;

    const Facts& facts_;
    mutable std::pmr::vector<Keys> keys_;
    mutable std::vector<std::string> texts_;
    std::pmr::vector<Taken> taken_;
};

}  // namespace mulin::sync::policy
