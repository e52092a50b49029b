// Random policies and baskets: what must never happen does not, and the deliberately naive second
// evaluator agrees. A failing trial is shrunk before it is shown. policy_soak_bench runs the same for
// longer. The controls put a fault in: each check must find it.

#include <gtest/gtest.h>

#include "sync/policy/case_json.h"
#include "tests/support/policy_checks.h"

namespace mulin::sync {
namespace {

using nlohmann::json;
using tests::PolicyTrial;

void check_trials(std::uint64_t first, std::uint64_t count, const tests::Check& wrong) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const auto trial = tests::random_trial(seed);
        if (!wrong(trial).empty()) FAIL() << "seed " << seed << ": " << tests::shrunk_failure(trial, wrong);
    }
}

TEST(PolicyProperties, TheNaiveEvaluatorAgrees) { check_trials(1, 300, tests::differs_from_naive); }

TEST(PolicyProperties, NothingThatMustNeverHappenHappens) { check_trials(100'001, 120, tests::breaks_a_promise); }

TEST(PolicyProperties, ALeaseIsNeverPassed) {
    int leased = 0;
    check_trials(200'001, 150, [&](const PolicyTrial& trial) { return tests::passes_a_lease(trial, leased); });
    EXPECT_GT(leased, 20);
}

// A trial in which a mechanism changes nothing does not test it.
TEST(PolicyProperties, EveryMechanismDecidesSomething) {
    auto open = tests::mechanisms();
    const std::size_t all = open.size();
    for (std::uint64_t seed = 1; seed <= 700 && !open.empty(); ++seed) {
        const auto trial = tests::random_trial(seed);
        const auto before = tests::answers(trial);
        std::erase_if(open, [&](const tests::Mechanism& mechanism) { return tests::decides(mechanism, trial, before); });
    }
    std::string last;
    for (const auto& mechanism : open) last += mechanism.name + " ";
    EXPECT_TRUE(open.empty()) << "of " << all << " mechanisms these never changed an answer: " << last;
}

// Controls.

TEST(PolicyPropertiesControl, AFenLostBetweenPayersIsFound) {
    Quote quote;
    quote.list = Money::fen(1000);
    quote.paid = Money::fen(800);
    quote.benefits.push_back({"r", "优惠", "benefit", Money::fen(200), {{"city", Money::fen(199)}}});
    EXPECT_EQ(tests::breaks_money(quote), "payers do not add up in r");
    quote.benefits[0].payers[0].amount = Money::fen(200);
    EXPECT_EQ(tests::breaks_money(quote), "");
    quote.paid = Money::fen(801);
    EXPECT_EQ(tests::breaks_money(quote), "paid and benefits do not add up");
    quote.paid = Money::fen(-1);
    EXPECT_EQ(tests::breaks_money(quote), "paid is negative");
    quote.paid = Money::fen(800);
    quote.operator_amounts.push_back({"o", "city", Money::fen(-5)});
    EXPECT_EQ(tests::breaks_money(quote), "an operator amount is negative");
}

TEST(PolicyPropertiesControl, ABenefitBeyondItsCapIsFound) {
    PolicyTrial trial;
    trial.policies.push_back({{"effective", {{"from", "2020-01-01"}}},
                              {"rules", {{{"id", "r"}, {"benefit", {{"kind", "free"}, {"max_off_fen", 150}}}}, {{"id", "s"}, {"items", {{"item_class", "set"}}}, {"benefit", {{"kind", "free"}}}}}}});
    const json asked = {{"at", "2026-03-10T11:45:00+08:00"}, {"lines", {{{"class", "set"}}, {{"class", "dish"}}}}};
    Quote quote;
    quote.list = Money::fen(1000);
    quote.line_amounts = {Money::fen(100), Money::fen(900)};
    const auto given = [&](const char* rule, int fen) {
        quote.benefits = {{rule, "", "", Money::fen(fen), {}}};
        return tests::breaks_a_cap(trial, asked, quote);
    };
    EXPECT_EQ(given("r", 150), "");
    EXPECT_EQ(given("r", 151), "r passes its cap");
    EXPECT_EQ(given("s", 100), "");
    EXPECT_EQ(given("s", 101), "s takes more than its lines");
    EXPECT_EQ(given("s", 1001), "s takes more than the price");
}

// The naive evaluator is told something slightly else than the engine: it must be seen, and shrink.
TEST(PolicyPropertiesControl, ARuleThatDiffersByOneFenIsFound) {
    const auto lies = [](const PolicyTrial& trial) -> std::string {
        const auto set = PolicySet::load(tests::files_of(trial));
        if (!set) return "does not load";
        auto documents = trial.policies;
        for (auto& rule : documents[0]["rules"]) {
            if (rule["benefit"].contains("amount_fen")) rule["benefit"]["amount_fen"] = rule["benefit"]["amount_fen"].get<int>() + 1;
        }
        documents.push_back(tests::trial_calendar());
        tests::NaiveTill naive(documents);
        const auto& asked = trial.cases.front();
        return tests::same(tests::plain(set->price(parse_case(asked.dump())->request, MemoryUsage())), naive.quote(asked)) ? "" : "differs";
    };
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const auto trial = tests::random_trial(seed);
        if (lies(trial).empty()) continue;
        const std::string small = tests::shrunk_failure(trial, lies);
        std::size_t rules = 0;
        for (std::size_t at = small.find("\"benefit\""); at != std::string::npos; at = small.find("\"benefit\"", at + 1)) ++rules;
        EXPECT_LE(rules, 2u) << small;
        return;
    }
    FAIL() << "the difference was never seen";
}

TEST(PolicyPropertiesControl, AForgottenCommitPassesALimit) {
    for (std::uint64_t seed = 100'001; seed <= 100'400; ++seed) {
        const auto trial = tests::random_trial(seed);
        const auto set = PolicySet::load(tests::files_of(trial));
        const MemoryUsage forgotten;
        std::map<std::string, Usage> used;
        for (const auto& asked : trial.cases) {
            for (const auto& use : set->price(parse_case(asked.dump())->request, forgotten).uses) {
                used[use.key].uses += use.uses;
                used[use.key].amount += use.amount;
            }
        }
        if (!tests::passes_a_limit(trial, trial.cases.back(), used).empty()) return;
    }
    FAIL() << "without memory no limit was ever passed";
}

TEST(PolicyPropertiesControl, AnOrderThatTurnsAroundChangesAnswers) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const auto trial = tests::random_trial(seed);
        PolicyTrial turned = trial;
        for (auto& policy : turned.policies) policy["order"] = 100 - policy["order"].get<int>();
        const auto a = PolicySet::load(tests::files_of(trial));
        const auto b = PolicySet::load(tests::files_of(turned));
        const auto asked = parse_case(trial.cases.front().dump())->request;
        if (!tests::same(tests::plain(a->price(asked, MemoryUsage())), tests::plain(b->price(asked, MemoryUsage())))) return;
    }
    FAIL() << "the stated order never mattered";
}

TEST(PolicyPropertiesControl, ATillWithoutLeasesWouldPassThem) {
    for (std::uint64_t seed = 200'001; seed <= 200'600; ++seed) {
        const auto trial = tests::random_trial(seed);
        const auto set = PolicySet::load(tests::files_of(trial));
        MemoryUsage usage;
        for (const auto& asked : trial.cases) usage.commit(set->price(parse_case(asked.dump())->request, usage));
        int over = 0;
        for (const auto& asked : trial.cases) {
            for (const auto& use : set->price(parse_case(asked.dump())->request, MemoryUsage()).uses)
                over += use.key.find("|*|") != std::string::npos && usage.used(use.key).amount > Money::fen(300) ? 1 : 0;
        }
        if (over > 0) return;
    }
    FAIL() << "no pool was ever used beyond what the leases hold";
}

TEST(PolicyPropertiesControl, AnEndThatForgotSeesOtherAnswers) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const auto trial = tests::random_trial(seed);
        const auto set = PolicySet::load(tests::files_of(trial));
        MemoryUsage usage;
        for (const auto& asked : trial.cases) {
            const auto read = parse_case(asked.dump());
            const Quote quote = set->price(read->request, usage);
            if (answer_json("1", quote) != answer_json("1", set->price(read->request, MemoryUsage()))) return;
            usage.commit(quote);
        }
    }
    FAIL() << "memory never mattered";
}

}  // namespace
}  // namespace mulin::sync
