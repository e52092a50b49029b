#include "sync/console/sessions.h"

#include <array>

#include <openssl/crypto.h>

#include "sync/model/keyed_hash.h"

namespace mulin::sync::console {

std::string make_token(payment::Random& random) {
    std::array<std::uint8_t, 32> bytes{};
    random.fill(bytes);
    return payment::hex(bytes);
}

std::string token_hash(std::string_view token) { return keyed_hash("mulin office token", token); }

std::string request_token(std::string_view session_token) { return keyed_hash("mulin office request", session_token); }

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && !a.empty() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

payment::Status Sessions::start(const std::string& hash, const std::string& member, payment::UtcInstant now) {
    auto forget = database_.prepare("DELETE FROM office_session WHERE began_ms < ? OR seen_ms < ?");
    MULIN_TRY_STATUS(forget.bind(now.ms - kSessionLifeMs).bind(now.ms - kSessionIdleMs).run());
    auto insert = database_.prepare("INSERT INTO office_session (token_hash, member, began_ms, seen_ms) VALUES (?, ?, ?, ?)");
    return insert.bind(hash).bind(member).bind(now.ms).bind(now.ms).run();
}

payment::Result<std::optional<std::string>> Sessions::find(const std::string& hash, payment::UtcInstant now) {
    auto query = database_.prepare(
        "SELECT member FROM office_session WHERE token_hash = ? AND began_ms > ? AND seen_ms > ?");
    query.bind(hash).bind(now.ms - kSessionLifeMs).bind(now.ms - kSessionIdleMs);
    MULIN_TRY(const bool found, query.step());
    return found ? std::optional(query.text(0)) : std::nullopt;
}

payment::Status Sessions::seen(const std::string& hash, payment::UtcInstant now) {
    auto update = database_.prepare("UPDATE office_session SET seen_ms = ? WHERE token_hash = ? AND seen_ms < ?");
    return update.bind(now.ms).bind(hash).bind(now.ms - 60'000).run();
}

payment::Status Sessions::end(const std::string& hash) {
    auto remove = database_.prepare("DELETE FROM office_session WHERE token_hash = ?");
    return remove.bind(hash).run();
}

payment::Status Sessions::end_all(const std::string& member) {
    auto remove = database_.prepare("DELETE FROM office_session WHERE member = ?");
    MULIN_TRY_STATUS(remove.bind(member).run());
    auto forget = database_.prepare("DELETE FROM office_device WHERE member = ?");
    return forget.bind(member).run();
}

payment::Result<std::int64_t> Sessions::open_count(payment::UtcInstant now) {
    auto query = database_.prepare("SELECT count(*) FROM office_session WHERE began_ms > ? AND seen_ms > ?");
    query.bind(now.ms - kSessionLifeMs).bind(now.ms - kSessionIdleMs);
    MULIN_TRY_STATUS(query.step().map([](bool) { return payment::Unit{}; }));
    return query.number(0);
}

payment::Status Sessions::know_device(const std::string& hash, const std::string& member, payment::UtcInstant now) {
    auto forget = database_.prepare("DELETE FROM office_device WHERE seen_ms < ?");
    MULIN_TRY_STATUS(forget.bind(now.ms - kDeviceLifeMs).run());
    auto write = database_.prepare(
        "INSERT INTO office_device (token_hash, member, seen_ms) VALUES (?, ?, ?) "
        "ON CONFLICT (token_hash, member) DO UPDATE SET seen_ms = excluded.seen_ms");
    return write.bind(hash).bind(member).bind(now.ms).run();
}

payment::Result<bool> Sessions::knows_device(const std::string& hash, const std::string& member, payment::UtcInstant now) {
    auto query = database_.prepare("SELECT 1 FROM office_device WHERE token_hash = ? AND member = ? AND seen_ms > ?");
    query.bind(hash).bind(member).bind(now.ms - kDeviceLifeMs);
    return query.step();
}

}  // namespace mulin::sync::console
