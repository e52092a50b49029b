#include "sync/books/settle_desk.h"

#include <charconv>

#include "sync/books/settle_reconcile.h"
#include "sync/database/in_transaction.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

#define MULIN_CLAIM_COLUMNS                                                                                     \
    "SELECT c.till, c.epoch, c.seq, c.hash, c.business_day, c.subject, c.site, c.vendor, c.reason, c.verdicts, " \
    "coalesce(v.posted, ''), coalesce(v.borne, ''), coalesce(v.rules, ''), coalesce(v.facts, ''), "             \
    "coalesce(v.period, '') FROM claim c LEFT JOIN claim_verdict v ON v.till = c.till AND v.epoch = c.epoch AND " \
    "v.seq = c.seq AND v.hash = c.hash AND v.n = c.verdicts "

RecordName record_from(const database::Statement& row) {
    return {{TillId(row.text(0)), EpochId(row.text(1)), row.number(2)}, row.text(3)};
}

Result<std::vector<ClaimVerdict>> read_all(database::Database& database, database::Statement query) {
    std::vector<ClaimVerdict> found;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) break;
        found.push_back({record_from(query), Date::from_days(static_cast<std::int32_t>(query.number(4))), query.text(5),
                         SiteId(query.text(6)), VendorId(query.text(7)), query.text(8), {}, query.number(9),
                         query.text(10), query.text(11), query.text(12), query.text(13), query.text(14)});
    }
    for (ClaimVerdict& one : found) {
        MULIN_TRY(one.parts, read_parts(database, one.record));
    }
    return found;
}

Status put_ruling(database::Database& database, const RecordName& record, const RulingRequest& request, UtcInstant now) {
    auto write = database.prepare(
        "INSERT INTO claim_ruling (till, epoch, seq, hash, n, ruling, person, reason, ruled_ms) SELECT ?, ?, ?, ?, count(*) "
        "+ 1, ?, ?, ?, ? FROM claim_ruling WHERE till = ? AND epoch = ? AND seq = ? AND hash = ?");
    const EntryKey& key = record.key;
    write.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq).bind(record.hash);
    write.bind(request.ruling).bind(request.person).bind(request.reason).bind(now.ms);
    write.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq).bind(record.hash);
    return write.run();
}

Status check_request(const RulingRequest& request) {
    if (request.ruling != "dispute" && !settlement::parse_ruling(request.ruling)) {
        return fail(ErrorCode::invalid_input, "\"" + request.ruling + "\" is no decision; say accept, vendor, tolerance or diner.");
    }
    const auto blank = [](const std::string& text) { return text.find_first_not_of(" \t") == std::string::npos; };
    if (!blank(request.person) && !blank(request.reason)) return payment::ok();
    return fail(ErrorCode::refused, "A decision has a name and a reason; give --by and --reason.");
}

// Whether this very request was ruled on already.
Result<bool> is_repeated(database::Database& database, const RecordName& record, const RulingRequest& request) {
    if (request.seen < 0) return false;
    MULIN_TRY(auto rulings, rulings_of(database, record.key));
    std::erase_if(rulings, [&](const RulingRow& row) { return row.record != record; });
    const auto known = static_cast<std::int64_t>(rulings.size());
    if (known == request.seen) return false;
    const bool same = known == request.seen + 1 && rulings.back().ruling == request.ruling &&
                      rulings.back().person == request.person && rulings.back().reason == request.reason;
    if (same) return true;
    return fail(ErrorCode::conflict, "Somebody else decided about this claim meanwhile; look at it again.");
}

// Inside a transaction. False: nothing was left to do.
Result<bool> save_ruling(database::Database& database, const RulingRequest& request, UtcInstant now) {
    MULIN_TRY(const auto claims, verdicts_of(database, request.sale));
    std::vector<const ClaimVerdict*> meant;
    for (const ClaimVerdict& one : claims)
        if (one.record.hash.starts_with(request.hash)) meant.push_back(&one);
    if (meant.empty()) {
        return fail(ErrorCode::not_found, "No claim of " + settlement::entry_text(request.sale) +
                                              " is known; see `mulin-district verdict waiting`.");
    }
    if (meant.size() > 1) {
        return fail(ErrorCode::refused, "There are two versions of " + settlement::entry_text(request.sale) +
                                            "; add the begin of the hash of the one that is meant.");
    }
    MULIN_TRY(const bool repeated, is_repeated(database, meant.front()->record, request));
    if (repeated) return false;
    MULIN_TRY_STATUS(put_ruling(database, meant.front()->record, request, now));
    MULIN_TRY_STATUS(queue_subject(database, meant.front()->subject, meant.front()->business_date.days_since_1970()));
    return true;
}

}  // namespace

Result<std::vector<ClaimVerdict>> waiting_verdicts(database::Database& database, std::int64_t at_most) {
    auto query = database.prepare(MULIN_CLAIM_COLUMNS
                                  "WHERE c.reason IN ('forked', 'identity_disputed', 'unjudged') AND EXISTS (SELECT 1 FROM "
                                  "claim_part p WHERE p.till = c.till AND p.epoch = c.epoch AND p.seq = c.seq AND p.hash = "
                                  "c.hash AND p.suspense_fen > 0) ORDER BY c.business_day, c.till, c.epoch, c.seq, c.hash "
                                  "LIMIT ?");
    query.bind(at_most);
    return read_all(database, std::move(query));
}

Result<std::vector<ClaimVerdict>> verdicts_of(database::Database& database, const EntryKey& sale) {
    auto query = database.prepare(MULIN_CLAIM_COLUMNS "WHERE c.till = ? AND c.epoch = ? AND c.seq = ? ORDER BY c.hash");
    query.bind(sale.till.text()).bind(sale.epoch.text()).bind(sale.seq);
    return read_all(database, std::move(query));
}

Result<std::vector<ClaimVerdict>> site_verdicts(database::Database& database, const SiteId& site, Date from, Date until) {
    auto query = database.prepare(MULIN_CLAIM_COLUMNS
                                  "WHERE c.site = ? AND c.business_day BETWEEN ? AND ? AND c.reason NOT IN ('', 'granted') "
                                  "ORDER BY c.business_day, c.till, c.epoch, c.seq, c.hash");
    query.bind(site.text()).bind(from.days_since_1970()).bind(until.days_since_1970());
    return read_all(database, std::move(query));
}

Status rule(District& district, const RulingRequest& request, const std::function<Status(District::Access&)>& also) {
    MULIN_TRY_STATUS(check_request(request));
    {
        auto access = district.access();
        MULIN_TRY_STATUS(database::in_transaction(access.database, [&]() -> Status {
            MULIN_TRY(const bool saved, save_ruling(access.database, request, district.clock().utc()));
            return saved && also ? also(access) : payment::ok();
        }));
    }
    return Reconciler(district).finish();
}

Result<std::vector<RulingRow>> rulings_of(database::Database& database, const EntryKey& sale) {
    auto query = database.prepare(
        "SELECT till, epoch, seq, hash, ruling, person, reason, ruled_ms FROM claim_ruling WHERE till = ? AND epoch = ? AND "
        "seq = ? ORDER BY hash, n");
    query.bind(sale.till.text()).bind(sale.epoch.text()).bind(sale.seq);
    std::vector<RulingRow> rows;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return rows;
        rows.push_back({record_from(query), query.text(4), query.text(5), query.text(6), {query.number(7)}});
    }
}

std::optional<SaleName> parse_sale_name(const std::string& text) {
    const auto first = text.find('/');
    const auto second = first == std::string::npos ? first : text.find('/', first + 1);
    if (second == std::string::npos) return std::nullopt;
    const auto third = text.find('/', second + 1);
    const std::string number = text.substr(second + 1, third == std::string::npos ? third : third - second - 1);
    SaleName name{{TillId(text.substr(0, first)), EpochId(text.substr(first + 1, second - first - 1)), 0}, ""};
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), name.key.seq);
    if (error != std::errc() || end != number.data() + number.size() || name.key.seq < 1) return std::nullopt;
    if (third != std::string::npos) name.hash = text.substr(third + 1);
    return name;
}

}  // namespace mulin::sync::server
