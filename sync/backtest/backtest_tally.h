#pragma once
// Adding up a back-test. Every thread has a tally of its own diners; sums do not depend on the order
// in which tallies are joined. Used by backtest.cpp alone.

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sync/backtest/backtest.h"

namespace mulin::sync::server {

class Tally {
  public:
    explicit Tally(const BacktestInput& input);

    void add(const BacktestMeal& meal, const Quote& quote);
    void unpriced(const BacktestMeal& meal, const std::string& reason);
    void join_into(BacktestResult& result) const;

  private:
    struct ClassNet {
        std::uint32_t klass = 0;
        std::int64_t net_fen = 0;
    };
    struct Classes {  // of one version of a diner's facts
        bool made = false;
        std::vector<std::uint32_t> aid;
    };
    void compare(const BacktestMeal& meal, std::int64_t more_fen);
    void join_given(BacktestResult& result) const;
    void join_classes(BacktestResult& result) const;
    std::uint32_t class_number(const std::string& name);
    std::uint32_t age_number(const QuoteDiner& diner, Date on);
    const std::vector<std::uint32_t>& classes_of(const BacktestMeal& meal);

    const BacktestInput& input_;
    BacktestResult sums_;  // without what is per diner
    std::unordered_map<std::string, Compared> by_payer_, by_operator_payer_, by_rule_;
    std::vector<std::int64_t> given_;  // how often each was really given
    std::vector<std::uint32_t> age_numbers_, category_numbers_;
    std::vector<std::string> class_names_;
    std::unordered_map<std::string, std::uint32_t> class_numbers_;
    std::vector<Shift> class_sales_;
    std::vector<Classes> facts_classes_;
    std::vector<std::vector<ClassNet>> nets_;  // by diner
    std::vector<std::uint32_t> of_meal_;
};

}  // namespace mulin::sync::server
