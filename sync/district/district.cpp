#include "sync/district/district.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "sync/database/in_transaction.h"
#include "sync/database/sqlite.h"
#include "sync/district/lease_book.h"
#include "sync/district/schema.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

Result<std::optional<std::string>> read_meta(database::Database& database, const char* key) {
    auto query = database.prepare("SELECT value FROM meta WHERE key = ?");
    query.bind(key);
    MULIN_TRY(const bool found, query.step());
    return found ? std::optional(query.text(0)) : std::optional<std::string>();
}

Status write_meta(database::Database& database, const char* key, const std::string& value) {
    auto write = database.prepare(
        "INSERT INTO meta (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    write.bind(key).bind(value);
    return write.run();
}

std::string hex_text(const std::string& bytes) {
    return payment::hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string from_hex(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

// Starts counted outside the database: what a restored database cannot know.
std::int64_t read_starts(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::int64_t starts = -1;
    in >> starts;
    return in ? starts : -1;
}

Status write_starts(const std::filesystem::path& file, std::int64_t starts) {
    return write_private_file(file, std::to_string(starts) + "\n");
}

Status no_district(const std::filesystem::path& dir) {
    return fail(ErrorCode::not_found, "There is no district in " + dir.string() +
                                          "; make one with `mulin-district init --data DIR`.");
}

}  // namespace

Status District::fill(database::Database& database, const DistrictIdentity& identity, const payment::Clock& clock,
                      payment::Random& random) {
    const std::string incarnation = payment::IdSource(clock, random).next_text();
    return database::in_transaction(database, [&]() -> Status {
        MULIN_TRY_STATUS(write_meta(database, "district", identity.id));
        MULIN_TRY_STATUS(write_meta(database, "name_zh", identity.name_zh));
        MULIN_TRY_STATUS(write_meta(database, "name_en", identity.name_en));
        MULIN_TRY_STATUS(write_meta(database, "hash_key", hex_text(identity.hash_key)));
        MULIN_TRY_STATUS(write_meta(database, "incarnation", incarnation));
        // Any later one may have forgotten grants of leases.
        MULIN_TRY_STATUS(LeaseBook(database).since(incarnation, clock.utc()));
        return write_meta(database, "starts", "0");
    });
}

Status District::create(const std::filesystem::path& dir, const DistrictIdentity& identity, const payment::Clock& clock,
                        payment::Random& random, const std::string& database) {
    if (holds_district(dir)) {
        return fail(ErrorCode::conflict, "There is a district in " + dir.string() + " already; nothing was changed.");
    }
    std::unique_ptr<database::Database> postgres;
    if (!database.empty()) {
        MULIN_TRY(postgres, open_empty_postgres(database));
    }
    std::error_code error;
    std::filesystem::create_directories(dir / "keys", error);
    if (::chmod(dir.c_str(), 0700) != 0 || ::chmod((dir / "keys").c_str(), 0700) != 0) {
        return fail(ErrorCode::disk, "The directory " + dir.string() + " cannot be made; check the path and its rights.");
    }
    District district(dir, clock, random);
    MULIN_TRY_STATUS(district.lock_directory(false));
    MULIN_TRY_STATUS(Authority::create(dir / "keys", identity.id, clock.utc()));
    std::filesystem::remove(dir / "keys" / "bundle_key.pem", error);  // of an attempt that broke off
    MULIN_TRY(const auto key, SigningKey::generate());
    MULIN_TRY_STATUS(key.save(dir / "keys" / "bundle_key.pem"));
    MULIN_TRY_STATUS(write_starts(district.starts_file(), 0));
    // The database comes last and under its name only when it is whole.
    if (postgres) {
        MULIN_TRY_STATUS(fill(*postgres, identity, clock, random));
        return write_database_url(dir, database);
    }
    const auto fresh = dir / "district.db.new";
    for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(fresh.string() + tail, error);
    {
        MULIN_TRY(const auto sqlite, database::SqliteDatabase::open(fresh, kDistrictApplicationId, true));
        MULIN_TRY_STATUS(migrate(*sqlite));
        MULIN_TRY_STATUS(fill(*sqlite, identity, clock, random));
        MULIN_TRY_STATUS(sqlite->checkpoint());
    }
    std::filesystem::rename(fresh, sqlite_file(dir), error);
    if (error) return fail(ErrorCode::disk, "The district's database cannot be written in " + dir.string() + ".");
    return payment::ok();
}

Result<std::unique_ptr<District>> District::open(const std::filesystem::path& dir, const payment::Clock& clock,
                                                 payment::Random& random) {
    if (!holds_district(dir)) return tl::make_unexpected(no_district(dir).error());
    std::unique_ptr<District> district(new District(dir, clock, random));
    MULIN_TRY(const auto url, database_url(dir));
    MULIN_TRY_STATUS(district->lock_directory(!url.empty()));
    district->process_ = payment::IdSource(clock, random).next_text();
    MULIN_TRY_STATUS(district->load());
    MULIN_TRY_STATUS(district->count_start());
    return district;
}

District::~District() {
    database_.reset();
    if (lock_fd_ >= 0) ::close(lock_fd_);
}

Status District::lock_directory(bool shared) {
    shared_ = shared;
    lock_fd_ = ::open((dir_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_fd_ < 0) return fail(ErrorCode::disk, "The directory " + dir_.string() + " cannot be written.");
    if (::flock(lock_fd_, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
        return fail(ErrorCode::conflict, "The district in " + dir_.string() + " is in use by another program.", true);
    }
    return payment::ok();
}

Status District::load() {
    MULIN_TRY(database_, open_database(dir_));
    MULIN_TRY(const auto id, read_meta(*database_, "district"));
    MULIN_TRY(const auto name_zh, read_meta(*database_, "name_zh"));
    MULIN_TRY(const auto name_en, read_meta(*database_, "name_en"));
    MULIN_TRY(const auto hash_key, read_meta(*database_, "hash_key"));
    MULIN_TRY(const auto incarnation, read_meta(*database_, "incarnation"));
    if (!id || !hash_key || !incarnation) {
        return fail(ErrorCode::corrupt, "The district's database lacks its own identity; restore it from a backup.");
    }
    identity_ = {*id, name_zh.value_or(*id), name_en.value_or(*id), from_hex(*hash_key)};
    incarnation_ = *incarnation;
    MULIN_TRY(authority_, Authority::load(dir_ / "keys"));
    MULIN_TRY(bundle_key_, SigningKey::load(dir_ / "keys" / "bundle_key.pem"));
    return payment::ok();
}

Status District::count_start() {
    const std::int64_t beside = read_starts(starts_file());
    const auto counted = database::in_transaction(*database_, [&]() -> Result<std::int64_t> {
        MULIN_TRY(const auto text, read_meta(*database_, "starts"));
        const std::int64_t in_database = text ? std::stoll(*text) : 0;
        if (beside > in_database) MULIN_TRY_STATUS(new_incarnation());
        const std::int64_t starts = std::max(in_database, beside) + 1;
        MULIN_TRY_STATUS(write_meta(*database_, "starts", std::to_string(starts)));
        return starts;
    });
    if (!counted) return tl::make_unexpected(counted.error());
    return write_starts(starts_file(), *counted);
}

void District::look_at_incarnation() {
    const auto known = read_meta(*database_, "incarnation");
    if (!known || !*known) return;  // whoever asks next hears what is wrong
    std::lock_guard lock(incarnation_mutex_);
    incarnation_ = **known;
}

Status District::begin_anew(database::Database& database, const payment::Clock& clock, payment::Random& random) {
    MULIN_TRY_STATUS(write_meta(database, kRestoredKey, std::to_string(clock.utc().ms)));
    return write_meta(database, "incarnation", payment::IdSource(clock, random).next_text());
}

Status District::new_incarnation() {
    const std::string fresh = payment::IdSource(clock_, random_).next_text();
    MULIN_TRY_STATUS(write_meta(*database_, kRestoredKey, std::to_string(clock_.utc().ms)));
    MULIN_TRY_STATUS(write_meta(*database_, "incarnation", fresh));
    std::lock_guard lock(incarnation_mutex_);
    incarnation_ = fresh;
    return payment::ok();
}

std::string District::incarnation() {
    std::lock_guard lock(incarnation_mutex_);
    return incarnation_;
}

Status District::rewound(Access& access, std::int64_t change_seen) {
    // A bound on the jump: nobody may push the counter to its end.
    constexpr std::int64_t kMaxJump = 10'000'000;
    MULIN_TRY(const auto change, access.directory.change());
    if (change_seen > change && change_seen - change < kMaxJump) MULIN_TRY_STATUS(access.directory.jump_to(change_seen));
    return new_incarnation();
}

}  // namespace mulin::sync::server
