#include "sync/console/sign_in_guard.h"

#include "sync/model/keyed_hash.h"

namespace mulin::sync::console {
namespace {

struct Bucket {
    std::string name;
    std::string place;  // "device ...", "address ..." or "anywhere"
    std::int64_t limit = 0;
};

// Names that nobody has share a few thousand buckets: they lock like real ones, and cannot fill a disk.
std::string counted_name(const TryFrom& from) {
    return from.known ? from.name : "?" + keyed_hash("mulin office names", from.name).substr(0, 3);
}

std::vector<Bucket> buckets_of(const TryFrom& from) {
    const std::string name = counted_name(from);
    if (!from.device.empty()) return {{name, "device " + from.device, kTriesFromOnePlace}};
    return {{name, "address " + from.source, kTriesFromOnePlace},
            {name, "anywhere", kTriesOfOneName},
            {"", "address " + from.source, kTriesOfOneAddress}};
}

struct Count {
    std::int64_t tries = 0;
    std::int64_t last_ms = 0;
};

payment::Result<Count> read_count(database::Database& database, const Bucket& bucket, payment::UtcInstant now) {
    auto query = database.prepare("SELECT tries, last_ms FROM office_try WHERE name = ? AND place = ?");
    query.bind(bucket.name).bind(bucket.place);
    MULIN_TRY(const bool found, query.step());
    if (!found) return Count{};
    const Count count{query.number(0), query.number(1)};
    return now.ms - count.last_ms >= kTryWindowMs ? Count{} : count;
}

payment::Status write_count(database::Database& database, const Bucket& bucket, const Count& count) {
    auto write = database.prepare(
        "INSERT INTO office_try (name, place, tries, last_ms) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (name, place) DO UPDATE SET tries = excluded.tries, last_ms = excluded.last_ms");
    write.bind(bucket.name).bind(bucket.place).bind(count.tries).bind(count.last_ms);
    return write.run();
}

}  // namespace

payment::Result<TryAnswer> SignInGuard::begin(const TryFrom& from, payment::UtcInstant now) {
    auto forget = database_.prepare("DELETE FROM office_try WHERE last_ms < ?");
    MULIN_TRY_STATUS(forget.bind(now.ms - 2 * kTryWindowMs).run());
    // A clock that was set back gives nothing back, and locks nobody for longer than a window from then.
    auto set_back = database_.prepare("UPDATE office_try SET last_ms = ? WHERE last_ms > ?");
    MULIN_TRY_STATUS(set_back.bind(now.ms).bind(now.ms).run());
    std::vector<std::pair<Bucket, Count>> counts;
    for (const Bucket& bucket : buckets_of(from)) {
        MULIN_TRY(const auto count, read_count(database_, bucket, now));
        if (count.tries >= bucket.limit) return TryAnswer{false, {count.last_ms + kTryWindowMs}};
        counts.emplace_back(bucket, count);
    }
    for (const auto& [bucket, count] : counts) MULIN_TRY_STATUS(write_count(database_, bucket, {count.tries + 1, now.ms}));
    return TryAnswer{true, now};
}

payment::Status SignInGuard::succeeded(const TryFrom& from) {
    const Bucket own = buckets_of(from).front();
    auto forget = database_.prepare("DELETE FROM office_try WHERE name = ? AND place = ?");
    return forget.bind(own.name).bind(own.place).run();
}

payment::Status SignInGuard::unlock(const std::string& name) {
    auto forget = database_.prepare("DELETE FROM office_try WHERE name = ?");
    return forget.bind(name).run();
}

}  // namespace mulin::sync::console
