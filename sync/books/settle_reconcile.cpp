#include "sync/books/settle_reconcile.h"

#include <map>

#include "sync/books/settle_due.h"
#include "sync/books/settle_news.h"
#include "sync/database/in_transaction.h"
#include "sync/judging/reprice.h"

namespace mulin::sync::server {
namespace {

constexpr int kSubjectsPerStep = 100;
constexpr int kForksPerStep = 200;

Result<std::string> meta_value(database::Database& database, const char* key) {
    auto query = database.prepare("SELECT value FROM meta WHERE key = ?");
    query.bind(key);
    MULIN_TRY(const bool row, query.step());
    return row ? query.text(0) : std::string();
}

Status put_meta(database::Database& database, const char* key, const std::string& value) {
    auto write = database.prepare(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    write.bind(key).bind(value);
    return write.run();
}

Result<std::string> facts_before(database::Database& database, const std::string& subject, std::int64_t day) {
    auto query = database.prepare(
        "SELECT facts FROM settled_day WHERE subject = ? AND business_day < ? ORDER BY business_day DESC LIMIT 1");
    query.bind(subject).bind(day);
    MULIN_TRY(const bool row, query.step());
    return row ? query.text(0) : std::string();
}

Status forget_from(database::Database& database, const std::string& subject, std::int64_t day) {
    {
        auto days = database.prepare("DELETE FROM settled_day WHERE subject = ? AND business_day >= ?");
        days.bind(subject).bind(day);
        MULIN_TRY_STATUS(days.queue());
    }
    auto uses = database.prepare("DELETE FROM granted_use WHERE subject = ? AND business_day >= ?");
    uses.bind(subject).bind(day);
    return uses.queue();
}

Status put_uses(database::Database& database, const std::string& subject, const settlement::Claim& claim,
                const std::vector<CounterUse>& uses) {
    std::map<std::string, Usage> by_key;  // a signed entry may name one twice
    for (const CounterUse& use : uses) {
        by_key[use.key].uses += use.uses;
        by_key[use.key].amount += use.amount;
    }
    for (const auto& [key, usage] : by_key) {
        auto write = database.prepare(
            "INSERT INTO granted_use (subject, key, business_day, till, epoch, seq, hash, uses, amount_fen) VALUES (?, ?, ?, "
            "?, ?, ?, ?, ?, ?)");
        write.bind(subject).bind(key).bind(claim.business_date.days_since_1970());
        write.bind(claim.entry.till.text()).bind(claim.entry.epoch.text()).bind(claim.entry.seq).bind(claim.entry_hash);
        write.bind(usage.uses).bind(usage.amount.in_fen());
        MULIN_TRY_STATUS(write.queue());
    }
    return payment::ok();
}

Status put_day(database::Database& database, const std::string& subject, Date day, const std::string& facts) {
    auto write = database.prepare(
        "INSERT INTO settled_day (subject, business_day, facts) VALUES (?, ?, ?) ON CONFLICT (subject, business_day) DO "
        "UPDATE SET facts = excluded.facts");
    write.bind(subject).bind(day.days_since_1970()).bind(facts);
    return write.queue();
}

struct NewestVerdict {
    std::string rules;
    std::string facts;
};
Result<NewestVerdict> newest_verdict(database::Database& database, const RecordName& record, std::int64_t n) {
    auto query = database.prepare(
        "SELECT rules, facts FROM claim_verdict WHERE till = ? AND epoch = ? AND seq = ? AND hash = ? AND n = ?");
    query.bind(record.key.till.text()).bind(record.key.epoch.text()).bind(record.key.seq).bind(record.hash).bind(n);
    MULIN_TRY(const bool row, query.step());
    return row ? NewestVerdict{query.text(0), query.text(1)} : NewestVerdict{};
}

}  // namespace

std::string VerdictSettings::version() const {
    return "1 tolerance=" + std::to_string(tolerance_per_diner_day.in_fen()) + " one_a_meal=" + (one_subsidy_a_meal ? "1" : "0");
}

Result<VerdictSettings> read_verdict_settings(database::Database& database) {
    VerdictSettings settings;
    MULIN_TRY(const auto tolerance, meta_value(database, "verdict_tolerance_fen"));
    MULIN_TRY(const auto one, meta_value(database, "verdict_one_a_meal"));
    if (!tolerance.empty()) settings.tolerance_per_diner_day = Money::fen(std::stoll(tolerance));
    if (!one.empty()) settings.one_subsidy_a_meal = one == "1";
    return settings;
}

Status write_verdict_settings(database::Database& database, const VerdictSettings& settings) {
    MULIN_TRY_STATUS(put_meta(database, "verdict_tolerance_fen", std::to_string(settings.tolerance_per_diner_day.in_fen())));
    MULIN_TRY_STATUS(put_meta(database, "verdict_one_a_meal", settings.one_subsidy_a_meal ? "1" : "0"));
    auto queue = database.prepare(
        "INSERT INTO settle_queue (subject, from_day) SELECT subject, min(business_day) FROM claim WHERE period NOT IN "
        "(SELECT month FROM closed_month) GROUP BY subject ON CONFLICT DO NOTHING");
    return queue.run();
}

Result<std::vector<Reconciler::Work>> Reconciler::next_work(database::Database& database, int subjects) {
    auto query = database.prepare("SELECT subject, from_day FROM settle_queue ORDER BY subject LIMIT ?");
    query.bind(subjects);
    std::vector<Work> work;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return work;
        work.push_back({query.text(0), query.number(1)});
    }
}

Status Reconciler::book(database::Database& database, SettleRows& rows, const LoadedClaim& loaded,
                        const settlement::Verdict& verdict) {
    const settlement::Claim& claim = loaded.claim;
    const RecordName record{claim.entry, claim.entry_hash};
    if (loaded.verdicts > 0) {
        MULIN_TRY(const auto newest, newest_verdict(database, record, loaded.verdicts));
        // The same facts under the same rules give the same verdict.
        if (newest.facts == verdict.facts && newest.rules == verdict.rules && loaded.reason == settlement::name_of(verdict.reason)) {
            MULIN_TRY(const auto parts, read_parts(database, record));
            if (parts == settlement::parts_of(claim, verdict)) return payment::ok();
        }
    }
    const std::string month = settlement::month_of(claim.business_date);
    const std::string period = periods_.open_for(month);
    settlement::Booked booked;
    if (loaded.moves > 0) {
        MULIN_TRY(booked, read_booked(database, record));
    } else {
        booked = settlement::claim_transfers(claim, period);
        MULIN_TRY_STATUS(rows.add(record, booked));
    }
    const auto transfers = settlement::verdict_transfers(claim, verdict, booked, period);
    MULIN_TRY_STATUS(rows.add(record, transfers));
    const std::int64_t n = loaded.verdicts + 1;
    MULIN_TRY_STATUS(rows.add(record, n, verdict, period));
    Directory directory(database);
    MULIN_TRY_STATUS(tell_site(directory, claim, verdict, n, period, district_.clock().utc()));
    const auto parts = settlement::parts_of(claim, verdict);
    if (period != month) {
        MULIN_TRY(const auto before, read_parts(database, record));
        MULIN_TRY_STATUS(rows.adjust(claim, n, period, settlement::name_of(verdict.reason), settlement::change_of(before, parts)));
    }
    MULIN_TRY_STATUS(rows.put(record, parts));
    return rows.set_newest(record, settlement::name_of(verdict.reason), n, static_cast<std::int64_t>(booked.size() + transfers.size()));
}

Status Reconciler::settle(District::Access& access, const Work& work, ClaimFacts& facts, SettleRows& rows) {
    database::Database& database = access.database;
    {
        auto taken = database.prepare("DELETE FROM settle_queue WHERE subject = ? AND from_day = ?");
        taken.bind(work.subject).bind(work.from_day);
        MULIN_TRY_STATUS(taken.run());
        if (taken.changed_rows() == 0) return payment::ok();  // another process was first
    }
    MULIN_TRY(const auto loaded, facts.from_day(work.subject, work.from_day));
    MULIN_TRY(const auto before, facts_before(database, work.subject, work.from_day));
    MULIN_TRY_STATUS(forget_from(database, work.subject, work.from_day));
    DueByRules rules(database, work.subject, work.from_day, judge_facts_.releases(), facts.person());
    std::map<RecordName, const LoadedClaim*> by_name;
    std::vector<settlement::Claim> claims;
    for (const LoadedClaim& one : loaded) {
        MULIN_TRY(const QuoteSite* const site, judge_facts_.site(access.directory, one.sale.site));
        rules.add(one, site);
        by_name[{one.claim.entry, one.claim.entry_hash}] = &one;
        claims.push_back(one.claim);
    }
    const settlement::VerdictRules asked{settings_.version(), settings_.tolerance_per_diner_day, settings_.one_subsidy_a_meal,
                                         [&](const auto& claim, auto granted) { return rules.due(claim, granted); }};
    const auto verdicts = settlement::judge_claims(std::move(claims), asked, before);
    MULIN_TRY_STATUS(rules.status());
    for (const settlement::Verdict& verdict : verdicts) {
        const RecordName record{verdict.entry, verdict.entry_hash};
        const LoadedClaim& one = *by_name.at(record);
        MULIN_TRY_STATUS(book(database, rows, one, verdict));
        if (!verdict.posted.empty()) MULIN_TRY_STATUS(put_uses(database, work.subject, one.claim, rules.uses_of(record)));
        MULIN_TRY_STATUS(put_day(database, work.subject, one.claim.business_date, verdict.facts));
    }
    return payment::ok();
}

Result<bool> Reconciler::step(int subjects) {
    auto access = district_.access();
    return database::in_transaction(access.database, [&]() -> Result<bool> {
        MULIN_TRY(const bool forks, take_forks(access.database, kForksPerStep));
        MULIN_TRY(const auto work, next_work(access.database, subjects));
        if (work.empty() && !forks) return false;
        MULIN_TRY_STATUS(judge_facts_.refresh(access.database));
        MULIN_TRY(settings_, read_verdict_settings(access.database));
        MULIN_TRY(periods_, Periods::read(access.database));
        ClaimFacts facts(access.database, access.directory, judge_facts_);
        SettleRows rows(access.database);
        for (const Work& one : work) MULIN_TRY_STATUS(settle(access, one, facts, rows));
        MULIN_TRY_STATUS(rows.flush());
        return true;
    });
}

Status Reconciler::finish() {
    for (;;) {
        MULIN_TRY(const bool more, step(kSubjectsPerStep));
        if (!more) return payment::ok();
    }
}

Status settle_all(District& district) {
    MULIN_TRY_STATUS(reprice_all(district));
    return Reconciler(district).finish();
}

}  // namespace mulin::sync::server
