// A district that was put back to a backup from before the month: forty tills notice it and feed everything again,
// through the real handlers, signatures, ingest and database. Prints entries per second beside the floor (Ed25519
// signatures that one core verifies in a second), and how long the whole district takes.
//   refeed_bench [entries in all]     default 12000; 1700000 is a month of forty busy tills

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "sync/district/district.h"
#include "sync/journal/hex.h"
#include "sync/server/till_routes.h"
#include "sync/wire/messages.h"
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
    District(const std::filesystem::path& dir, const payment::Clock& clock, payment::Random& random) : clock_(clock) {
        must(server::District::create(dir, {"bench", "区", "District", "key"}, clock, random));
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
std::int64_t feed(District& district, const Month& month, const std::string& incarnation, const payment::Clock& clock) {
    UploadRequest request;
    request.till = month.till;
    request.incarnation = incarnation;
    request.head = request.acked = month.head;
    request.utc = clock.utc();
    const auto begin = clock.monotonic().ms;
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
    return clock.monotonic().ms - begin;
}

double signatures_per_second(const Month& month, const SigningKey& key, const payment::Clock& clock) {
    const auto begin = clock.monotonic().ms;
    std::int64_t count = 0;
    while (clock.monotonic().ms - begin < 300) {
        const auto entry = must(parse_entry(month.lines[static_cast<std::size_t>(count) % month.lines.size()]));
        std::array<std::uint8_t, 32> hash{};
        std::array<std::uint8_t, 64> signature{};
        insist(read_hex(entry.hash, hash) && read_hex(entry.sig, signature) && key.public_key().verify(hash, signature), "a signature");
        ++count;
    }
    return static_cast<double>(count) * 1000 / static_cast<double>(clock.monotonic().ms - begin);
}

}  // namespace

int main(int argc, char** argv) {
    constexpr int tills = 40;
    const int entries = std::max(2, (argc > 1 ? std::atoi(argv[1]) : 12'000) / tills);
    payment::SystemClock clock;
    payment::SystemRandom random;
    const test::Folder folder;
    District district(folder.path() / "district", clock, random);
    std::vector<TillId> names;
    for (int i = 0; i < tills; ++i) names.push_back(district.join(i, test::seeded_key(static_cast<std::uint64_t>(i)).public_key().text()));

    const std::string before = district.incarnation();
    std::int64_t took_ms = 0;
    double floor = 0;
    for (int i = 0; i < tills; ++i) {
        const auto month = make_month(names[static_cast<std::size_t>(i)].text(), static_cast<std::uint64_t>(i), entries);
        if (i == 0) floor = signatures_per_second(month, test::seeded_key(0), clock);
        took_ms += feed(district, month, before, clock);
    }
    insist(district.incarnation() != before, "the district did not notice that it had been restored");
    const std::int64_t all = static_cast<std::int64_t>(entries) * tills;
    insist(district.held() == all, "something is missing or there twice");
    const double rate = static_cast<double>(all) * 1000 / static_cast<double>(std::max<std::int64_t>(1, took_ms));
    std::printf("tills %d, entries %lld\n", tills, static_cast<long long>(all));
    std::printf("floor: signatures verified  %.0f /s (one core)\n", floor);
    std::printf("fed again                   %.0f /s  = %.2f of the floor, %.1f s in all; 1.7 million: %.0f s\n", rate, rate / floor,
                static_cast<double>(took_ms) / 1000, 1.7e6 / rate);
    return 0;
}
