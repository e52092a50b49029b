// A month of served meals priced again under a draft of twelve rules with counters and a pool, over a
// floor: reading the same rows and adding up what they hold. Three drafts: no pool at all, a pool that
// never runs dry, and one that runs dry every day before noon. Aim: 2,000,000 meals in 5 s on two cores.
//   backtest_bench [meals]      default 2000000; ctest runs a few so that it never rots

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "payment/base/id.h"
#include "sync/backtest/backtest.h"

namespace {

using namespace mulin;
using namespace mulin::sync;
using namespace mulin::sync::server;

std::string rule(const std::string& id, const std::string& condition, const std::string& rest) {
    return R"({"id":")" + id + R"(","name":{"zh":"长者优惠","en":"Senior benefit"},"if":)" + condition + "," + rest + "}";
}

std::string percent(int pay) {
    return R"("group":"age","payers":"district","benefit":{"kind":"percent","pay_percent":)" + std::to_string(pay) +
           R"(,"rounding":{"mode":"half_up","unit":"fen"}})";
}

std::string amount(int fen, const std::string& limit, const std::string& payer, const std::string& more = "") {
    return more + R"("limits":[")" + limit + R"("],"payers":")" + payer + R"(","benefit":{"kind":"amount","amount_fen":)" +
           std::to_string(fen) + "}";
}

// pool: how many uses a day; none without one.
std::string twelve_rules(const std::string& pool) {
    const std::string group = R"("group":"subsidy",)";
    const std::string of_pool = pool.empty() ? "weekly" : "pool";
    const std::string rules[] = {
        rule("a60", R"({"age":{"from":60,"below":70},"residence":"310110"})", percent(95)),
        rule("a70", R"({"age":{"from":70,"below":80},"residence":"310110"})", percent(90)),
        rule("a80", R"({"age":{"from":80,"below":90},"residence":"310110"})", percent(85)),
        rule("a90", R"({"age":{"from":90},"residence":"310110"})", percent(80)),
        rule("s-a", R"({"age":{"from":60},"aid":"dibao","hukou":"31"})", amount(500, "daily", "district", group)),
        rule("s-b", R"({"age":{"from":60,"below":80},"hukou":"31","approved":"meal"})", amount(200, "daily", "district", group)),
        rule("s-c", R"({"age":{"from":80},"hukou":"31","approved":"meal"})", amount(300, "daily", "district", group)),
        rule("street", R"({"age":{"from":60},"residence_here":"subdistrict"})", amount(100, "meal", "street")),
        rule("card", R"({"presented":"jinglao","vendor":"V1"})", amount(50, "weekly", "vendor")),
        rule("birthday", R"({"birthday":"day"})", amount(500, "yearly", "foundation")),
        rule("campaign", R"({"tender":"qr"})", amount(100, of_pool, "bank")),
        rule("delivery", R"({"age":{"from":80},"service":"delivery"})",
             R"("payers":"district","benefit":{"kind":"amount","on":"delivery_fee","amount_fen":200})")};
    std::string text = R"({"mulin_policy":1,"id":"b","version":"1","order":1,"name":{"zh":"a","en":"a"},
        "effective":{"from":"2000-01-01","through":null},"groups":{"age":{"pick":"first"},"subsidy":{"pick":"first"}},
        "limits":{"daily":{"per":"day","for":"person","max_uses":1},"meal":{"per":"meal","for":"person","max_uses":1},
        "weekly":{"per":"week","for":"person","max_uses":5},"yearly":{"per":"year","for":"person","max_uses":1})";
    if (!pool.empty()) text += R"(,"pool":{"per":"day","for":"everyone","max_uses":)" + pool + "}";
    text += R"(},"rules":[)";
    for (const auto& one : rules) text += (text.back() == '[' ? "" : ",") + one;
    return text + "]}";
}

void add_people(BacktestInput& input, payment::SeededRandom& random) {
    for (std::uint32_t i = 0; i < input.diners; ++i) {
        QuoteDiner diner;
        diner.id = "D" + std::to_string(100000 + i);
        diner.birth_date = Date::from_ymd(1926 + static_cast<int>(random.below(45)), 1 + static_cast<int>(random.below(12)),
                                          1 + static_cast<int>(random.below(28)));
        diner.hukou = random.below(8) == 0 ? "320500000000" : "310110016000";
        diner.residence = random.below(6) == 0 ? "310109001000" : "310110016000";
        if (random.below(10) == 0) diner.aid = {"dibao"};
        if (random.below(2) == 0) diner.approved = {"meal"};
        diner.cards = {"jinglao"};
        input.facts.push_back(std::move(diner));
    }
}

// A month of thirty days; lunch from 10:30 to 12:30, a fifth of all at dinner.
BacktestInput month(std::size_t meals) {
    payment::SeededRandom random(20260310);
    BacktestInput input;
    input.diners = static_cast<std::uint32_t>(meals / 45 + 1);
    input.words = {"", "jinglao", "cash", "qr", "senior_card"};
    for (int i = 0; i < 40; ++i) {
        input.sites.push_back({"S" + std::to_string(i), i % 2 == 0 ? "310110016000" : "310110018000", i % 3 == 0 ? "V1" : "V2", "canteen", {}});
    }
    for (int i = 0; i < 200; ++i) {
        std::vector<QuoteLine> lines;
        for (std::uint64_t n = 0; n <= random.below(3); ++n)
            lines.push_back({"set-a", "set", Money::fen(300 + static_cast<std::int64_t>(random.below(1500))), 1, 0, {}});
        input.baskets.push_back(std::move(lines));
    }
    for (int i = 0; i < 300; ++i) {
        const Money part = Money::fen(static_cast<std::int64_t>(random.below(300)));
        input.given.push_back({{"old", "district", part, false}, {"old-street", "street", Money::fen(50), false}});
    }
    add_people(input, random);
    const std::int64_t first = 1'772'294'400'000;  // 2026-03-01T00:00:00+08:00
    input.meals.resize(meals);
    for (std::size_t i = 0; i < meals; ++i) {
        BacktestMeal& meal = input.meals[i];
        const auto day = static_cast<std::int64_t>(i * 30 / meals);
        const auto of_day = static_cast<std::int64_t>(i * 30 % meals);
        const bool dinner = of_day * 5 >= static_cast<std::int64_t>(meals) * 4;
        meal.entry = static_cast<std::int64_t>(i);
        meal.at_ms = first + day * 86'400'000 + (dinner ? 61'200'000 : 37'800'000) + of_day * 7'200'000 / static_cast<std::int64_t>(meals);
        meal.meal = dinner ? Meal::dinner : Meal::lunch;
        meal.site = static_cast<std::uint32_t>(random.below(40));
        meal.diner = random.below(20) == 0 ? -1 : static_cast<std::int32_t>(random.below(input.diners));
        meal.facts = meal.diner;
        meal.basket = static_cast<std::uint32_t>(random.below(input.baskets.size()));
        meal.given = static_cast<std::uint32_t>(random.below(input.given.size()));
        meal.presented = meal.diner >= 0 && random.below(2) == 0 ? 1 : 0;
        meal.tender = static_cast<std::uint16_t>(2 + random.below(3));
        meal.service = random.below(8) == 0 ? Service::delivery : Service::dine_in;
        meal.delivery_fen = meal.service == Service::delivery ? 300 : 0;
        meal.category = meal.diner < 0 ? Category::guest : Category::first;
        meal.paid_fen = 500 + static_cast<std::int64_t>(random.below(1000));
    }
    return input;
}

// The same rows, read and added up.
std::int64_t read_and_sum(const BacktestInput& input) {
    std::int64_t sum = 0;
    for (const auto& meal : input.meals) {
        sum += meal.paid_fen + meal.delivery_fen;
        for (const auto& line : input.baskets[meal.basket]) sum += line.unit_price.in_fen() * line.quantity;
        for (const auto& part : input.given[meal.given]) sum += part.amount.in_fen();
        if (meal.facts >= 0) sum += static_cast<std::int64_t>(input.facts[static_cast<std::size_t>(meal.facts)].hukou.size());
    }
    return sum;
}

template <class Work>
double seconds(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Of all threads; beside the wall it tells a slow machine from a shared one.
double processor_seconds() {
    struct rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

long peak_mb() {
    struct rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t meals = argc > 1 ? static_cast<std::size_t>(std::atoll(argv[1])) : 2'000'000;
    const auto input = month(meals);
    const long before = peak_mb();
    std::int64_t sum = 0;
    const double floor = seconds([&] { sum = read_and_sum(input); });
    std::printf("%zu meals, %u diners; rows in memory %ld MB (checksum %lld)\n", meals, input.diners, before, static_cast<long long>(sum));
    std::printf("floor: read and add up       %7.3f s\n", floor);
    const std::pair<const char*, std::string> drafts[] = {
        {"no pool", ""}, {"pool that lasts", "100000000"}, {"pool dry every day", std::to_string(meals / 150 + 1)}};
    for (const auto& [name, pool] : drafts) {
        const auto draft = PolicySet::load(std::vector<PolicyFile>{{"b", twelve_rules(pool)}});
        if (!draft) {
            std::fprintf(stderr, "backtest_bench: %s\n", draft.error().message.c_str());
            return 1;
        }
        BacktestResult result;
        for (const int threads : {1, 2}) {
            const double used = processor_seconds();
            const double took = seconds([&] { result = backtest(input, *draft, threads); });
            std::printf("%-20s %d thread%s %7.3f s (processor %7.3f s)  %9.0f meals/s  %6.1f of the floor%s\n", name, threads,
                        threads == 1 ? " " : "s", took, processor_seconds() - used, static_cast<double>(meals) / took, took / floor, threads == 2 ? "  (aim <= 5 s)" : "");
        }
        std::int64_t dry = 0;
        for (const auto& [key, use] : result.pools) dry += use.dry_at_ms >= 0 ? 1 : 0;
        std::printf("%-20s benefits %lld fen, %lld pools dry\n", name, static_cast<long long>(result.benefit.draft.in_fen()),
                    static_cast<long long>(dry));
    }
    std::printf("peak memory                  %ld MB, of which %ld MB are the rows\n", peak_mb(), before);
    return 0;
}
