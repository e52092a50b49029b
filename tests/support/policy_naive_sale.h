#pragma once
// One sale being priced by the naive evaluator; its parts stand in policy_naive_*.cpp.

#include <optional>

#include "tests/support/policy_naive.h"

namespace mulin::tests {

using Fen = std::int64_t;
using Wide = __int128;

// Plain calendar and arithmetic, one step at a time.
int day_number(const std::string& date);
std::string date_text(int day_number);
int weekday_of(const std::string& date);  // Monday is 0
std::string date_of(const nlohmann::json& asked);
int minute_of(const nlohmann::json& asked);
int clock_minutes(const std::string& text);
// Of the days that release, the newest at or before this moment.
std::string newest_release(const nlohmann::json& limit, const nlohmann::json& asked);
std::vector<std::string> words(const nlohmann::json& value);
Fen rounded(Wide top, Wide bottom, const nlohmann::json& rounding);
// Parts of `amount` in proportion to weights: rounded down, then one fen each to the largest rests.
std::vector<Fen> in_proportion(Fen amount, const std::vector<Fen>& weights);
Fen sum(const std::vector<Fen>& values);

struct NaiveSale {
    const NaiveTill& till;
    const nlohmann::json& asked;
    NaiveAnswer answer;
    std::vector<const nlohmann::json*> policies;  // in force, in order
    std::vector<Fen> gross;
    std::vector<Fen> left;  // per line, then the delivery fee
    std::map<std::string, std::string> taken_groups;  // group -> rule, or "" for nobody
    const nlohmann::json* policy = nullptr;
    bool policy_applies = true;  // asked once, before the policy's first rule

    struct Offer {
        bool granted = false;
        bool refuses = false;
        Fen amount = 0;
        std::vector<Fen> weights;
        std::map<std::string, Fen> payers;
        std::map<std::string, Fen> budgets;  // limits of payers, with what they pay
    };

    NaiveSale(const NaiveTill& t, const nlohmann::json& a);
    NaiveAnswer run();

    // policy_naive_facts.cpp
    bool holds(const nlohmann::json& condition) const;
    bool fails(const nlohmann::json& condition) const;
    bool has_calendar() const;
    bool fact(const std::string& key, const nlohmann::json& value) const;
    bool diner_fact(const std::string& key, const nlohmann::json& value) const;
    bool day_fact(const nlohmann::json& value) const;
    bool selected(const nlohmann::json& selector, const nlohmann::json& line) const;
    int age() const;
    Fen meals_before(const std::string& span) const;
    std::string diner() const;

    // policy_naive_money.cpp
    std::vector<bool> parts_of(const std::string& on, const nlohmann::json& rule) const;
    Fen pieces_of(std::size_t line) const;
    Fen times_reached(const nlohmann::json& threshold, const std::vector<bool>& chosen) const;
    std::vector<Fen> base_of(const nlohmann::json& benefit, const std::vector<bool>& chosen, std::vector<Fen>& pieces) const;
    Fen amount_for(const nlohmann::json& benefit, const std::string& name, std::optional<std::size_t> line) const;
    void raw_offer(const nlohmann::json& benefit, const std::vector<bool>& chosen, Fen times, Offer& offer) const;
    void per_part(const nlohmann::json& benefit, const std::vector<Fen>& base, const std::vector<Fen>& pieces,
                  const std::vector<bool>& chosen, Fen times, Offer& offer) const;
    void pay(Fen amount, const nlohmann::json& payers, bool pro_rata, Offer& offer) const;
    std::string payer_name(const std::string& name) const;

    // policy_naive.cpp
    std::string full_name(const std::string& limit) const;
    bool counts_together(const nlohmann::json& limit, const nlohmann::json& other, const std::string& key) const;
    static std::vector<std::string> keys_of(const nlohmann::json& limit, const nlohmann::json& sale);
    std::pair<Fen, Fen> used(const std::string& name, const nlohmann::json& limit, const std::string& key) const;
    // Cuts the amount; false when there is no room.
    bool has_room(const std::string& name, const nlohmann::json& limit, Fen& amount, bool& used_up) const;
    bool reached(const std::string& name, const nlohmann::json& limit) const;
    Offer offer_of(const nlohmann::json& rule) const;
    void take(const nlohmann::json& rule, const Offer& offer);
    void best_of(const std::string& group, const std::string& key);
    void price_rule(const nlohmann::json& rule);
    bool refuse_first();
    void enter(const nlohmann::json& next);
    void add_operator(const nlohmann::json& rule);
    void note_numbered();
};

}  // namespace mulin::tests
