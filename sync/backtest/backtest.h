#pragma once
// Back-test: the served meals of a month, priced again under a draft of the rules, in the order
// served, with counters and pools that start empty and are filled by the draft itself. A pure
// function: equal input gives an equal result whatever the number of threads. Plain values; no
// database, no clock.
//
// How two threads cannot change the result: meals are taken in stretches. Within one, every diner's
// meals are priced by one thread, in order, against the shared pools as they stood when the stretch
// began, noting which pools were asked. Then one thread walks the stretch in order: where a pool has
// moved so far that the answer could be another, the meal, and what that diner has after it, is
// priced again with the pools as they are at that place.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sync/policy/policy_set.h"

namespace mulin::sync::server {

// What one payer really gave for one rule.
struct GivenPart {
    std::string rule;
    std::string payer;
    Money amount;
    bool to_operator = false;  // beside the price
};

// One served meal. The numbers are places in the tables of BacktestInput.
struct BacktestMeal {
    std::int64_t entry = 0;  // whoever asks can name the sale by it
    std::int64_t at_ms = 0;
    std::int64_t paid_fen = 0;
    std::int64_t delivery_fen = 0;
    std::uint32_t site = 0;
    std::int32_t diner = -1;  // -1: a guest
    std::int32_t facts = -1;  // of the diner when the meal was served; -1 for a guest
    std::uint32_t basket = 0;
    std::uint32_t given = 0;
    std::uint16_t presented = 0;  // a word
    std::uint16_t tender = 0;     // a word
    Meal meal = Meal::lunch;
    Service service = Service::dine_in;
    Category category = Category::first;
    bool run_in = false;  // of the week before the month: fills weekly counters, counts nowhere
};

// Several sales that could not be priced for one reason.
struct Unpriced {
    std::int64_t sales = 0;
    Money list;
    std::vector<std::int64_t> entries;
};

struct BacktestInput {
    std::vector<QuoteSite> sites;
    std::vector<QuoteDiner> facts;
    std::vector<std::vector<QuoteLine>> baskets;
    std::vector<std::vector<GivenPart>> given;
    std::vector<std::string> words;  // card kinds and tenders; the first is empty
    std::vector<BacktestMeal> meals;  // in the order served
    std::uint32_t diners = 0;
    std::map<std::string, Unpriced> unpriced;  // found while reading, by reason
};

// What was, and what would have been.
struct Compared {
    std::int64_t real_sales = 0;
    std::int64_t draft_sales = 0;
    Money real;
    Money draft;
};

// One side of a comparison: how many and by how much in total.
struct Side {
    std::int64_t count = 0;
    Money amount;
};
struct Shift {
    Side better, worse;
    std::int64_t same = 0;
};
struct ClassShift {
    Shift diners;  // by what each paid over the month
    Shift sales;
};

struct PoolUse {
    bool is_pool = false;  // else a limit per site
    std::int64_t uses = 0;
    Money amount;
    std::int64_t dry_at_ms = -1;  // when the last of it was taken
    std::int64_t asked_after = 0; // sales that would have drawn on it afterwards
};

struct BacktestResult {
    std::int64_t sales = 0;  // priced
    Money list, delivery;
    Compared benefit, paid;
    std::map<std::string, Compared> by_payer, by_operator_payer, by_rule;
    std::map<std::string, std::int64_t> refused;  // sales the draft forbids as asked, by its code
    ClassShift all;
    std::map<std::string, ClassShift> by_class;   // "age:60-69", "aid:dibao", "category:first"
    std::map<std::string, PoolUse> pools;         // by counter key
    std::map<std::string, Unpriced> unpriced;     // by reason
};

BacktestResult backtest(const BacktestInput& input, const PolicySet& draft, int threads);

// The class of an age in completed years: "age:80-89", "age:under-60", "age:90-up", "age:unknown".
std::string age_class(const QuoteDiner& diner, Date on);

}  // namespace mulin::sync::server
