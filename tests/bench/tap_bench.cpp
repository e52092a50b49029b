// From the tap on the pay key to a sale that a power cut cannot take back: journal entry made, hashed and
// signed, all rows written, flushed. Floor, measured in turn with it: the bare append of the same entry
// to a file, and fdatasync. A second floor appends as many bytes as the write-ahead log took.
//   tap_bench [sales]      default 2000; ctest runs a few so that it never rots

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "sync/journal/entry_json.h"
#include "tests/support/store_fixtures.h"

namespace {

using namespace mulin;
using namespace mulin::sync;
using namespace mulin::test;

double microseconds(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
}

// Time on a processor, which other programs on a busy machine cannot add to.
double cpu_microseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double percentile(std::vector<double> values, std::size_t percent) {
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, values.size() * percent / 100)];
}

void need(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "tap_bench: %s\n", what);
    std::exit(1);
}

// A plain file that grows by what it is given, flushed each time.
class RawFile {
  public:
    explicit RawFile(const std::string& path) : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)) {
        need(fd_ >= 0, "cannot make the floor's file");
    }
    ~RawFile() { ::close(fd_); }
    void append(const std::string& bytes) {
        need(::write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "cannot write");
        need(::fdatasync(fd_) == 0, "cannot flush");
    }

  private:
    int fd_;
};

struct Times {
    std::vector<double> tap, tap_cpu, floor, floor_cpu, log_floor;
};

// How much the log takes for one sale, from the first ones after it was started anew.
std::size_t log_bytes_per_sale(StoreBench& bench) {
    constexpr int kProbe = 16;
    bench.clock.advance_ms(1);
    bench.reopen();
    need(bench.store->commit_sale(store_sale("probe")).has_value(), "cannot open the journal");
    const auto log = bench.directory.file("till.db-wal");
    const auto before = std::filesystem::file_size(log);
    for (int i = 0; i < kProbe; ++i) {
        need(bench.store->commit_sale(store_sale("probe-" + std::to_string(i), "D000" + std::to_string(100 + 17 * i))).has_value(), "a sale was refused");
    }
    return (std::filesystem::file_size(log) - before) / kProbe;
}

// Each sale, then the same bytes as its entry, then as many bytes as the log took: in turn, so that a
// noisy disk is as noisy for all three.
Times measure(StoreBench& bench, int sales) {
    Times times;
    RawFile floor(bench.directory.file("floor").string());
    RawFile log_floor(bench.directory.file("log_floor").string());
    const std::string pages(log_bytes_per_sale(bench), 'x');
    for (int i = 0; i < sales; ++i) {
        char diner[16];
        // A canteen's regulars come again and again; each counter is a new one every day.
        std::snprintf(diner, sizeof diner, "D%06d", static_cast<int>(bench.random.below(800)));
        auto sale = store_sale("tap-" + std::to_string(i), diner);
        sale.business_date = kStoreTestDay.plus_days(i / 400);
        sale.uses[0].key = std::string("p01|") + diner + "|" + sale.business_date.text();
        Result<CommittedSale> sold = payment::fail(payment::ErrorCode::disk, "");
        const auto cpu = cpu_microseconds();
        times.tap.push_back(microseconds([&] { sold = bench.store->commit_sale(sale); }));
        times.tap_cpu.push_back(cpu_microseconds() - cpu);
        need(sold.has_value(), "a sale was refused");
        const auto line = print_entry(**bench.store->entry(sold->key)) + "\n";
        const auto floor_cpu = cpu_microseconds();
        times.floor.push_back(microseconds([&] { floor.append(line); }));
        times.floor_cpu.push_back(cpu_microseconds() - floor_cpu);
        times.log_floor.push_back(microseconds([&] { log_floor.append(pages); }));
        if (i == 0) std::printf("entry %zu bytes, log %zu bytes per sale\n", line.size(), pages.size());
    }
    return times;
}

void report(const char* name, const std::vector<double>& tap, const std::vector<double>& floor) {
    const double p50 = percentile(tap, 50) / percentile(floor, 50);
    const double p99 = percentile(tap, 99) / percentile(floor, 99);
    std::printf("%-28s p50 %7.0f us, p99 %7.0f us   ratio p50 %.2f (aim 1.5), p99 %.2f (aim 3)\n", name, percentile(floor, 50),
                percentile(floor, 99), p50, p99);
}

}  // namespace

int main(int argc, char** argv) {
    const int sales = argc > 1 ? std::max(20, std::atoi(argv[1])) : 2000;
    StoreBench bench;
    std::vector<Diner> diners;
    for (int i = 0; i < 5000; ++i) diners.push_back(store_diner(i, "王秀英", "WXY"));
    need(bench.store->upsert_diners(diners).has_value(), "cannot store the diners");
    need(bench.store->commit_sale(store_sale("first")).has_value(), "cannot open the journal");
    const auto times = measure(bench, sales);
    std::printf("tap to durable sale          p50 %7.0f us, p99 %7.0f us   of %d; processor p50 %.0f us, floor's %.0f us\n",
                percentile(times.tap, 50), percentile(times.tap, 99), sales, percentile(times.tap_cpu, 50),
                percentile(times.floor_cpu, 50));
    report("floor: same entry, append", times.tap, times.floor);
    report("floor: log's bytes, append", times.tap, times.log_floor);
    need(bench.store->verify().has_value(), "the journal does not verify");
    return 0;
}
