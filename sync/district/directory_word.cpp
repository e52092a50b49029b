// The deny list, verdicts for sites, and how long a bundle's word holds: what Directory keeps beside records.

#include <algorithm>
#include <charconv>

#include "sync/district/directory.h"
#include "sync/wire/fields.h"
#include "sync/wire/record_json.h"

#include <nlohmann/json.hpp>

namespace mulin::sync::server {
namespace {

constexpr std::int64_t kWordRowsPerBundle = 1'000;
constexpr int kVerdictDays = 92;

Result<SiteVerdict> verdict_from(const std::string& text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "stored verdict"));
    Fields fields(*value, "stored verdict");
    SiteVerdict verdict = read_site_verdict(fields);
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return verdict;
}

// The number of the last row that one bundle has room for; `now` when all have.
Result<std::int64_t> end_of_rows(database::Statement query, std::int64_t now) {
    std::int64_t rows = 0;
    std::int64_t last = now;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) break;
        last = query.number(0);
        ++rows;
    }
    return rows == kWordRowsPerBundle ? last : now;
}

Result<std::optional<std::int64_t>> meta_number(database::Database& database, const char* key) {
    auto query = database.prepare("SELECT value FROM meta WHERE key = ?");
    query.bind(key);
    MULIN_TRY(const bool row, query.step());
    if (!row) return std::nullopt;
    const std::string text = query.text(0);
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

Result<std::optional<Denial>> Directory::denial(const std::string& kind, const std::string& subject) {
    auto query = database_.prepare("SELECT reason, since_ms FROM denied WHERE kind = ? AND subject = ? AND lifted = 0");
    query.bind(kind).bind(subject);
    MULIN_TRY(const bool row, query.step());
    if (!row) return std::nullopt;
    return Denial{kind, subject, query.text(0), {query.number(1)}, false};
}

Status Directory::deny(const Denial& denial) {
    MULIN_TRY(const auto before, this->denial(denial.kind, denial.subject));
    if (before && before->reason == denial.reason) return payment::ok();
    MULIN_TRY(const auto number, next_change());
    auto write = database_.prepare(
        "INSERT INTO denied (kind, subject, change, reason, since_ms, lifted) VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (kind, "
        "subject) DO UPDATE SET change = excluded.change, reason = excluded.reason, since_ms = excluded.since_ms, lifted = 0");
    write.bind(denial.kind).bind(denial.subject).bind(number).bind(denial.reason);
    write.bind(before ? std::min(before->since, denial.since).ms : denial.since.ms);
    return write.run();
}

Status Directory::lift(const std::string& kind, const std::string& subject) {
    MULIN_TRY(const auto before, denial(kind, subject));
    if (!before) return payment::ok();
    MULIN_TRY(const auto number, next_change());
    auto write = database_.prepare("UPDATE denied SET lifted = 1, change = ? WHERE kind = ? AND subject = ?");
    write.bind(number).bind(kind).bind(subject);
    return write.run();
}

Result<bool> Directory::was_told(const EntryKey& sale, const std::string& hash) {
    auto query = database_.prepare("SELECT 1 FROM site_verdict WHERE till = ? AND epoch = ? AND seq = ? AND hash = ?");
    query.bind(sale.till.text()).bind(sale.epoch.text()).bind(sale.seq).bind(hash);
    return query.step();
}

Status Directory::tell_site(const SiteId& site, const SiteVerdict& verdict) {
    MULIN_TRY(const auto number, next_change());
    auto write = database_.prepare(
        "INSERT INTO site_verdict (till, epoch, seq, hash, site, change, business_day, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (till, epoch, seq, hash) DO UPDATE SET change = excluded.change, record = excluded.record");
    write.bind(verdict.sale.till.text()).bind(verdict.sale.epoch.text()).bind(verdict.sale.seq).bind(verdict.hash);
    write.bind(site.text()).bind(number).bind(verdict.business_date.days_since_1970()).bind(json_text(to_json_value(verdict)));
    return write.run();
}

// Up to which change everything of the word fits into one bundle.
Result<std::int64_t> Directory::word_ends(const SiteId& site, std::int64_t from, std::int64_t now, Date today) {
    auto denied = database_.prepare("SELECT change FROM denied WHERE change > ? ORDER BY change LIMIT ?");
    denied.bind(from).bind(kWordRowsPerBundle);
    MULIN_TRY(const auto until_denied, end_of_rows(std::move(denied), now));
    auto verdicts = database_.prepare(
        "SELECT change FROM site_verdict WHERE site = ? AND change > ? AND business_day > ? ORDER BY change LIMIT ?");
    verdicts.bind(site.text()).bind(from).bind(today.days_since_1970() - kVerdictDays).bind(kWordRowsPerBundle);
    MULIN_TRY(const auto until_verdicts, end_of_rows(std::move(verdicts), now));
    return std::min(until_denied, until_verdicts);
}

Status Directory::add_word(Bundle& bundle, const SiteId& site, Date today) {
    auto denied = database_.prepare(
        "SELECT kind, subject, reason, since_ms, lifted FROM denied WHERE change > ? AND change <= ? ORDER BY change");
    denied.bind(bundle.from).bind(bundle.to);
    for (;;) {
        MULIN_TRY(const bool row, denied.step());
        if (!row) break;
        bundle.denied.push_back({denied.text(0), denied.text(1), denied.text(2), {denied.number(3)}, denied.number(4) != 0});
    }
    auto verdicts = database_.prepare(
        "SELECT record FROM site_verdict WHERE site = ? AND change > ? AND change <= ? AND business_day > ? ORDER BY change");
    verdicts.bind(site.text()).bind(bundle.from).bind(bundle.to).bind(today.days_since_1970() - kVerdictDays);
    for (;;) {
        MULIN_TRY(const bool row, verdicts.step());
        if (!row) return payment::ok();
        MULIN_TRY(auto verdict, verdict_from(verdicts.text(0)));
        bundle.verdicts.push_back(std::move(verdict));
    }
}

Result<WordTerms> Directory::word_terms() {
    WordTerms terms;
    for (const auto& [key, into] : {std::pair("word_hours", &terms.hours), std::pair("offline_hours", &terms.offline.hours),
                                    std::pair("offline_persons", &terms.offline.persons)}) {
        MULIN_TRY(const auto number, meta_number(database_, key));
        if (number) *into = *number;
    }
    return terms;
}

Status Directory::set_word_terms(const WordTerms& terms) {
    for (const auto& [key, number] : {std::pair("word_hours", terms.hours), std::pair("offline_hours", terms.offline.hours),
                                      std::pair("offline_persons", terms.offline.persons)}) {
        auto write = database_.prepare(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        write.bind(key).bind(std::to_string(number));
        MULIN_TRY_STATUS(write.run());
    }
    // Every till hears of it with its next bundle, which needs a number.
    return next_change().map([](std::int64_t) { return payment::Unit{}; });
}

}  // namespace mulin::sync::server
