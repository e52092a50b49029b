// A district that was put back to a backup from before the month: forty tills notice it and feed everything again,
// four at a time, through the real handlers, signatures, ingest and database, while the district prices and settles
// what came. Prints entries per second of processor time beside the floor (Ed25519 signatures verified in one), and
// how long the whole district takes by the clock.
//   refeed_bench [entries in all] [sqlite|postgres] [quiet]     default 12000 sqlite; 1700000 is a month of forty busy
//   tills; quiet: nothing is priced meanwhile

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <thread>

#include "sync/district/district.h"
#include "sync/journal/hex.h"
#include "sync/server/pricing_thread.h"
#include "sync/server/till_routes.h"
#include "sync/wire/messages.h"
#include "tests/support/postgres_server.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"

namespace {

using namespace mulin;
using namespace mulin::sync;

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
        std::exit(1);
    }
    return std::move(*result);
}

void insist(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "%s\n", what);
    std::exit(1);
}

class District {
  public:
    District(const std::filesystem::path& dir, const payment::Clock& clock, payment::Random& random, const std::string& url)
        : clock_(clock) {
        must(server::District::create(dir, {"bench", "区", "District", "key"}, clock, random, url));
        district_ = must(server::District::open(dir, clock, random));
    }
    TillId join(int number, const std::string& signing_key) {
        const std::string secret = "secret" + std::to_string(number);
        auto access = district_->access();
        database::Transaction transaction(access.database);
        must(access.tills.reserve(SiteId("S1"), secret, clock_.utc()));
        const auto till = must(access.tills.join({secret, TillId(), signing_key, "bench"}, clock_.utc()));
        must(access.tills.set_certificate(till.id, till.id.text(), {clock_.utc().ms + server::kTillLifeMs}));
        must(transaction.commit());
        return till.id;
    }
    UploadReply upload(const UploadRequest& message) {
        server::HttpRequest request;
        request.method = "POST";
        request.target = "/v1/upload";
        request.certificate_sha256 = message.till.text();
        request.certificate_uri = "spiffe://bench/till/" + message.till.text();
        request.body = print(message);
        const auto answer = server::answer_till(*district_, request);
        insist(answer.status == 200, answer.body.c_str());
        return must(parse_upload_reply(answer.body));
    }
    server::District& district() { return *district_; }
    std::string incarnation() { return district_->incarnation(); }
    std::int64_t held() { return must(district_->access().ledger.count("SELECT count(*) FROM entry WHERE kept = 1")); }

  private:
    const payment::Clock& clock_;
    std::unique_ptr<server::District> district_;
};

struct Month {
    TillId till;
    std::vector<std::string> lines;
    ChainPoint head;
};

Month make_month(const std::string& till, std::uint64_t seed, int count) {
    test::TillChain chain(till, seed);
    Month month{TillId(till), {}, {}};
    Entry last = chain.open_epoch("epoch" + till);
    month.lines.push_back(print_entry(last));
    while (static_cast<int>(month.lines.size()) < count) {
        last = chain.sell();
        month.lines.push_back(print_entry(last));
    }
    month.head = {last.key.epoch, last.key.seq, last.hash};
    return month;
}

// What a till does that believes everything confirmed: it asks, hears, walks back and sends.
void feed(District& district, const Month& month, const std::string& incarnation, const payment::Clock& clock) {
    UploadRequest request;
    request.till = month.till;
    request.incarnation = incarnation;
    request.head = request.acked = month.head;
    request.utc = clock.utc();
    const auto heard = district.upload(request);
    insist(heard.epochs.empty() || heard.epochs[0].seq == 0, "the district should hold nothing of this");
    request.acked.reset();
    request.incarnation = heard.incarnation;
    std::int64_t accepted = 0;
    for (std::size_t at = 0; at < month.lines.size(); at += 500) {
        request.lines.assign(month.lines.begin() + static_cast<long>(at),
                             month.lines.begin() + static_cast<long>(std::min(at + 500, month.lines.size())));
        accepted += district.upload(request).accepted;
    }
    insist(accepted == static_cast<std::int64_t>(month.lines.size()), "not everything was taken");
}

// Each of `threads` takes the next number until all are done.
void in_parallel(int threads, std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i) {
        workers.emplace_back([&] {
            for (std::size_t at = next++; at < count; at = next++) work(at);
        });
    }
    for (std::thread& worker : workers) worker.join();
}

// Of this process, so that others on the machine do not count.
double processor_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
    return of(used.ru_utime) + of(used.ru_stime);
}

// Signatures and their processor seconds; wall time says little on a busy machine.
double signatures_per_second(const Month& month, const SigningKey& key) {
    constexpr std::size_t kCount = 2'000;
    const double begin = processor_seconds();
    for (std::size_t i = 0; i < kCount; ++i) {
        const auto entry = must(parse_entry(month.lines[i % month.lines.size()]));
        std::array<std::uint8_t, 32> hash{};
        std::array<std::uint8_t, 64> signature{};
        insist(read_hex(entry.hash, hash) && read_hex(entry.sig, signature) && key.public_key().verify(hash, signature), "a signature");
    }
    return kCount / (processor_seconds() - begin);
}

}  // namespace

int main(int argc, char** argv) {
    constexpr int tills = 40;
    constexpr int at_a_time = 4;
    const int entries = std::max(2, (argc > 1 ? std::atoi(argv[1]) : 12'000) / tills);
    const bool postgres = argc > 2 && std::string(argv[2]) == "postgres";
    const bool quiet = argc > 3;
    payment::SystemClock clock;
    payment::SystemRandom random;
    const test::Folder folder;
    District district(folder.path() / "district", clock, random, postgres ? test::PostgresServer::get().fresh_url() : "");
    std::vector<TillId> names;
    for (int i = 0; i < tills; ++i) names.push_back(district.join(i, test::seeded_key(static_cast<std::uint64_t>(i)).public_key().text()));
    std::vector<Month> months(tills);
    in_parallel(at_a_time, tills, [&](std::size_t i) { months[i] = make_month(names[i].text(), i, entries); });
    const double floor = signatures_per_second(months[0], test::seeded_key(0));

    const std::string before = district.incarnation();
    std::optional<server::PricingThread> pricing;
    if (!quiet) pricing.emplace(district.district());
    const double used_before = processor_seconds();
    const auto begin = clock.monotonic().ms;
    in_parallel(at_a_time, tills, [&](std::size_t i) { feed(district, months[i], before, clock); });
    const std::int64_t took_ms = std::max<std::int64_t>(1, clock.monotonic().ms - begin);
    const double used = processor_seconds() - used_before;
    pricing.reset();
    insist(district.incarnation() != before, "the district did not notice that it had been restored");
    const std::int64_t all = static_cast<std::int64_t>(entries) * tills;
    insist(district.held() == all, "something is missing or there twice");
    const double rate = static_cast<double>(all) * 1000 / static_cast<double>(took_ms);
    std::printf("%s, tills %d, at a time %d, entries %lld\n", postgres ? "PostgreSQL" : "SQLite", tills, at_a_time, static_cast<long long>(all));
    const double own = static_cast<double>(all) / used;
    std::printf("floor: signatures verified  %.0f a processor second\n", floor);
    std::printf("fed again                   %.0f a processor second of this process  = %.2f of the floor; 1.7 million on two cores: %.0f s\n", own,
                own / floor, 1.7e6 / own / 2);
    std::printf("by the clock                %.0f /s, %.1f s in all; 1.7 million: %.0f s (%u cores)\n", rate, static_cast<double>(took_ms) / 1000,
                1.7e6 / rate, std::thread::hardware_concurrency());
    return 0;
}
