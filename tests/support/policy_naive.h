#pragma once
// A second evaluator of policies, deliberately slow and obvious: it walks the JSON documents themselves,
// keeps every served sale and counts by looking through them all. It shares no code with sync/policy, so
// that a slip in one shows against the other. It covers the whole pricing language, not wording, lint
// or leases.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace mulin::tests {

struct NaiveBenefit {
    std::string rule;
    std::int64_t amount = 0;
    std::map<std::string, std::int64_t> payers;
    friend bool operator==(const NaiveBenefit&, const NaiveBenefit&) = default;
};

struct NaiveAnswer {
    std::int64_t list = 0;
    std::int64_t delivery = 0;
    std::int64_t paid = 0;
    std::vector<NaiveBenefit> benefits;
    std::vector<std::pair<std::string, std::map<std::string, std::int64_t>>> operators;  // rule, payers
    std::string refused;  // code, or empty

    // Of each limit ("policy/limit") that this sale counts against, the money.
    std::map<std::string, std::int64_t> counted;
    // Spans ("day", "week", ...) in which some policy in force numbered the meals.
    std::set<std::string> numbered;
};

class NaiveTill {
  public:
    // Documents in any order: policies and calendars.
    explicit NaiveTill(std::vector<nlohmann::json> documents);
    NaiveAnswer quote(const nlohmann::json& asked) const;
    void serve(const nlohmann::json& asked, const NaiveAnswer& answer);

  private:
    struct Served {
        nlohmann::json asked;
        std::map<std::string, std::int64_t> counted;
        std::set<std::string> numbered;
    };
    friend struct NaiveSale;
    std::vector<nlohmann::json> policies_;
    std::map<std::string, nlohmann::json> calendars_;
    std::vector<Served> served_;
};

// How often the maximum of a limit may be used by `asked`: 1, or more where leftovers carry on, or 0
// where a release has lapsed.
std::int64_t naive_windows(const nlohmann::json& limit, const nlohmann::json& policy, const nlohmann::json& asked);

}  // namespace mulin::tests
