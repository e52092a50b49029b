#include "sync/district/tills.h"

#include <array>
#include <cstdio>

#include "sync/district/sha256.h"

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
    auto same_key = database_.prepare(
        "SELECT id FROM till WHERE signing_key = ? UNION SELECT till FROM till_key WHERE public_key = ? ORDER BY 1");
    same_key.bind(joining.signing_key).bind(joining.signing_key);
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

Status Tills::set_certificate(const TillId& till, const std::string& sha256, UtcInstant until) {
    auto write = database_.prepare("UPDATE till SET certificate_sha256 = ? WHERE id = ?");
    write.bind(sha256).bind(till.text());
    MULIN_TRY_STATUS(write.run());
    auto former = database_.prepare("DELETE FROM till_certificate WHERE till = ?");
    former.bind(till.text());
    MULIN_TRY_STATUS(former.run());
    auto keep = database_.prepare("INSERT INTO till_certificate (sha256, till, until_ms, offered) VALUES (?, ?, ?, 0)");
    keep.bind(sha256).bind(till.text()).bind(until.ms);
    return keep.run();
}

Status Tills::offer_certificate(const TillId& till, const std::string& sha256, UtcInstant until) {
    auto former = database_.prepare("DELETE FROM till_certificate WHERE till = ? AND offered = 1");
    former.bind(till.text());
    MULIN_TRY_STATUS(former.run());
    auto offer = database_.prepare("INSERT INTO till_certificate (sha256, till, until_ms, offered) VALUES (?, ?, ?, 1)");
    offer.bind(sha256).bind(till.text()).bind(until.ms);
    return offer.run();
}

Result<std::optional<UtcInstant>> Tills::show_certificate(const TillRecord& till, const std::string& sha256) {
    std::int64_t until = 0;
    bool offered = false;
    {
        auto query = database_.prepare("SELECT until_ms, offered FROM till_certificate WHERE sha256 = ? AND till = ?");
        query.bind(sha256).bind(till.id.text());
        MULIN_TRY(const bool found, query.step());
        if (found) until = query.number(0);
        offered = found && query.number(1) == 1;
    }
    if (offered) MULIN_TRY_STATUS(set_certificate(till.id, sha256, {until}));
    if (!offered && till.certificate_sha256 != sha256) return std::optional<UtcInstant>();
    return std::optional(UtcInstant{until});
}

Result<std::vector<std::string>> Tills::signing_keys(const TillRecord& till) {
    std::vector<std::string> keys{till.signing_key};
    auto query = database_.prepare("SELECT public_key FROM till_key WHERE till = ? ORDER BY position");
    query.bind(till.id.text());
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return keys;
        keys.push_back(query.text(0));
    }
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
