// What a process of its own costs: the same calls to the same adapter inside the program and through
// the host, and how soon fifty open payments are known again after kill -9 of the adapter.
//   host_bench [calls]        ratios against a floor measured in the same run
#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "payment/base/check.h"
#include "payment/host/hosted_adapter.h"
#include "payment/port/runner.h"
#include "payment/table/built_in.h"
#include "tests/support/pay_memory_journal.h"

namespace {

using namespace mulin::payment;
using Clocks = std::chrono::steady_clock;

std::int64_t nanoseconds_of(const std::function<void()>& work) {
    const auto from = Clocks::now();
    work();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clocks::now() - from).count();
}

struct Times {
    std::int64_t p50, p99;
};

Times times_of(int calls, const std::function<void()>& work) {
    std::vector<std::int64_t> taken;
    for (int i = 0; i < calls / 10 + 1; ++i) work();
    for (int i = 0; i < calls; ++i) taken.push_back(nanoseconds_of(work));
    std::sort(taken.begin(), taken.end());
    return {taken[taken.size() / 2], taken[std::min(taken.size() - 1, taken.size() * 99 / 100)]};
}

std::unique_ptr<host::HostedAdapter> hosted(const std::string& bin, const std::string& ledger, const Clock& clock) {
    host::HostSettings settings;
    settings.command = {bin + "/mulin-adapter", "simulated"};
    settings.channel = ChannelSettings("bench", {{"ledger", ledger}});
    auto adapter = std::make_unique<host::HostedAdapter>(settings, clock);
    const auto opened = adapter->open();
    if (!opened) std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    MULIN_CHECK(opened.has_value());
    return adapter;
}

void print(const char* what, Times in, Times out) {
    std::printf("%-28s in process p50 %7.1f us p99 %7.1f us, own process p50 %7.1f us p99 %7.1f us, overhead p50 %.1f us p99 %.1f us\n", what,
                in.p50 / 1e3, in.p99 / 1e3, out.p50 / 1e3, out.p99 / 1e3, (out.p50 - in.p50) / 1e3, (out.p99 - in.p99) / 1e3);
}

Attempt known(const std::string& id) {
    Attempt attempt;
    attempt.id = AttemptId(id);
    attempt.amount = Money::fen(1200);
    return attempt;
}

AttemptRequest request(const std::string& id) {
    AttemptRequest about;
    about.id = AttemptId(id);
    about.order_ref = id;
    about.amount = Money::fen(1200);
    about.code = "131234567890123400";
    about.method = "qr";
    about.deadline_ms = 10'000;
    return about;
}

void overhead(const std::string& bin, const std::string& folder, int calls, const SystemClock& clock) {
    SystemRandom random;
    auto inside = make_built_in("simulated", ChannelSettings("bench", {{"ledger", folder + "/in.jsonl"}}), {clock, random}).value();
    auto outside = hosted(bin, folder + "/out.jsonl", clock);
    (void)inside->start(request("Q"));
    (void)outside->start(request("Q"));
    const Attempt asked = known("Q");
    print("query", times_of(calls, [&] { (void)inside->query(asked); }), times_of(calls, [&] { (void)outside->query(asked); }));
    int number = 0;
    const auto start = [&](Adapter& adapter) { (void)adapter.start(request("S" + std::to_string(++number))); };
    const Times in = times_of(calls / 10 + 1, [&] { start(*inside); });
    const Times out = times_of(calls / 10 + 1, [&] { start(*outside); });
    print("start (ledger flushed twice)", in, out);
}

// The till was killed with fifty payments sent and unanswered, its adapter with it.
void recovery(const std::string& bin, const std::string& folder, const SystemClock& clock) {
    constexpr int kOpen = 50;
    mulin::testing::AttemptShelf shelf;
    {
        auto adapter = hosted(bin, folder + "/open.jsonl", clock);
        for (int i = 0; i < kOpen; ++i) {
            const std::string id = "R" + std::to_string(i);
            (void)adapter->start(request(id));
            Attempt attempt = known(id);
            attempt.order_ref = id;
            attempt.channel = "bench";
            attempt.method = "qr";
            attempt.state = AttemptState::sending;
            attempt.state_seq = 2;
            attempt.created = clock.utc();
            shelf[attempt.id] = attempt;
        }
        ::kill(adapter->process(), SIGKILL);
    }
    SystemRandom random;
    IdSource ids(clock, random);
    mulin::testing::MemoryAttemptJournal journal(shelf);
    const auto taken = nanoseconds_of([&] {
        auto adapter = hosted(bin, folder + "/open.jsonl", clock);
        RunnerSettings settings;
        settings.code_key = "key";
        Runner runner(journal, clock, ids, {adapter.get()}, settings);
        MULIN_CHECK(runner.recover().has_value());
    });
    int approved = 0;
    for (const auto& [id, attempt] : shelf) approved += attempt.state == AttemptState::approved ? 1 : 0;
    std::printf("recovery after kill -9: %d of %d open payments known again in %.1f ms (process started and greeted included)\n",
                approved, kOpen, taken / 1e6);
    MULIN_CHECK(approved == kOpen);
}

}  // namespace

int main(int count, char** arguments) {
    const int calls = count > 1 ? std::max(1, ::atoi(arguments[1])) : 20'000;
    std::string folder = std::filesystem::temp_directory_path() / "mulin-host-bench-XXXXXX";
    MULIN_CHECK(::mkdtemp(folder.data()) != nullptr);
    const std::string bin = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    SystemClock clock;
    overhead(bin, folder, calls, clock);
    recovery(bin, folder, clock);
    std::filesystem::remove_all(folder);
}
