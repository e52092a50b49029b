#include "sync/backtest/backtest.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "sync/backtest/backtest_tally.h"
#include "sync/backtest/backtest_usage.h"

namespace mulin::sync::server {
namespace {

constexpr std::size_t kStretch = 4'096;

// A meal of the stretch under way. Held until the walk when pools, or what its diner had before it in
// the stretch, may still change its price; else added up at once.
struct Slot {
    bool held = false;
    Quote quote;
    std::vector<PoolAsk> asks;
};

// Of counters before the month only the week's may live into it.
bool reaches_the_month(const std::string& key) { return key.find("|w", key.find('|') + 1) != std::string::npos; }

class Backtest {
  public:
    Backtest(const BacktestInput& input, const PolicySet& draft, int threads)
        : input_(input), facts_(input.facts), draft_(draft), pools_(draft.limits()) {
        for (int i = 0; i < std::max(1, threads); ++i) hands_.push_back(std::make_unique<Hand>(input, pools_));
        slots_.resize(kStretch);
        again_.resize(input.diners, 0);
        holding_.resize(input.diners, 0);
        first_.resize(input.diners);
    }

    BacktestResult all_meals() {
        std::size_t from = 0;
        while (from < input_.meals.size()) {
            const std::size_t until = end_of_stretch(from);
            stretch(from, until);
            from = until;
        }
        return result();
    }

  private:
    // What one thread works with.
    struct Hand {
        Hand(const BacktestInput& input, const Pools& pools) : own(pools, input.diners), view(pools, own), tally(input) {}
        OwnUsage own;
        BacktestView view;
        Tally tally;
        QuoteRequest request;
        std::uint32_t site = UINT32_MAX;  // the one in the request
    };

    // Never past the end of a day: counters of the day are dropped between stretches.
    std::size_t end_of_stretch(std::size_t from) const {
        const Date date = payment::china_date({input_.meals[from].at_ms});
        std::size_t until = from + 1;
        const std::size_t longest = pools_.any() ? kStretch : input_.meals.size();
        while (until < input_.meals.size() && until < from + longest &&
               payment::china_date({input_.meals[until].at_ms}) == date) {
            ++until;
        }
        return until;
    }

    std::size_t hand_of(std::size_t at) const {
        const std::int32_t diner = input_.meals[at].diner;
        return (diner < 0 ? at : static_cast<std::size_t>(diner)) % hands_.size();
    }

    template <class Work>
    void each_hand(Work work) {
        std::vector<std::thread> threads;
        for (std::size_t i = 1; i < hands_.size(); ++i) threads.emplace_back([&work, i] { work(i); });
        work(0);
        for (std::thread& thread : threads) thread.join();
    }

    void stretch(std::size_t from, std::size_t until) {
        const std::string date = payment::china_date({input_.meals[from].at_ms}).text();
        if (!pools_.any()) return stretch_without_pools(from, until, date);
        ++stretch_;
        each_hand([&](std::size_t i) {
            hands_[i]->own.begin_day(date);
            for (std::size_t at = from; at < until; ++at) {
                if (hand_of(at) == i) price_and_hold(at, slots_[at - from]);
            }
        });
        walk(from, until);
        each_hand([&](std::size_t i) {
            for (std::size_t at = from; at < until; ++at) {
                if (hand_of(at) == i && slots_[at - from].held) tally(at, slots_[at - from]);
            }
        });
    }

    void price_and_hold(std::size_t at, Slot& slot) {
        price(at, slot);
        const std::int32_t diner = input_.meals[at].diner;
        slot.held = !slot.asks.empty() || (diner >= 0 && holding_[static_cast<std::size_t>(diner)] == stretch_);
        if (!slot.held) {
            tally(at, slot);
            slot.quote = Quote{};
        } else if (diner >= 0) {
            holding_[static_cast<std::size_t>(diner)] = stretch_;
        }
    }

    // Nobody's price depends on anybody else's meals.
    void stretch_without_pools(std::size_t from, std::size_t until, const std::string& date) {
        each_hand([&](std::size_t i) {
            Slot slot;
            hands_[i]->own.begin_day(date);
            for (std::size_t at = from; at < until; ++at) {
                if (hand_of(at) != i) continue;
                price(at, slot);
                tally(at, slot);
            }
        });
    }

    void price(std::size_t at, Slot& slot) {
        const BacktestMeal& meal = input_.meals[at];
        Hand& hand = *hands_[hand_of(at)];
        QuoteRequest& request = hand.request;
        request.at = {meal.at_ms};
        if (hand.site != meal.site) {
            request.site = input_.sites[meal.site];
            hand.site = meal.site;
        }
        request.meal = meal.meal;
        request.service = meal.service;
        request.presented = input_.words[meal.presented];
        request.tender = input_.words[meal.tender];
        request.delivery_fee = Money::fen(meal.delivery_fen);
        request.lines = input_.baskets[meal.basket];
        slot.asks.clear();
        hand.view.ask_into(&slot.asks);
        hand.own.turn_to(meal.diner);
        if (meal.facts < 0) {
            request.diner.reset();
            slot.quote = draft_.price(request, hand.view, Explain::no);
        } else {
            // Lent for the question: a person's facts are asked for by their own thread alone.
            if (!request.diner) request.diner.emplace();
            QuoteDiner& person = facts_[static_cast<std::size_t>(meal.facts)];
            std::swap(*request.diner, person);
            slot.quote = draft_.price(request, hand.view, Explain::no);
            std::swap(*request.diner, person);
        }
        count_own(at, slot, +1);
    }

    // Counters of the diner alone; pools are counted on the walk.
    void count_own(std::size_t at, const Slot& slot, int sign) {
        OwnUsage& own = hands_[hand_of(at)]->own;
        own.turn_to(input_.meals[at].diner);
        for (const auto& use : slot.quote.uses) {
            if (input_.meals[at].run_in && !reaches_the_month(use.key)) continue;
            if (pools_.shared(use.key) == nullptr) own.add(use, sign);
        }
    }

    bool still_holds(const Slot& slot) const {
        for (const PoolAsk& ask : slot.asks) {
            Money need = slot.quote.list + slot.quote.delivery;
            for (const auto& use : slot.quote.uses) {
                if (use.key == ask.key) need = std::max(need, use.amount);
            }
            if (!pools_.still_holds(ask, need)) return false;
        }
        return true;
    }

    // next_[i]: the same diner's next meal in the stretch, counted from its start; 0 for none.
    void link(std::size_t from, std::size_t until) {
        next_.assign(until - from, 0);
        for (std::size_t i = until - from; i-- > 0;) {
            const std::int32_t diner = input_.meals[from + i].diner;
            if (diner < 0) continue;
            auto& [stretch, first] = first_[static_cast<std::size_t>(diner)];
            if (stretch == stretch_) next_[i] = first;
            stretch = stretch_;
            first = static_cast<std::uint32_t>(i);
        }
    }

    void walk(std::size_t from, std::size_t until) {
        link(from, until);
        for (std::size_t at = from; at < until; ++at) {
            Slot& slot = slots_[at - from];
            if (!slot.held) continue;
            const std::int32_t diner = input_.meals[at].diner;
            bool again = diner >= 0 && again_[static_cast<std::size_t>(diner)] == stretch_;
            if (!again && !still_holds(slot)) {
                again = true;
                take_back(at - from, from);
            }
            if (again) price(at, slot);
            draw(at, slot);
        }
    }

    // What this diner took from here on is undone; it is priced again in its turn.
    void take_back(std::size_t i, std::size_t from) {
        const std::int32_t diner = input_.meals[from + i].diner;
        if (diner < 0) return;  // a guest has no counters
        again_[static_cast<std::size_t>(diner)] = stretch_;
        do {
            count_own(from + i, slots_[i], -1);
            i = next_[i];
        } while (i != 0);
    }

    void draw(std::size_t at, const Slot& slot) {
        const BacktestMeal& meal = input_.meals[at];
        for (const PoolAsk& ask : slot.asks) {
            Pool& pool = pools_.at(ask.key, ask.limit);
            if (!meal.run_in && Pools::is_dry(*ask.limit, pool.used)) ++pool.asked_after;
        }
        for (const auto& use : slot.quote.uses) {
            const LimitFacts* limit = pools_.shared(use.key);
            if (limit == nullptr || (meal.run_in && !reaches_the_month(use.key))) continue;
            Pool& pool = pools_.at(use.key, limit);
            const bool was_dry = Pools::is_dry(*limit, pool.used);
            pool.used.uses += use.uses;
            pool.used.amount += use.amount;
            if (!was_dry && Pools::is_dry(*limit, pool.used)) pool.dry_at_ms = meal.at_ms;
        }
    }

    void tally(std::size_t at, const Slot& slot) {
        const BacktestMeal& meal = input_.meals[at];
        if (meal.run_in) return;
        Tally& tally = hands_[hand_of(at)]->tally;
        if (slot.quote.refused && slot.quote.refused->code == "invalid_request") {
            tally.unpriced(meal, "invalid_request");
        } else {
            tally.add(meal, slot.quote);
        }
    }

    BacktestResult result() {
        BacktestResult result;
        result.unpriced = input_.unpriced;
        for (const auto& hand : hands_) hand->tally.join_into(result);
        for (auto& [reason, row] : result.unpriced) std::sort(row.entries.begin(), row.entries.end());
        for (const auto& [key, pool] : pools_.all()) {
            if (pool.limit == nullptr) continue;
            const bool of_site = key.compare(pool.limit->prefix.size(), 2, "|@") == 0;
            if (!pool.limit->is_pool && !of_site) continue;  // a person's
            result.pools[key] = {pool.limit->is_pool, pool.used.uses, pool.used.amount, pool.dry_at_ms, pool.asked_after};
        }
        return result;
    }

    const BacktestInput& input_;
    std::vector<QuoteDiner> facts_;
    const PolicySet& draft_;
    Pools pools_;
    std::vector<std::unique_ptr<Hand>> hands_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> again_;    // by diner: the stretch in which they are priced in turn
    std::vector<std::uint32_t> holding_;  // by diner: the stretch in which a meal of theirs is held
    std::vector<std::pair<std::uint32_t, std::uint32_t>> first_;  // by diner: stretch and their first meal in it
    std::vector<std::uint32_t> next_;
    std::uint32_t stretch_ = 0;
};

}  // namespace

BacktestResult backtest(const BacktestInput& input, const PolicySet& draft, int threads) {
    return Backtest(input, draft, threads).all_meals();
}

}  // namespace mulin::sync::server
