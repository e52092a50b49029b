// Thousands of random policies and baskets: money adds up, limits hold, and the deliberately naive
// second evaluator agrees. A failing trial is shrunk before it is shown.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <sstream>

#include "sync/policy/case_json.h"
#include "sync/policy/lint.h"
#include "sync/policy/memory_usage.h"
#include "sync/policy/policy_set.h"
#include "tests/support/policy_naive.h"
#include "tests/support/policy_random.h"

namespace mulin::sync {
namespace {

using nlohmann::json;
using tests::NaiveAnswer;
using tests::NaiveTill;
using tests::PolicyTrial;

std::vector<PolicyFile> files_of(const PolicyTrial& trial) {
    std::vector<PolicyFile> files;
    for (const auto& policy : trial.policies) files.push_back({policy["id"], policy.dump()});
    return files;
}

NaiveAnswer plain(const Quote& quote) {
    NaiveAnswer answer;
    answer.list = quote.list.in_fen();
    answer.delivery = quote.delivery.in_fen();
    answer.paid = quote.paid.in_fen();
    answer.refused = quote.refused ? quote.refused->code : "";
    for (const auto& benefit : quote.benefits) {
        tests::NaiveBenefit made{benefit.rule, benefit.amount.in_fen(), {}};
        for (const auto& payer : benefit.payers) made.payers[payer.payer] += payer.amount.in_fen();
        answer.benefits.push_back(std::move(made));
    }
    for (const auto& part : quote.operator_amounts) {
        if (answer.operators.empty() || answer.operators.back().first != part.rule) answer.operators.push_back({part.rule, {}});
        answer.operators.back().second[part.payer] += part.amount.in_fen();
    }
    return answer;
}

bool same(const NaiveAnswer& a, const NaiveAnswer& b) {
    return a.list == b.list && a.delivery == b.delivery && a.paid == b.paid && a.refused == b.refused &&
           a.benefits == b.benefits && a.operators == b.operators;
}

std::string text_of(const NaiveAnswer& answer) {
    std::ostringstream out;
    out << "list " << answer.list << " delivery " << answer.delivery << " paid " << answer.paid << " refused '" << answer.refused << "'";
    for (const auto& benefit : answer.benefits) {
        out << "; " << benefit.rule << " " << benefit.amount << " (";
        for (const auto& [payer, amount] : benefit.payers) out << payer << " " << amount << " ";
        out << ")";
    }
    for (const auto& [rule, payers] : answer.operators) out << "; operator " << rule << " " << json(payers).dump();
    return out.str();
}

// What is wrong with a trial, or nothing.
using Check = std::function<std::string(const PolicyTrial&)>;

std::string differs_from_naive(const PolicyTrial& trial) {
    const auto files = files_of(trial);
    const auto set = PolicySet::load(files);
    if (!set) return "does not load: " + set.error().message;
    NaiveTill naive(trial.policies);
    MemoryUsage usage;
    for (const auto& asked : trial.cases) {
        const auto read = parse_case(asked.dump());
        if (!read) return "case does not read: " + read.error().message;
        const Quote quote = set->price(read->request, usage);
        const NaiveAnswer expected = naive.quote(asked);
        if (!same(plain(quote), expected))
            return "case " + asked["id"].dump() + ":\n  engine " + text_of(plain(quote)) + "\n  naive  " + text_of(expected);
        if (!read->commit) continue;
        usage.commit(quote);
        naive.serve(asked, expected);
    }
    return {};
}

std::string breaks_money(const Quote& quote) {
    Money off;
    for (const auto& benefit : quote.benefits) {
        Money shares;
        for (const auto& payer : benefit.payers) {
            if (payer.amount <= Money()) return "a payer's share is not positive in " + benefit.rule;
            shares += payer.amount;
        }
        if (shares != benefit.amount) return "payers do not add up in " + benefit.rule;
        off += benefit.amount;
    }
    if (quote.paid.is_negative()) return "paid is negative";
    if (quote.paid + off != quote.list + quote.delivery) return "paid and benefits do not add up";
    for (const auto& part : quote.operator_amounts) {
        if (part.amount.is_negative()) return "an operator amount is negative";
    }
    return {};
}

// Limits of the trial by the head of their keys.
std::string passes_a_limit(const PolicyTrial& trial, const std::map<std::string, Usage>& used) {
    for (const auto& [key, usage] : used) {
        const auto slash = key.find('/');
        const auto bar = key.find('|');
        if (slash == std::string::npos || slash > bar) continue;
        for (const auto& policy : trial.policies) {
            const std::string name = key.substr(slash + 1, bar - slash - 1);
            if (policy["id"] != key.substr(0, slash) || !policy["limits"].contains(name)) continue;
            const json& limit = policy["limits"][name];
            if (limit.contains("max_uses") && usage.uses > limit["max_uses"].get<std::int64_t>()) return key + " passes its uses";
            if (limit.contains("max_fen") && usage.amount.in_fen() > limit["max_fen"].get<std::int64_t>()) return key + " passes its money";
        }
    }
    return {};
}

std::string breaks_a_promise(const PolicyTrial& trial) {
    auto files = files_of(trial);
    const auto set = PolicySet::load(files);
    if (!set) return "does not load: " + set.error().message;
    std::reverse(files.begin(), files.end());
    const auto reversed = PolicySet::load(files);
    if (reversed->version() != set->version()) return "the version depends on the order of files";
    MemoryUsage usage;
    std::map<std::string, Usage> used;
    for (const auto& asked : trial.cases) {
        const auto read = parse_case(asked.dump());
        const Quote quote = set->price(read->request, usage);
        if (auto wrong = breaks_money(quote); !wrong.empty()) return wrong;
        if (answer_json("1", quote) != answer_json("1", reversed->price(read->request, usage)))
            return "the order of files changes the answer";
        if (!same(plain(quote), plain(set->price(read->request, usage, Explain::no)))) return "explaining changes the amounts";
        usage.commit(quote);
        for (const auto& use : quote.uses) {
            used[use.key].uses += use.uses;
            used[use.key].amount += use.amount;
        }
        if (auto wrong = passes_a_limit(trial, used); !wrong.empty()) return wrong;
    }
    return {};
}

// The smallest trial found that still fails the check.
PolicyTrial shrunk(PolicyTrial trial, const Check& wrong) {
    bool again = true;
    while (again) {
        again = false;
        for (auto& smaller : tests::smaller_trials(trial)) {
            if (wrong(smaller).empty() || wrong(smaller).starts_with("does not load")) continue;
            trial = std::move(smaller);
            again = true;
            break;
        }
    }
    return trial;
}

void check_trials(std::uint64_t first, std::uint64_t count, const Check& wrong) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const auto trial = tests::random_trial(seed);
        if (wrong(trial).empty()) continue;
        const auto small = shrunk(trial, wrong);
        std::string shown;
        for (const auto& policy : small.policies) shown += policy.dump(1) + "\n";
        for (const auto& asked : small.cases) shown += asked.dump() + "\n";
        FAIL() << "seed " << seed << ": " << wrong(small) << "\n" << shown;
    }
}

TEST(PolicyProperties, TheNaiveEvaluatorAgrees) { check_trials(1, 1500, differs_from_naive); }

TEST(PolicyProperties, MoneyAddsUpAndLimitsHold) { check_trials(100'001, 500, breaks_a_promise); }

TEST(PolicyProperties, TrialsReachTheInterestingPlaces) {
    int granted = 0;
    int stacked = 0;
    int refused = 0;
    int split = 0;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        const auto trial = tests::random_trial(seed);
        const auto set = PolicySet::load(files_of(trial));
        ASSERT_TRUE(set) << set.error().message;
        MemoryUsage usage;
        for (const auto& asked : trial.cases) {
            const Quote quote = set->price(parse_case(asked.dump())->request, usage);
            usage.commit(quote);
            granted += quote.benefits.empty() ? 0 : 1;
            stacked += quote.benefits.size() > 1 ? 1 : 0;
            refused += quote.refused ? 1 : 0;
            for (const auto& benefit : quote.benefits) split += benefit.payers.size() > 1 ? 1 : 0;
        }
    }
    EXPECT_GT(granted, 300);
    EXPECT_GT(stacked, 100);
    EXPECT_GT(refused, 10);
    EXPECT_GT(split, 50);
}

// Controls: with a fault put in, the same checks must find it.
TEST(PolicyPropertiesControl, AFenLostBetweenPayersIsFound) {
    Quote quote;
    quote.list = Money::fen(1000);
    quote.paid = Money::fen(800);
    quote.benefits.push_back({"r", "优惠", "benefit", Money::fen(200), {{"city", Money::fen(199)}}});
    EXPECT_EQ(breaks_money(quote), "payers do not add up in r");
    quote.benefits[0].payers[0].amount = Money::fen(200);
    EXPECT_EQ(breaks_money(quote), "");
    quote.paid = Money::fen(801);
    EXPECT_EQ(breaks_money(quote), "paid and benefits do not add up");
}

TEST(PolicyPropertiesControl, ARuleThatDiffersByOneFenIsFound) {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 300 && found == 0; ++seed) {
        auto trial = tests::random_trial(seed);
        const auto set = PolicySet::load(files_of(trial));
        for (auto& rule : trial.policies[0]["rules"]) {
            if (rule["benefit"].contains("amount_fen")) rule["benefit"]["amount_fen"] = rule["benefit"]["amount_fen"].get<int>() + 1;
        }
        NaiveTill naive(trial.policies);
        MemoryUsage usage;
        const auto& asked = trial.cases.front();
        if (!same(plain(set->price(parse_case(asked.dump())->request, usage)), naive.quote(asked))) ++found;
    }
    EXPECT_GT(found, 0);
}

TEST(PolicyPropertiesControl, AForgottenCommitPassesALimit) {
    int found = 0;
    for (std::uint64_t seed = 100'001; seed <= 100'400 && found == 0; ++seed) {
        const auto trial = tests::random_trial(seed);
        const auto set = PolicySet::load(files_of(trial));
        const MemoryUsage forgotten;
        std::map<std::string, Usage> used;
        for (const auto& asked : trial.cases) {
            for (const auto& use : set->price(parse_case(asked.dump())->request, forgotten).uses) {
                used[use.key].uses += use.uses;
                used[use.key].amount += use.amount;
            }
        }
        found += passes_a_limit(trial, used).empty() ? 0 : 1;
    }
    EXPECT_GT(found, 0);
}

}  // namespace
}  // namespace mulin::sync
