#include "sync/server/tills.h"

#include <array>
#include <cstdio>

#include "sync/server/sha256.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr const char* kColumns =
    "SELECT id, site, signing_key, certificate_sha256, state, enrolled_ms, last_seen_ms, clock_ahead_ms, waiting, "
    "software FROM till ";

TillRecord till_from(const database::Statement& row) {
    TillRecord till;
    till.id = TillId(row.text(0));
    till.site = SiteId(row.text(1));
    till.signing_key = row.text(2);
    till.certificate_sha256 = row.text(3);
    till.revoked = row.text(4) == "revoked";
    till.enrolled_at.ms = row.number(5);
    till.last_seen.ms = row.number(6);
    till.clock_ahead_ms = row.number(7);
    till.waiting = row.number(8);
    till.software = row.text(9);
    return till;
}

}  // namespace

Result<NewTill> Tills::reserve(const SiteId& site, const std::string& secret, UtcInstant now) {
    auto count = database_.prepare("SELECT count(*) FROM enrolment_code");
    MULIN_TRY(bool more, count.step());
    std::int64_t number = more ? count.number(0) + 1 : 1;
    TillId till;
    for (;; ++number) {
        char name[32];
        std::snprintf(name, sizeof name, "T%04lld", static_cast<long long>(number));
        till = TillId(name);
        MULIN_TRY(const auto taken, find(till));
        auto reserved = database_.prepare("SELECT 1 FROM enrolment_code WHERE till = ?");
        reserved.bind(till.text());
        MULIN_TRY(const bool is_reserved, reserved.step());
        if (!taken && !is_reserved) break;
    }
    const UtcInstant expires{now.ms + kCodeLifeMs};
    auto write = database_.prepare(
        "INSERT INTO enrolment_code (secret_sha256, till, site, expires_ms) VALUES (?, ?, ?, ?)");
    write.bind(sha256_hex(secret)).bind(till.text()).bind(site.text()).bind(expires.ms);
    MULIN_TRY_STATUS(write.run());
    return NewTill{till, site, expires};
}

// A till with a history keeps the name its journal carries, if nobody else has it.
Result<TillId> Tills::name_for(const Joining& joining, const TillId& reserved) {
    auto same_key = database_.prepare("SELECT id FROM till WHERE signing_key = ?");
    same_key.bind(joining.signing_key);
    MULIN_TRY(const bool known, same_key.step());
    if (known) {
        const TillId id(same_key.text(0));
        if (joining.former_till.empty() || joining.former_till == id) return id;
        return fail(ErrorCode::refused, "This signing key belongs to till " + id.text() +
                                            "; start the new till with an empty data directory.");
    }
    if (joining.former_till.empty() || joining.former_till == reserved) return reserved;
    MULIN_TRY(const auto other, find(joining.former_till));
    auto code = database_.prepare("SELECT 1 FROM enrolment_code WHERE till = ?");
    code.bind(joining.former_till.text());
    MULIN_TRY(const bool promised, code.step());
    if (other || promised) {
        return fail(ErrorCode::refused, "The name " + joining.former_till.text() +
                                            " in this till's journal belongs to another till; start the new till "
                                            "with an empty data directory.");
    }
    return joining.former_till;
}

Result<TillRecord> Tills::join(const Joining& joining, UtcInstant now) {
    auto code = database_.prepare(
        "SELECT till, site, expires_ms, used_ms IS NOT NULL FROM enrolment_code "
        "WHERE secret_sha256 = ?");
    code.bind(sha256_hex(joining.secret));
    MULIN_TRY(const bool found, code.step());
    if (!found || code.number(3) != 0 || code.number(2) < now.ms) {
        return fail(ErrorCode::refused, "The enrolment code is wrong, used or expired; ask the district for a new one.");
    }
    MULIN_TRY(const TillId id, name_for(joining, TillId(code.text(0))));
    auto use = database_.prepare("UPDATE enrolment_code SET used_ms = ? WHERE secret_sha256 = ?");
    use.bind(now.ms).bind(sha256_hex(joining.secret));
    MULIN_TRY_STATUS(use.run());
    auto write = database_.prepare(
        "INSERT INTO till (id, site, signing_key, certificate_sha256, state, enrolled_ms, last_seen_ms, "
        "clock_ahead_ms, waiting, software) VALUES (?1, ?2, ?3, '', 'active', ?4, 0, 0, 0, ?5) "
        "ON CONFLICT (id) DO UPDATE SET site = ?2, state = 'active', enrolled_ms = ?4, software = ?5");
    write.bind(id.text()).bind(code.text(1)).bind(joining.signing_key).bind(now.ms).bind(joining.software);
    MULIN_TRY_STATUS(write.run());
    MULIN_TRY(auto record, find(id));
    return *record;
}

Status Tills::set_certificate(const TillId& till, const std::string& sha256) {
    auto write = database_.prepare("UPDATE till SET certificate_sha256 = ? WHERE id = ?");
    write.bind(sha256).bind(till.text());
    return write.run();
}

Status Tills::revoke(const TillId& till) {
    auto write = database_.prepare("UPDATE till SET state = 'revoked' WHERE id = ?");
    write.bind(till.text());
    MULIN_TRY_STATUS(write.run());
    if (write.changed_rows() == 0) {
        return fail(ErrorCode::not_found, "There is no till " + till.text() + "; see `mulin-district till list`.");
    }
    return payment::ok();
}

Status Tills::seen(const TillId& till, UtcInstant now, std::int64_t clock_ahead_ms, std::int64_t waiting,
                   const std::string& software) {
    auto write = database_.prepare(
        "UPDATE till SET last_seen_ms = ?, clock_ahead_ms = ?, waiting = ?, software = ? WHERE id = ?");
    write.bind(now.ms).bind(clock_ahead_ms).bind(waiting).bind(software).bind(till.text());
    return write.run();
}

Result<std::optional<TillRecord>> Tills::find(const TillId& till) {
    static const std::string sql = std::string(kColumns) + "WHERE id = ?";
    auto query = database_.prepare(sql.c_str());
    query.bind(till.text());
    MULIN_TRY(const bool found, query.step());
    if (!found) return std::optional<TillRecord>();
    return std::optional(till_from(query));
}

Result<std::vector<TillRecord>> Tills::all() {
    static const std::string sql = std::string(kColumns) + "ORDER BY id";
    auto query = database_.prepare(sql.c_str());
    std::vector<TillRecord> tills;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return tills;
        tills.push_back(till_from(query));
    }
}

Result<std::optional<TillWatermark>> Tills::watermark(const TillId& till) {
    auto query =
        database_.prepare("SELECT epoch, watermark FROM epoch WHERE till = ? ORDER BY position DESC LIMIT 1");
    query.bind(till.text());
    MULIN_TRY(const bool found, query.step());
    if (!found) return std::optional<TillWatermark>();
    return std::optional(TillWatermark{EpochId(query.text(0)), query.number(1)});
}

Result<std::int64_t> Tills::entries(const TillId& till) {
    auto query = database_.prepare("SELECT coalesce(sum(watermark), 0) FROM epoch WHERE till = ?");
    query.bind(till.text());
    MULIN_TRY(const bool found, query.step());
    return found ? query.number(0) : 0;
}

}  // namespace mulin::sync::server
