// A month of a district from signed entries to verdicts and reports: forty tills, a hundred thousand diners
// at the full size, with meals taken twice at two tills, sales undone, and a till that comes late. First the
// pure verdicts over claims in memory; then the real reconciler and the reports over the database. Prints
// claims per second beside floors of the same run: sorting and adding up the same claims in memory; reading
// and adding up the same rows in the database once.
//   settle_bench [claims] [sqlite|postgres|both]     default 20000 sqlite; ctest runs a few hundred of both

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "sync/backtest/sale_facts.h"
#include "sync/books/settle_reconcile.h"
#include "sync/books/settle_report.h"
#include "sync/database/in_transaction.h"
#include "sync/demo/demo_district.h"
#include "sync/judging/reprice.h"
#include "sync/policy/memory_usage.h"
#include "tests/support/postgres_server.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"

namespace {

using namespace mulin;
using namespace mulin::sync;
using namespace mulin::sync::server;

constexpr int kMeals = 20;
constexpr std::size_t kTills = 40;
constexpr std::int64_t kFirstMs = 1'772'294'400'000;  // 2026-03-01T00:00:00+08:00

double processor_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
    return of(used.ru_utime) + of(used.ru_stime);
}

// Of this process's processor time where it does all the work, so that others on the machine do not
// count; by the clock where a database server does.
double seconds(const std::function<void()>& work, bool by_clock = false) {
    const payment::SystemClock clock;
    const auto begin = clock.monotonic();
    const double used = processor_seconds();
    work();
    if (!by_clock) return std::max(1e-6, processor_seconds() - used);
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

void insist(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "%s\n", what);
    std::exit(1);
}

long peak_mb() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

// Claims of one person and month: a lunch a day, now and then one more elsewhere.
std::vector<settlement::Claim> claims_of(std::int64_t person, const std::string& hash) {
    std::vector<settlement::Claim> claims;
    for (int i = 0; i < kMeals; ++i) {
        settlement::Claim claim;
        const bool twice = i > 0 && (person + i) % 50 == 0;
        claim.entry = {TillId("T" + std::to_string((person + (twice ? 7 : 0)) % 40)), EpochId("e1"), person * kMeals + i + 1};
        claim.entry_hash = hash;
        claim.diner = DinerId("D" + std::to_string(person));
        claim.business_date = Date::from_days(20'513 + (twice ? i - 1 : i));
        claim.site = SiteId("S" + std::to_string((person + (twice ? 7 : 0)) % 40));
        claim.vendor = VendorId("V" + std::to_string(person % 17));
        claim.not_before = {1'772'294'400'000 + i * 86'400'000LL + person % 7'200'000};
        claim.claimed = {{"district", Money::fen(300)}, {"street", Money::fen(100)}, {"vendor", Money::fen(180)}};
        claim.circumstances.voided = (person + i) % 200 == 0;
        claims.push_back(std::move(claim));
    }
    std::reverse(claims.begin(), claims.end());  // as if uploaded backwards
    return claims;
}

struct PureTimes {
    double sorted = 0;
    double judged = 0;
    std::int64_t doubles = 0;
};

// Some people's month at a time, so that memory does not grow with the district.
void judge_people(std::int64_t first, std::int64_t people, const std::string& hash, PureTimes& times) {
    const settlement::VerdictRules rules{"bench", Money::fen(1000), true, [](const settlement::Claim& claim, auto) {
                                             return settlement::Due{claim.claimed, settlement::Due::Why::other_meals};
                                         }};
    std::vector<std::vector<settlement::Claim>> months;
    std::vector<settlement::Claim> all;
    for (std::int64_t i = 0; i < people; ++i) {
        months.push_back(claims_of(first + i, hash));
        all.insert(all.end(), months.back().begin(), months.back().end());
    }
    Money sum, posted;
    times.sorted += seconds([&] {
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            return a.diner != b.diner ? a.diner < b.diner : settlement::comes_before(a, b);
        });
        for (const auto& claim : all) sum += settlement::total(claim.claimed);
    });
    times.judged += seconds([&] {
        for (auto& month : months) {
            for (const auto& verdict : settlement::judge_claims(std::move(month), rules)) {
                posted += settlement::total(verdict.posted);
                times.doubles += verdict.reason == settlement::Reason::double_elsewhere;
            }
        }
    });
    insist(posted < sum, "some claims should not stand");
}

void pure(std::int64_t claims) {
    constexpr std::int64_t kPeopleAtATime = 5'000;
    const std::string hash(64, 'a');
    const std::int64_t people = std::max<std::int64_t>(1, claims / kMeals);
    PureTimes times;
    for (std::int64_t first = 0; first < people; first += kPeopleAtATime) {
        judge_people(first, std::min(kPeopleAtATime, people - first), hash, times);
    }
    insist(people < 50 || times.doubles > 0, "there should be meals taken twice");
    const auto n = static_cast<double>(people * kMeals);
    std::printf("verdicts alone: %.0f claims/s; floor (sorted and added up) %.0f/s, ratio %.2f; 2,000,000 claims: %.1f s\n",
                n / times.judged, n / times.sorted, times.sorted / times.judged, 2e6 * times.judged / n);
}

// The district, its people and what their tills wrote.
class Month {
  public:
    Month(const std::filesystem::path& dir, std::int64_t claims, const std::string& url);
    void write();        // all but the late till's last days
    void write_late();   // these
    District& district() { return *district_; }
    std::int64_t claims() const { return claims_; }

  private:
    struct Till {
        TillRecord record;
        MemoryUsage usage;
        std::int64_t seq = 0;
        std::string prev = std::string(kNoHash);
        Totals totals;
        std::vector<CheckedLine> batch;
    };
    void serve(Till& till, std::size_t person, int day, bool again);
    void serve_day(Till& till, std::size_t number, int day);
    void append(Till& till, const EntryBody& body, UtcInstant at);
    void upload(Till& till);

    payment::ManualClock clock_{UtcInstant{kFirstMs - 86'400'000}};
    payment::SeededRandom random_{1};
    std::unique_ptr<District> district_;
    PolicySet rules_;
    std::vector<Site> sites_;
    std::vector<QuoteDiner> people_;
    std::vector<Till> tills_{kTills};
    std::int64_t claims_ = 0;
};

Month::Month(const std::filesystem::path& dir, std::int64_t claims, const std::string& url) {
    must(District::create(dir, {"bench", "区", "District", "key"}, clock_, random_, url));
    district_ = must(District::open(dir, clock_, random_));
    const auto demo = must(make_demo_district("assets/demo", payment::china_date(clock_.utc())));
    const auto people = static_cast<std::size_t>(std::max<std::int64_t>(kTills, claims / kMeals));
    auto access = district_->access();
    must(database::in_transaction(access.database, [&]() -> Status {
        std::ifstream file("assets/policies/demo-yangpu.json");
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        const PolicyFile policy{"demo-yangpu.json", text};
        rules_ = must(PolicySet::load(std::span(&policy, 1)));
        MULIN_TRY_STATUS(access.directory.replace_policies(std::vector<PolicyDocument>{{policy.name, text}}, clock_.utc()));
        for (std::size_t i = 0; i < kTills; ++i) {
            sites_.push_back(demo.sites[i % demo.sites.size()]);
            sites_.back().id = SiteId("S" + std::to_string(i));
            sites_.back().vendor = VendorId("V" + std::to_string(i % 17));
            tills_[i].record.id = TillId("T" + std::to_string(100 + i));
        }
        MULIN_TRY_STATUS(access.directory.put(sites_));
        for (std::size_t i = 0; i < people; ++i) {
            Diner diner = demo.diners[i % demo.diners.size()];
            diner.id = DinerId("D" + std::to_string(1'000'000 + i));
            diner.id_hash.clear();
            MULIN_TRY_STATUS(access.directory.put(diner));
            people_.push_back(must(facts_from(facts_text(diner), diner.id.text())));
        }
        return payment::ok();
    }));
}

void Month::append(Till& till, const EntryBody& body, UtcInstant at) {
    till.totals = totals_after(till.totals, body);
    const EntryKey key{till.record.id, EpochId("e1"), ++till.seq};
    Entry entry{key, till.prev, {}, std::string(128, '0'), must(encode_body(body, {at, till.seq, payment::china_date(at)}, till.totals))};
    entry.hash = till.prev = must(entry_hash(key, entry.prev, entry.body));
    // Signatures are another bench's.
    till.batch.push_back({{}, entry, true, std::string(64, '0'), must(decode_body(entry.body))});
    if (till.batch.size() == 500) upload(till);
}

void Month::upload(Till& till) {
    UploadRequest request;
    request.till = till.record.id;
    auto access = district_->access();
    must(access.ledger.open_months(till.batch));
    const auto outcome = must(database::in_transaction(access.database, database::Isolation::row_locks, [&] {
        return ingest(access.ledger, till.record, request, till.batch, clock_.utc());
    }));
    insist(outcome.accepted == static_cast<std::int64_t>(till.batch.size()), "everything should be taken");
    till.batch.clear();
}

// What the till's own counters and the rules give; it knows nothing of the other tills.
void Month::serve(Till& till, std::size_t person, int day, bool again) {
    const auto number = static_cast<std::size_t>(&till - tills_.data());
    Sale sale = test::plain_sale(till.seq + 1, sites_[number].id.text());
    sale.at = {kFirstMs + day * 86'400'000LL + 39'600'000 + static_cast<std::int64_t>(person % 5400) * 1000 + (again ? 1'800'000 : 0)};
    sale.business_date = payment::china_date(sale.at);
    sale.vendor = sites_[number].vendor;
    sale.subdistrict = sites_[number].subdistrict;
    sale.diner = DinerId(people_[person].id);
    sale.service = Service::dine_in;
    QuoteRequest request = request_of(sale, quote_site(sites_[number]));
    request.diner = people_[person];
    request.presented = usual_card(people_[person].cards);
    request.tender = "cash";
    const Quote quote = rules_.price(request, till.usage, Explain::no);
    till.usage.commit(quote);
    sale.benefits = quote.benefits;
    sale.operator_amounts = quote.operator_amounts;
    sale.uses = quote.uses;
    sale.paid = quote.paid;
    sale.policy_version = rules_.version();
    sale.payments[0].amount = sale.payments[0].given = quote.paid;
    sale.payments[0].change = Money();
    claims_ += !asked_by(sale).empty();
    append(till, sale, sale.at);
    if ((person * 31 + static_cast<std::size_t>(day)) % 200 != 0) return;
    VoidRecord undone;
    undone.target = {till.record.id, EpochId("e1"), till.seq};
    undone.ref = "v" + std::to_string(till.seq);
    undone.at = {sale.at.ms + 60'000};
    undone.business_date = sale.business_date;
    undone.reason = "mistake";
    undone.cashier = StaffId("C0101");
    undone.approver = StaffId("M0101");
    undone.shift = ShiftId("sh1");
    append(till, undone, undone.at);
}

// Three in a hundred eat elsewhere that day, and one in a hundred at both.
void Month::serve_day(Till& till, std::size_t number, int day) {
    for (std::size_t person = 0; person < people_.size(); ++person) {
        const std::size_t dice = (person * 7919 + static_cast<std::size_t>(day) * 104'729) % 100;
        const std::size_t home = person % kTills;
        const std::size_t away = (home + 1 + dice) % kTills;
        if (home == number && dice >= 3) serve(till, person, day, false);
        if (away == number && dice < 4 && away != home) serve(till, person, day, dice == 3);
    }
}

void Month::write() {
    for (std::size_t i = 0; i < kTills; ++i) {
        EpochOpen open;
        open.reason = "first";
        open.public_key = std::string(64, '0');
        open.software = "bench";
        clock_.set_utc({kFirstMs + 31 * 86'400'000LL});
        append(tills_[i], open, {kFirstMs});
        for (int day = 0; day < (i == 0 ? kMeals / 2 : kMeals); ++day) serve_day(tills_[i], i, day);
        if (!tills_[i].batch.empty()) upload(tills_[i]);
    }
}

void Month::write_late() {
    for (int day = kMeals / 2; day < kMeals; ++day) serve_day(tills_[0], 0, day);
    if (!tills_[0].batch.empty()) upload(tills_[0]);
}

// Every row that the verdicts are made of, once.
double read_seconds(District& district, bool by_clock) {
    return seconds([&] {
        auto access = district.access();
        auto rows = access.database.prepare("SELECT entry, till, epoch, seq, business_day, site, vendor, diner, benefit_fen, paid_fen FROM sale ORDER BY entry");
        std::int64_t sum = 0;
        while (must(rows.step())) sum += rows.number(8) + static_cast<std::int64_t>(rows.text(7).size());
        auto bodies = access.database.prepare("SELECT body FROM entry_body ORDER BY business_day, entry");
        while (must(bodies.step())) sum += static_cast<std::int64_t>(bodies.text(0).size());
        insist(sum > 0, "there should be rows");
    }, by_clock);
}

struct TimedReport {
    std::string text;
    double took = 0;
};
TimedReport timed_report(District& district, bool day, bool by_clock) {
    TimedReport report;
    report.took = seconds([&] {
        report.text = day ? must(day_report(district, payment::china_date({kFirstMs + 5 * 86'400'000LL}), false))
                          : must(month_report(district, "2026-03", false));
    }, by_clock);
    return report;
}

void check(District& district, std::int64_t claims) {
    auto access = district.access();
    insist(must(access.ledger.count("SELECT count(*) FROM claim WHERE verdicts = 0")) == 0, "every claim should have its verdict");
    insist(must(access.ledger.count("SELECT count(*) FROM claim")) == claims, "every claim should be there once");
    insist(must(access.ledger.count("SELECT coalesce(sum(debits_posted_fen) - sum(credits_posted_fen), 1) FROM ledger_account")) == 0,
           "debits should equal credits");
}

void measure(const char* product, std::int64_t asked, const std::string& url) {
    const test::Folder folder;
    const bool by_clock = !url.empty();
    Month month(folder.path() / "d", asked, url);
    const double written = seconds([&] { month.write(); }, by_clock);
    District& district = month.district();
    const auto n = static_cast<double>(month.claims());
    std::printf("%s: %.0f claims of %d tills; taken in without signatures %.0f/s (%s)\n", product, n, static_cast<int>(kTills), n / written,
                by_clock ? "by the clock" : "a processor second");
    const double floor = read_seconds(district, by_clock);
    const double priced = seconds([&] { must(reprice_all(district)); }, by_clock);
    const double settled = seconds([&] { must(Reconciler(district).finish()); }, by_clock);
    std::printf("  floor: the same rows read once  %.0f claims/s\n", n / floor);
    std::printf("  priced again                    %.0f claims/s\n", n / priced);
    std::printf("  verdicts booked                 %.0f claims/s\n", n / settled);
    std::printf("  both                            %.0f claims/s  = %.3f of the floor; 2,000,000: %.0f s\n", n / (priced + settled),
                floor / (priced + settled), 2e6 * (priced + settled) / n);
    check(district, month.claims());
    const TimedReport first = timed_report(district, false, by_clock);
    const TimedReport day = timed_report(district, true, by_clock);
    std::printf("  report month %.2f s  = %.2f of the floor (%.0f claims/s); report day %.0f ms\n", first.took, floor / first.took,
                n / first.took, day.took * 1000);
    const auto before = month.claims();
    month.write_late();
    const double late = seconds([&] { must(settle_all(district)); }, by_clock);
    check(district, month.claims());
    std::printf("  %lld late claims %.2f s (%.0f/s), report month %.2f s; peak memory %ld MB\n", static_cast<long long>(month.claims() - before),
                late, static_cast<double>(month.claims() - before) / late, timed_report(district, false, by_clock).took, peak_mb());
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t claims = argc > 1 ? std::atoll(argv[1]) : 20'000;
    const std::string products = argc > 2 ? argv[2] : claims < 1000 ? "both" : "sqlite";
    pure(claims);
    if (products != "postgres") measure("SQLite", claims, "");
    if (products != "sqlite") measure("PostgreSQL", claims, test::PostgresServer::get().fresh_url());
    return 0;
}
