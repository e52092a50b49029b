#pragma once
// A second evaluator of policies, deliberately slow and obvious: it walks the JSON document itself,
// keeps every served sale and counts by looking through them all. It shares no code with
// sync/policy, so that a slip in one shows against the other. It covers the language the random
// policies of policy_random.h are written in, not wording, lint or calendars.

#include <cstdint>
#include <map>
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
};

class NaiveTill {
  public:
    explicit NaiveTill(std::vector<nlohmann::json> policies);
    NaiveAnswer quote(const nlohmann::json& asked) const;
    void serve(const nlohmann::json& asked, const NaiveAnswer& answer);

  private:
    struct Served {
        nlohmann::json asked;
        std::map<std::string, std::int64_t> counted;
    };
    friend struct NaiveSale;
    std::vector<nlohmann::json> policies_;
    std::vector<Served> served_;
};

}  // namespace mulin::tests
