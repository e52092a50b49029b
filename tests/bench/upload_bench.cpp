// A till that was away for a month brings its backlog: real store, real exchange, TLS on loopback,
// real server and database. Prints entries per second beside the floor: how many Ed25519 signatures
// one core of this machine verifies in a second.
//   upload_bench [entries]      default 12000; ctest runs a few hundred so that it never rots

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>

#include "sync/client/exchange.h"
#include "sync/database/sqlite.h"
#include "sync/district/ingest.h"
#include "sync/district/schema.h"
#include "sync/http/http_server.h"
#include "sync/journal/hex.h"
#include "sync/server/till_routes.h"
#include "sync/wire/enrolment_code.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"

namespace {

using namespace mulin;
using namespace mulin::sync;

double seconds(const std::function<void()>& work) {
    const payment::SystemClock clock;
    const auto begin = clock.monotonic();
    work();
    return static_cast<double>(std::max<std::int64_t>(1, clock.monotonic().ms - begin.ms)) / 1000;
}

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
        std::exit(1);
    }
    return std::move(*result);
}

struct Running {
    std::unique_ptr<server::District> district;
    std::unique_ptr<server::HttpServer> server;
    std::thread thread;
    std::string url;

    Running(const std::filesystem::path& dir, const payment::Clock& clock, payment::Random& random) {
        must(server::District::create(dir, {"bench", "区", "District", "key"}, clock, random));
        district = must(server::District::open(dir, clock, random));
        const auto keys = dir / "keys";
        const auto files = must(district->authority().server_files(keys, {"127.0.0.1"}, clock.utc()));
        server::Endpoint endpoint;
        endpoint.host = "127.0.0.1";
        endpoint.tls = server::TlsFiles{files.certificate, files.key, keys / "ca.crt"};
        endpoint.handle = [this](const server::HttpRequest& request) { return server::answer_till(*district, request); };
        endpoint.body_limit = server::body_limit_of;
        std::vector<server::Endpoint> endpoints;
        endpoints.push_back(std::move(endpoint));
        server = must(server::HttpServer::open(std::move(endpoints), 4));
        url = "https://127.0.0.1:" + std::to_string(server->port(0));
        thread = std::thread([this] { server->run(); });
    }
    ~Running() {
        server->stop();
        thread.join();
    }

    std::string code(payment::Random& random, const payment::Clock& clock) {
        const auto made = EnrolmentCode::make(random, district->authority().sha256());
        auto access = district->access();
        Site site;
        site.id = SiteId("S1");
        site.subdistrict = "310110016000";
        site.vendor = VendorId("V3");
        site.kind = "canteen";
        database::Transaction transaction(access.database);
        must(access.directory.put(std::span(&site, 1)));
        must(access.tills.reserve(SiteId("S1"), made.secret, clock.utc()));
        must(transaction.commit());
        return made.text();
    }
};

void sell(TerminalStore& store, int count) {
    for (int i = 0; i < count; ++i) {
        Sale sale = test::plain_sale(i + 1);
        sale.payments[0].attempt = payment::AttemptId("a" + std::to_string(i));
        must(store.commit_sale(sale));
    }
}

struct Checked {
    PublicKey key;
    std::vector<Entry> entries;
};

// Only the signatures, one thread.
double verify_seconds(const Checked& checked) {
    bool good = true;
    const double took = seconds([&] {
        for (const Entry& entry : checked.entries) {
            std::array<std::uint8_t, 32> hash{};
            std::array<std::uint8_t, 64> signature{};
            read_hex(entry.hash, hash);
            read_hex(entry.sig, signature);
            good = checked.key.verify(hash, signature) && good;
        }
    });
    if (!good) std::exit(1);
    return took;
}

// Parsing, checking, deriving and the database, without network and till.
double ingest_seconds(const Checked& checked, const std::filesystem::path& file, const payment::Clock& clock) {
    const auto database = must(database::SqliteDatabase::open(file, 7, true));
    must(server::migrate(*database));
    server::DatabaseLedger ledger(*database);
    server::TillRecord till;
    till.id = checked.entries.front().key.till;
    const auto lines = test::lines_of(checked.entries);
    return seconds([&] {
        for (std::size_t at = 0; at < lines.size(); at += 500) {
            UploadRequest request;
            request.till = till.id;
            request.lines.assign(lines.begin() + static_cast<long>(at),
                                 lines.begin() + static_cast<long>(std::min(at + 500, lines.size())));
            const auto checked_lines = server::check_lines(request.lines, {checked.key.text()});
            database::Transaction transaction(*database);
            must(server::ingest(ledger, till, request, checked_lines, clock.utc()));
            must(transaction.commit());
        }
    });
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::atoi(argv[1]) : 12'000;
    payment::SystemClock clock;
    payment::SystemRandom random;
    test::Folder folder;
    Running running(folder.path() / "district", clock, random);
    const auto till_dir = folder.path() / "till";
    std::filesystem::create_directories(till_dir);
    const auto store = must(TerminalStore::open(till_dir.string(), clock, random));
    const auto enrolment = must(enroll(*store, till_dir, running.url, running.code(random, clock)));
    sell(*store, count);
    Checked checked{store->public_key(), {}};
    must(store->export_entries([&](const Entry& entry) {
        checked.entries.push_back(entry);
        return true;
    }));

    const double n = static_cast<double>(checked.entries.size());
    const double floor = verify_seconds(checked);
    const double ingest = ingest_seconds(checked, folder.path() / "ingest.db", clock);
    const auto transport = must(transport_of(enrolment, till_dir, true));
    ExchangeSummary summary;
    const double whole = seconds([&] { summary = must(exchange_once(*store, enrolment, *transport, clock)); });
    std::int64_t written = 0;  // the root that the exchange witnessed among them
    must(store->export_entries([&](const Entry&) { return ++written > 0; }));
    if (summary.waiting != 0 || summary.acked != written || written <= static_cast<std::int64_t>(checked.entries.size())) {
        std::fprintf(stderr, "not everything was confirmed: %s\n", summary_json(summary).c_str());
        return 1;
    }
    std::printf("entries                     %.0f\n", n);
    std::printf("floor: signatures verified  %.0f /s (one core)\n", n / floor);
    std::printf("ingest alone                %.0f /s  = %.2f of the floor (signatures on all cores: %u)\n", n / ingest,
                floor / ingest, std::thread::hardware_concurrency());
    std::printf("whole upload over TLS       %.0f /s  = %.2f of the floor, %.2f s\n", n / whole, floor / whole, whole);
    return 0;
}
