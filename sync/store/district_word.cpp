#include "sync/store/district_word.h"

#include <charconv>

#include "sync/store/store_impl.h"
#include "sync/store/word_rows.h"

namespace mulin::sync {
namespace {

constexpr std::int64_t kWordHourMs = 3'600'000;
constexpr std::int64_t kVerdictsKeptMs = 92LL * 24 * kWordHourMs;

Result<std::optional<std::int64_t>> number_setting(Database& db, const char* key) {
    Query query(db, "SELECT value FROM setting WHERE key = ?", key);
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    const std::string text = query.text(0);
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Persons who were granted something in sales that the district has not confirmed.
Result<std::int64_t> persons_unheard(Database& db) {
    Query query(db,
                "SELECT count(DISTINCT diner) FROM sale WHERE entry >= (SELECT min(first_entry + acked_seq) FROM epoch WHERE "
                "acked_seq < head_seq) AND training = 0 AND benefit_fen > 0 AND voided_by IS NULL");
    MULIN_TRY_STATUS(query.next());
    return query.integer(0);
}

SiteVerdict read_verdict(const Query& row) {
    SiteVerdict verdict;
    verdict.sale = {TillId(row.text(0)), EpochId(row.text(1)), row.integer(2)};
    verdict.hash = row.text(3);
    verdict.n = row.integer(4);
    verdict.business_date = Date::from_days(static_cast<std::int32_t>(row.integer(5)));
    verdict.meal = parse_meal(row.text(6)).value_or(Meal::lunch);
    if (const auto diner = row.text(7); !diner.empty()) verdict.diner = DinerId(diner);
    verdict.reason = row.text(8);
    verdict.period = row.text(9);
    int at = 10;
    for (Money* amount : {&verdict.claimed, &verdict.posted, &verdict.vendor, &verdict.tolerance, &verdict.diner_bears, &verdict.suspense})
        *amount = Money::fen(row.integer(at++));
    verdict.at = {row.integer(at)};
    return verdict;
}

Status put_verdict(Database& db, const SiteVerdict& v) {
    return Query(db,
                 "INSERT INTO site_verdict (till, epoch, seq, hash, n, business_date, meal, diner, reason, period, claimed_fen, "
                 "posted_fen, vendor_fen, tolerance_fen, diner_fen, suspense_fen, at_ms) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (till, epoch, seq, hash) DO UPDATE SET "
                 "n = excluded.n, reason = excluded.reason, period = excluded.period, claimed_fen = excluded.claimed_fen, "
                 "posted_fen = excluded.posted_fen, vendor_fen = excluded.vendor_fen, tolerance_fen = excluded.tolerance_fen, "
                 "diner_fen = excluded.diner_fen, suspense_fen = excluded.suspense_fen, at_ms = excluded.at_ms",
                 v.sale.till.text(), v.sale.epoch.text(), v.sale.seq, v.hash, v.n, v.business_date.days_since_1970(),
                 name_of(v.meal), v.diner ? v.diner->text() : std::string(), v.reason, v.period, v.claimed.in_fen(),
                 v.posted.in_fen(), v.vendor.in_fen(), v.tolerance.in_fen(), v.diner_bears.in_fen(), v.suspense.in_fen(), v.at.ms)
        .run();
}

// The district lifts what was reported here only if it had heard of the report when it did.
Status put_denial(Database& db, const Denial& denial, const DistrictData& data) {
    if (!denial.lifted) {
        return Query(db, "INSERT OR REPLACE INTO denied (kind, subject, reason, since_ms) VALUES (?, ?, ?, ?)", denial.kind,
                     denial.subject, denial.reason, denial.since.ms)
            .run();
    }
    MULIN_TRY_STATUS(Query(db, "DELETE FROM denied WHERE kind = ? AND subject = ?", denial.kind, denial.subject).run());
    if (denial.kind != "card") return payment::ok();
    return Query(db, "DELETE FROM lost_here WHERE card = ? AND told = 1 AND incarnation = ? AND told_change BETWEEN 1 AND ?",
                 denial.subject, data.incarnation, data.change)
        .run();
}

Status take_away(Database& db, const DinerId& diner) {
    MULIN_TRY(const auto pinyin, listed_pinyin(db, diner.text()));
    MULIN_TRY_STATUS(drop_readings(db, ReadingTable::everybody, diner.text(), pinyin));
    MULIN_TRY_STATUS(drop_readings(db, ReadingTable::visitors, diner.text(), pinyin));
    MULIN_TRY_STATUS(Query(db, "DELETE FROM card WHERE diner = ?", diner.text()).run());
    return Query(db, "DELETE FROM diner WHERE id = ?", diner.text()).run();
}

}  // namespace

Status apply_word(Database& db, const DistrictData& data) {
    // A district that went back may have forgotten what it was told.
    if (!data.incarnation.empty()) {
        MULIN_TRY_STATUS(Query(db, "UPDATE lost_here SET told = 0, told_change = 0 WHERE told = 1 AND incarnation <> ?", data.incarnation).run());
    }
    if (data.whole) MULIN_TRY_STATUS(db.run("DELETE FROM denied"));
    for (const DinerId& diner : data.gone) MULIN_TRY_STATUS(take_away(db, diner));
    for (const Denial& denial : data.denied) MULIN_TRY_STATUS(put_denial(db, denial, data));
    for (const SiteVerdict& verdict : data.verdicts) MULIN_TRY_STATUS(put_verdict(db, verdict));
    if (!data.issued_at) return payment::ok();
    return Query(db, "DELETE FROM site_verdict WHERE at_ms < ?", data.issued_at->ms - kVerdictsKeptMs).run();
}

Result<WordStanding> DistrictWord::standing(UtcInstant now) {
    const std::lock_guard guard(store_.mutex);
    WordStanding standing;
    MULIN_TRY(const auto until, number_setting(store_.db, word::kHoldsUntil));
    standing.rules_out_of_date = until && now.ms >= *until;
    MULIN_TRY(const auto hours, number_setting(store_.db, word::kOfflineHours));
    MULIN_TRY(const auto persons, number_setting(store_.db, word::kOfflinePersons));
    MULIN_TRY(const auto exchanged, number_setting(store_.db, "last_exchange_ms"));
    if (!hours || !persons || !exchanged) return standing;
    standing.provisional = now.ms >= *exchanged + *hours * kWordHourMs;
    if (standing.provisional) return standing;
    MULIN_TRY(const auto unheard, persons_unheard(store_.db));
    standing.provisional = unheard >= *persons;
    return standing;
}

Result<std::optional<Denial>> DistrictWord::denial(const std::string& kind, const std::string& subject) {
    const std::lock_guard guard(store_.mutex);
    if (kind == "card") {
        Query lost(store_.db, "SELECT at_ms FROM lost_here WHERE card = ?", subject);
        MULIN_TRY(const bool reported, lost.next());
        if (reported) return Denial{kind, subject, "lost", {lost.integer(0)}, false};
    }
    Query query(store_.db, "SELECT reason, since_ms FROM denied WHERE kind = ? AND subject = ?", kind, subject);
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    return Denial{kind, subject, query.text(0), {query.integer(1)}, false};
}

Result<std::vector<SiteVerdict>> DistrictWord::verdicts(int limit) {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db,
                "SELECT till, epoch, seq, hash, n, business_date, meal, diner, reason, period, claimed_fen, posted_fen, vendor_fen, "
                "tolerance_fen, diner_fen, suspense_fen, at_ms FROM site_verdict ORDER BY at_ms DESC, till, epoch, seq, hash LIMIT ?",
                limit);
    std::vector<SiteVerdict> found;
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return found;
        found.push_back(read_verdict(query));
    }
}

DistrictWord TerminalStore::district_word() { return DistrictWord(*impl_); }

}  // namespace mulin::sync
