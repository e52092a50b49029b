// Finding one person among a whole district's 400,000, by every key the counter has. Aim: p99 of each at
// most 1 ms, also right after the start. Floor: one row by its primary key, measured in the same run.
// Beside the time that passed stands the time on a processor, which a busy machine does not add to.
//   lookup_bench [diners]      default 400000; ctest runs a few so that it never rots

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/store_fixtures.h"

namespace {

using namespace mulin;
using namespace mulin::sync;
using namespace mulin::test;

void need(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "lookup_bench: %s\n", what);
    std::exit(1);
}

std::string digits(std::uint64_t value, int width) {
    char text[24];
    std::snprintf(text, sizeof text, "%0*llu", width, static_cast<unsigned long long>(value));
    return text;
}

// Surnames by how common they are: three in ten people share a handful of initials.
std::string initials(payment::Random& random) {
    static constexpr char kCommon[] = "WLZCLYHZWLSXGJM";
    const char surname = random.below(10) < 8 ? kCommon[random.below(sizeof kCommon - 1)] : static_cast<char>('A' + random.below(26));
    std::string reading(1, surname);
    for (std::uint64_t i = 0; i < 1 + random.below(2); ++i) reading += static_cast<char>('A' + random.below(26));
    return reading;
}

std::string id_of(int number) { return "D" + digits(static_cast<std::uint64_t>(number), 6); }

void fill(StoreBench& bench, int count) {
    std::vector<Diner> diners;
    std::vector<Card> cards;
    for (int i = 0; i < count; ++i) {
        auto diner = store_diner(i, "王秀英", initials(bench.random));
        diner.id_last4 = digits(bench.random.below(10'000), 4);
        diner.phone_last4 = digits(bench.random.below(10'000), 4);
        diner.id_hash = std::string(56, 'a') + digits(static_cast<std::uint64_t>(i) * 7919 % 100'000'000, 8);
        cards.push_back({std::string(56, 'c') + digits(static_cast<std::uint64_t>(i), 8), "0000", "jinglao", diner.id, false});
        diners.push_back(std::move(diner));
    }
    need(bench.store->upsert_diners(diners).has_value(), "cannot store the diners");
    need(bench.store->upsert_cards(cards).has_value(), "cannot store the cards");
    // A canteen's regulars, over the last month.
    for (int i = 0; i < std::min(count, 1500); ++i) {
        auto sale = store_sale("v" + std::to_string(i), id_of(static_cast<int>(bench.random.below(static_cast<std::uint64_t>(std::min(count, 800))))));
        sale.business_date = kStoreTestDay.plus_days(-1 - i % 28);
        need(bench.store->commit_sale(sale).has_value(), "cannot sell");
    }
}

struct Key {
    const char* name;
    std::function<bool()> find;
};

double cpu_microseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double percentile(std::vector<double>& values, std::size_t percent) {
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, values.size() * percent / 100)];
}

void measure(const Key& key, int rounds) {
    std::vector<double> times, cpu_times;
    for (int i = 0; i < rounds; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const auto cpu = cpu_microseconds();
        const bool good = key.find();
        cpu_times.push_back(cpu_microseconds() - cpu);
        times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
        need(good, key.name);
    }
    std::printf("%-24s p50 %5.0f us, p99 %5.0f us (aim 1000)   processor p50 %5.0f us, p99 %5.0f us\n", key.name,
                percentile(times, 50), percentile(times, 99), percentile(cpu_times, 50), percentile(cpu_times, 99));
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::max(10, std::atoi(argv[1])) : 400'000;
    StoreBench bench;
    fill(bench, count);
    bench.clock.advance_ms(1);
    bench.reopen();  // cold pages of our own, as after a start
    auto& store = *bench.store;
    auto& random = bench.random;
    const LookupAt at{kStoreTestDay, Meal::lunch, 24};
    const auto anybody = [&] { return static_cast<int>(random.below(static_cast<std::uint64_t>(count))); };
    const auto letters = [&](int n) {
        std::string text = initials(random).substr(0, static_cast<std::size_t>(n));
        return text;
    };
    const std::vector<Key> keys{
        {"floor: by id, one row", [&] { return store.diner(DinerId(id_of(anybody()))).has_value(); }},
        {"card", [&] { return store.diner_by_card(std::string(56, 'c') + digits(static_cast<std::uint64_t>(anybody()), 8))->has_value(); }},
        {"identity number", [&] { return store.diner_by_id_hash(std::string(56, 'a') + digits(static_cast<std::uint64_t>(anybody()) * 7919 % 100'000'000, 8))->has_value(); }},
        {"last four", [&] { return store.diners_by_last4(digits(random.below(10'000), 4), at).has_value(); }},
        {"pinyin, one letter", [&] { return store.diners_by_pinyin(letters(1), at).has_value(); }},
        {"pinyin, two letters", [&] { return store.diners_by_pinyin(letters(2), at).has_value(); }},
        {"pinyin, three letters", [&] { return store.diners_by_pinyin(letters(3), at).has_value(); }},
        {"served today", [&] { return store.meals_served(DinerId(id_of(anybody())), kStoreTestDay, Meal::lunch).has_value(); }},
        {"the usual", [&] { return store.usual(DinerId(id_of(anybody() % 800)), Meal::lunch).has_value(); }},
        {"usually here (screen)", [&] { return store.usually_here(at).has_value(); }},
    };
    std::printf("%d diners\n", count);
    for (const auto& key : keys) measure(key, count > 10'000 ? 2000 : 50);
    return 0;
}
