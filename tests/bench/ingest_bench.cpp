// Ingest on both products, with one and with four servers on one PostgreSQL, each with a till of its own.
// Prints entries per second beside the floor of the same run: one core verifying the entries' signatures,
// then writing the very rows that an entry leaves, in one transaction.
//   ingest_bench [entries per till]      default 5000; ctest runs a few hundred so that it never rots

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

#include "sync/database/in_transaction.h"
#include "sync/district/district.h"
#include "sync/journal/hex.h"
#include "tests/support/postgres_server.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"

namespace {

using namespace mulin;
using namespace mulin::sync;
using server::District;

constexpr std::size_t kBatch = 500;

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

struct Till {
    explicit Till(int number, int count) : chain("T" + std::to_string(number), static_cast<std::uint64_t>(number)) {
        record.id = chain.till();
        record.signing_key = chain.key().public_key().text();
        lines.push_back(print_entry(chain.open_epoch("E" + std::to_string(number))));
        for (int i = 1; i < count; ++i) lines.push_back(print_entry(chain.append(test::plain_sale(i))));
    }
    test::TillChain chain;
    server::TillRecord record;
    std::vector<std::string> lines;
};

void feed(District& district, const Till& till) {
    for (std::size_t at = 0; at < till.lines.size(); at += kBatch) {
        UploadRequest request;
        request.till = till.record.id;
        request.lines.assign(till.lines.begin() + static_cast<long>(at),
                             till.lines.begin() + static_cast<long>(std::min(at + kBatch, till.lines.size())));
        const auto checked = server::check_lines(request.lines, {till.record.signing_key});
        auto access = district.access();
        must(access.ledger.open_months(checked));
        const auto outcome = must(database::in_transaction(access.database, database::Isolation::row_locks, [&]() -> Result<server::IngestOutcome> {
            MULIN_TRY_STATUS(access.ledger.lock(till.record.id));
            return server::ingest(access.ledger, till.record, request, checked, {1'773'114'300'000});
        }));
        if (outcome.accepted != static_cast<std::int64_t>(request.lines.size())) std::exit(1);
    }
}

double verify_rate(const Till& till) {
    const auto key = must(PublicKey::from_hex(till.record.signing_key));
    const double took = seconds([&] {
        for (const auto& line : till.lines) {
            const auto entry = must(parse_entry(line));
            std::array<std::uint8_t, 32> hash{};
            std::array<std::uint8_t, 64> signature{};
            if (!read_hex(entry.hash, hash) || !read_hex(entry.sig, signature) || !key.verify(hash, signature)) std::exit(1);
        }
    });
    return static_cast<double>(till.lines.size()) / took;
}

// The same rows under another till's name, one after the other and nothing asked.
double row_rate(database::Database& database, const Till& till) {
    constexpr std::int64_t kFar = 1'000'000'000;
    const auto write = [&](std::int64_t id, const Entry& entry) -> Status {
        auto place = database.prepare("INSERT INTO entry_place (id, till, epoch, seq, kept, hash, received_ms, business_day) VALUES (?, ?, ?, ?, 1, ?, 1, 20522)");
        place.bind(id).bind("bulk").bind(entry.key.epoch.text()).bind(entry.key.seq).bind(entry.hash);
        MULIN_TRY_STATUS(place.queue());
        auto body = database.prepare("INSERT INTO entry_body (business_day, entry, prev, sig, body) VALUES (20522, ?, ?, ?, ?)");
        body.bind(id).bind(entry.prev).bind(entry.sig).bind(entry.body);
        MULIN_TRY_STATUS(body.queue());
        auto sale = database.prepare(
            "INSERT INTO sale (entry, till, epoch, seq, business_day, at_ms, site, vendor, subdistrict, meal, service, category, diner, "
            "list_fen, delivery_fen, benefit_fen, paid_fen, training) VALUES (?, 'bulk', ?, ?, 20522, 1, 'S1', 'V3', '310110016000', 'lunch', "
            "'dine_in', 'first', 'D000123', 1500, 0, 300, 1200, 0)");
        sale.bind(id).bind(entry.key.epoch.text()).bind(entry.key.seq);
        MULIN_TRY_STATUS(sale.queue());
        for (const char* payer : {"district", "street"}) {
            auto part = database.prepare("INSERT INTO sale_payer (entry, kind, payer, amount_fen) VALUES (?, 'benefit', ?, 100)");
            part.bind(id).bind(payer);
            MULIN_TRY_STATUS(part.queue());
        }
        auto tender = database.prepare("INSERT INTO sale_tender (entry, method, amount_fen) VALUES (?, 'cash', 1200)");
        tender.bind(id);
        return tender.queue();
    };
    std::vector<Entry> entries;
    for (const auto& line : till.lines) entries.push_back(must(parse_entry(line)));
    const double took = seconds([&] {
        must(database::in_transaction(database, database::Isolation::row_locks, [&]() -> Status {
            for (std::size_t i = 0; i < entries.size(); ++i) MULIN_TRY_STATUS(write(kFar + static_cast<std::int64_t>(i), entries[i]));
            return payment::ok();
        }));
    });
    return static_cast<double>(entries.size()) / took;
}

// Processes that share nothing but the database; all begin at once, and the last one's end counts.
double servers(const std::filesystem::path& dir, int count, int entries, int first) {
    int gate[2];
    if (::pipe(gate) != 0) std::exit(1);
    std::vector<int> children;
    for (int i = 0; i < count; ++i) {
        const int child = ::fork();
        if (child == 0) {
            payment::SystemClock clock;
            payment::SystemRandom random;
            const auto district = must(District::open(dir, clock, random));
            const Till till(first + i, entries);
            char go = 0;
            ::close(gate[1]);
            if (::read(gate[0], &go, 1) != 0) std::_Exit(1);
            feed(*district, till);
            std::_Exit(0);
        }
        children.push_back(child);
    }
    ::sleep(entries > 1000 ? 3 : 1);  // all are ready
    const double took = seconds([&] {
        ::close(gate[1]);
        for (const int child : children) {
            int status = 0;
            ::waitpid(child, &status, 0);
            if (status != 0) std::exit(1);
        }
    });
    ::close(gate[0]);
    return static_cast<double>(count) * entries / took;
}

void enrol(District& district, int first, int count) {
    auto access = district.access();
    for (int i = first; i < first + count; ++i) {
        auto write = access.database.prepare(
            "INSERT INTO till (id, site, signing_key, certificate_sha256, state, enrolled_ms, last_seen_ms, clock_ahead_ms, waiting, "
            "software) VALUES (?, 'S1', '', '', 'active', 0, 0, 0, 0, '')");
        write.bind("T" + std::to_string(i));
        must(write.run());
    }
}

void measure(const char* product, const std::string& url, int entries) {
    const test::Folder folder;
    payment::SystemClock clock;
    payment::SystemRandom random;
    const auto dir = folder.path() / "d";
    must(District::create(dir, {"bench", "区", "District", "key"}, clock, random, url));
    const Till till(100, entries);
    const double verify = verify_rate(till);
    double rows = 0;
    {
        const auto district = must(District::open(dir, clock, random));
        enrol(*district, 1, 10);
        rows = row_rate(district->access().database, till);
    }
    const double floor = 1 / (1 / verify + 1 / rows);
    std::printf("%s: signatures %.0f/s, rows of %.0f entries/s, floor on one core %.0f entries/s\n", product, verify, rows, floor);
    for (const int count : {1, 4}) {
        if (url.empty() && count > 1) continue;
        const double rate = servers(dir, count, entries, count);
        std::printf("%s, %d server%s: %.0f entries/s, %.2f of the floor\n", product, count, count == 1 ? "" : "s", rate, rate / floor);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const int entries = argc > 1 ? std::atoi(argv[1]) : 5'000;
    measure("SQLite", "", entries);
    measure("PostgreSQL", test::PostgresServer::get().fresh_url(), entries);
    return 0;
}
