// From the gateway's answer to the slip, and back to certainty after kill -9: the real journal on the real
// disk, the runner, the sale's transaction, the slip laid out and handed to a printer that is a file.
//   payment_bench [payments] [folder]
// The answer that completes a sale is written with it in one transaction, as the till does; and, beside it, in
// two. Ratios against a floor measured in the same run: flushes of the same disk, as many as are needed at
// least (one for each transaction; a recovered payment: one).
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "payment/base/check.h"
#include "payment/host/hosted_adapter.h"
#include "payment/port/runner.h"
#include "pos/device/receipt.h"
#include "pos/device/receipt_printer.h"
#include "sync/store/slip_queue.h"
#include "tests/support/store_fixtures.h"

namespace {

using namespace mulin;
using payment::Attempt;
using payment::AttemptState;
using Clocks = std::chrono::steady_clock;

double ms_since(Clocks::time_point from) {
    return std::chrono::duration<double, std::milli>(Clocks::now() - from).count();
}

struct Times {
    double p50, p99;
};

Times times_of(std::vector<double> taken) {
    std::sort(taken.begin(), taken.end());
    return {taken[taken.size() / 2], taken[std::min(taken.size() - 1, taken.size() * 99 / 100)]};
}

// Appends a page and flushes it, `flushes` times in a row.
Times floor_of(const std::string& folder, int rounds, int flushes) {
    const int file = ::open((folder + "/floor").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    MULIN_CHECK(file >= 0);
    const std::string page(4096, 'm');
    std::vector<double> taken;
    for (int i = 0; i < rounds; ++i) {
        const auto from = Clocks::now();
        for (int j = 0; j < flushes; ++j) {
            MULIN_CHECK(::write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size()));
            MULIN_CHECK(::fdatasync(file) == 0);
        }
        taken.push_back(ms_since(from));
    }
    ::close(file);
    return times_of(std::move(taken));
}

// Answers at once, and notes when.
class AtOnce final : public payment::Adapter {
  public:
    std::string name() const override { return "bench"; }
    payment::Capabilities capabilities() const override { return {.query = true, .reverse = true}; }
    payment::AttemptResult start(const payment::AttemptRequest&) override {
        payment::AttemptResult result;
        result.outcome = payment::Outcome::approved;
        result.refs["channel_number"] = "G1";
        answered = Clocks::now();
        return result;
    }
    payment::AttemptResult query(const Attempt&) override { return {}; }
    payment::ReverseResult reverse(const Attempt&) override { return {}; }

    Clocks::time_point answered;
};

struct Bench {
    explicit Bench(const std::string& folder) : store(sync::TerminalStore::open(folder, clock, random).value()) {
        if (!store->till()) MULIN_CHECK(store->set_till(sync::TillId("T1")).has_value());
        store->slips().enable(true);
    }
    payment::SystemClock clock;
    payment::SystemRandom random;
    payment::IdSource ids{clock, random};
    std::unique_ptr<sync::TerminalStore> store;
};

payment::RunnerSettings runner_settings() {
    payment::RunnerSettings settings;
    settings.code_key = "key";
    return settings;
}

sync::Sale sale_paid_by(const Bench& bench, const Attempt& attempt) {
    sync::Sale sale = test::store_sale(attempt.order_ref);
    sale.at = bench.clock.utc();
    sale.business_date = payment::china_date(sale.at);
    auto& part = sale.payments.front();
    part.method = attempt.method;
    part.channel = attempt.channel;
    part.attempt = attempt.id;
    part.given = part.change = {};
    return sale;
}

void answer_to_slip(const std::string& folder, int payments, bool together) {
    Bench bench(folder + (together ? "/till" : "/till-in-two"));
    AtOnce channel;
    payment::Runner runner(bench.store->attempts(), bench.clock, bench.ids, {&channel}, runner_settings());
    std::optional<sync::CommittedSale> committed;
    const auto commit = [&](const Attempt& approved) {
        committed = bench.store->commit_sale(sale_paid_by(bench, approved), std::span(&approved, 1)).value();
        return true;
    };
    if (together) runner.complete_with(commit);
    auto typesetter = pos::ReceiptTypesetter::open(pos::SlipLanguage::chinese).value();
    const auto printer = pos::make_file_printer(folder + "/receipts");
    std::vector<double> durable;
    std::vector<double> sold;
    std::vector<double> printed;
    for (int i = 0; i < payments; ++i) {
        const sync::Sale like = test::store_sale("order" + std::to_string(i));
        const payment::Money due = like.payments.front().amount;
        const auto attempt = runner.begin({like.ref, due, "qr", "bench", due, "131234567890123400"}).value();
        MULIN_CHECK(attempt.state == AttemptState::approved);
        durable.push_back(ms_since(channel.answered));
        if (!together) commit(attempt);
        sold.push_back(ms_since(channel.answered));
        pos::SaleSlip slip;
        slip.sale = committed->stored;
        slip.entry = {committed->key, (*bench.store->entry(committed->key))->hash};
        slip.site_name = "殷行 · 欣益睦邻小厨";
        MULIN_CHECK(printer->print("slip" + std::to_string(i), typesetter.lay_out(slip)).has_value());
        printed.push_back(ms_since(channel.answered));
        MULIN_CHECK(bench.store->slips().printed(committed->key).has_value());
    }
    const int flushes = together ? 1 : 2;
    const Times floor = floor_of(folder, payments, flushes);
    std::printf("%s\n", together ? "answer and sale in one transaction" : "answer and sale in two transactions");
    const auto say = [&](const char* what, std::vector<double> taken) {
        const Times times = times_of(std::move(taken));
        std::printf("gateway's answer to %-22s p50 %7.2f ms p99 %7.2f ms, %.1f and %.1f times %d flush(es) (%.2f, %.2f ms)\n", what,
                    times.p50, times.p99, times.p50 / floor.p50, times.p99 / floor.p99, flushes, floor.p50, floor.p99);
    };
    say("result durable", std::move(durable));
    say("sale durable", std::move(sold));
    say("slip at the printer", std::move(printed));
}

std::unique_ptr<payment::host::HostedAdapter> hosted(const std::string& bin, const std::string& folder, const payment::Clock& clock) {
    payment::host::HostSettings settings;
    settings.command = {bin + "/mulin-adapter", "simulated"};
    settings.channel = payment::ChannelSettings("bench", {{"ledger", folder + "/ledger.jsonl"}});
    auto adapter = std::make_unique<payment::host::HostedAdapter>(settings, clock);
    MULIN_CHECK(adapter->open().has_value());
    return adapter;
}

// A child takes money for so many orders and is killed before it hears an answer: each is paid at the
// gateway, and "sending" in the journal.
void recovery(const std::string& bin, const std::string& folder) {
    constexpr int kOpen = 50;
    {
        Bench bench(folder + "/killed");
        auto adapter = hosted(bin, folder, bench.clock);
        for (int i = 0; i < kOpen; ++i) {
            Attempt attempt;
            attempt.id = bench.ids.next<payment::AttemptTag>();
            attempt.order_ref = "open" + std::to_string(i);
            attempt.channel = "bench";
            attempt.method = "qr";
            attempt.amount = payment::Money::fen(1200);
            attempt.state_seq = 1;
            attempt.created = attempt.changed = bench.clock.utc();
            MULIN_CHECK(bench.store->attempts().create(attempt).has_value());
            attempt.state = AttemptState::sending;
            attempt.state_seq = 2;
            MULIN_CHECK(bench.store->attempts().update(attempt).has_value());
            payment::AttemptRequest request;
            request.id = attempt.id;
            request.order_ref = attempt.order_ref;
            request.amount = attempt.amount;
            request.code = "131234567890123400";
            request.method = "qr";
            request.deadline_ms = 10'000;
            (void)adapter->start(request);
        }
        ::kill(adapter->process(), SIGKILL);
    }
    const auto from = Clocks::now();
    Bench bench(folder + "/killed");
    auto adapter = hosted(bin, folder, bench.clock);
    payment::Runner runner(bench.store->attempts(), bench.clock, bench.ids, {adapter.get()}, runner_settings());
    const auto touched = runner.recover();
    const double taken = ms_since(from);
    MULIN_CHECK(touched.has_value());
    const auto approved = std::ranges::count(*touched, AttemptState::approved, &Attempt::state);
    const Times floor = floor_of(folder, 5, kOpen);
    std::printf("after kill -9, %ld of %d open payments known again in %.1f ms, %.1f times %d flushes (%.1f ms); store opened, "
                "adapter's process started and greeted included\n",
                static_cast<long>(approved), kOpen, taken, taken / floor.p50, kOpen, floor.p50);
    MULIN_CHECK(approved == kOpen);
}

}  // namespace

int main(int count, char** arguments) {
    const int payments = count > 1 ? std::max(10, ::atoi(arguments[1]) / 10) : 1'000;
    std::string folder = (count > 2 ? std::filesystem::path(arguments[2]) : std::filesystem::temp_directory_path()) / "mulin-payment-bench-XXXXXX";
    MULIN_CHECK(::mkdtemp(folder.data()) != nullptr);
    for (const char* store : {"/till", "/till-in-two"}) std::filesystem::create_directory(folder + store);
    std::filesystem::create_directory(folder + "/killed");
    const std::string bin = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    answer_to_slip(folder, payments, true);
    answer_to_slip(folder, payments, false);
    recovery(bin, folder);
    std::filesystem::remove_all(folder);
}
