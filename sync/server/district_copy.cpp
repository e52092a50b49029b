#include "sync/server/district_copy.h"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "payment/base/check.h"
#include "sync/database/in_transaction.h"
#include "sync/database/sqlite.h"
#include "sync/district/schema.h"
#include "sync/server/table_copy.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr int kPagesAtATime = 500;
constexpr const char* kKeyTable = "CREATE TABLE backup_key (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID";

void remove_database(const std::filesystem::path& file) {
    std::error_code ignored;
    for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + tail, ignored);
}

// Pages, a few at a time, so that uploads have their turn between.
Status copy_pages(District& district, const std::filesystem::path& file) {
    std::unique_ptr<database::SqliteBackup> backup;
    for (bool more = true; more;) {
        auto access = district.access();
        if (!backup) {
            MULIN_TRY(backup, database::SqliteBackup::start(dynamic_cast<database::SqliteDatabase&>(access.database), file));
        }
        MULIN_TRY(more, backup->step(kPagesAtATime));
    }
    return payment::ok();
}

Status copy_snapshot(District& district, const std::filesystem::path& file) {
    MULIN_TRY(const auto made, database::SqliteDatabase::open(file, kDistrictApplicationId, true));
    MULIN_TRY_STATUS(migrate(*made));
    auto access = district.access();
    MULIN_TRY(const auto rows, database::in_transaction(access.database, database::Isolation::snapshot,
                                                        [&] { return copy_tables(access.database, *made); }));
    MULIN_CHECK(rows > 0);
    return made->checkpoint();
}

// Keys are few and small; server.key is made anew where it is missing.
Status add_keys(const std::filesystem::path& keys, const std::filesystem::path& file) {
    MULIN_TRY(const auto backup, database::SqliteDatabase::open(file, kDistrictApplicationId, false));
    MULIN_TRY_STATUS(backup->execute(kKeyTable));
    std::error_code error;
    for (const auto& key : std::filesystem::directory_iterator(keys, error)) {
        const std::string name = key.path().filename().string();
        if (name.rfind("server.", 0) == 0 || !key.is_regular_file(error)) continue;
        std::ifstream in(key.path(), std::ios::binary);
        std::stringstream content;
        content << in.rdbuf();
        if (!in) return fail(ErrorCode::disk, "The key file " + key.path().string() + " cannot be read.");
        auto keep = backup->prepare("INSERT INTO backup_key (name, content) VALUES (?, ?)");
        keep.bind(name).bind(content.str());
        MULIN_TRY_STATUS(keep.run());
    }
    MULIN_TRY_STATUS(backup->check());
    return backup->checkpoint();
}

Status write_keys(database::Database& backup, const std::filesystem::path& keys) {
    auto query = backup.prepare("SELECT name, content FROM backup_key ORDER BY name");
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) return payment::ok();
        const std::filesystem::path name = query.text(0);
        if (name != name.filename()) return fail(ErrorCode::corrupt, "The backup names a key file outside of its folder.");
        MULIN_TRY_STATUS(write_private_file(keys / name, query.text(1)));
    }
}

// A copy of the backup in DIR, checked and as this program would have written it.
Result<std::unique_ptr<database::SqliteDatabase>> open_copy(const std::filesystem::path& file, const std::filesystem::path& copy) {
    std::error_code error;
    remove_database(copy);
    std::filesystem::copy_file(file, copy, error);
    if (error || ::chmod(copy.c_str(), 0600) != 0) {
        return fail(ErrorCode::disk, "The backup " + file.string() + " cannot be copied; check that it is there, and the disk.");
    }
    MULIN_TRY(auto opened, database::SqliteDatabase::open(copy, kDistrictApplicationId, false));
    MULIN_TRY_STATUS(opened->check());
    MULIN_TRY_STATUS(migrate(*opened));
    return opened;
}

Status refuse_district(const std::filesystem::path& dir) {
    if (!holds_district(dir)) return payment::ok();
    return fail(ErrorCode::conflict, "There is a district in " + dir.string() + "; move it away first. Nothing was changed.");
}

}  // namespace

Status back_up(District& district, const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::exists(file, error)) {
        return fail(ErrorCode::conflict, "The file " + file.string() + " is there already; name another. Nothing was written.");
    }
    const std::filesystem::path beside = file.string() + ".new";
    remove_database(beside);
    MULIN_TRY_STATUS(write_private_file(beside, ""));  // nobody else's from its first byte on
    auto done = district.shared() ? copy_snapshot(district, beside) : copy_pages(district, beside);
    if (done) done = add_keys(district.dir() / "keys", beside);
    if (done) {
        std::filesystem::rename(beside, file, error);
        if (error) done = fail(ErrorCode::disk, "The backup cannot be written to " + file.string() + ".");
    }
    if (!done) remove_database(beside);
    return done;
}

Status restore_district(const std::filesystem::path& dir, const std::filesystem::path& file, const std::string& database,
                        const payment::Clock& clock, payment::Random& random) {
    MULIN_TRY_STATUS(refuse_district(dir));
    std::error_code error;
    std::filesystem::create_directories(dir / "keys", error);
    if (::chmod(dir.c_str(), 0700) != 0 || ::chmod((dir / "keys").c_str(), 0700) != 0) {
        return fail(ErrorCode::disk, "The directory " + dir.string() + " cannot be made; check the path and its rights.");
    }
    const auto copy = dir / "district.db.new";
    MULIN_TRY(auto backup, open_copy(file, copy));
    MULIN_TRY_STATUS(write_keys(*backup, dir / "keys"));
    MULIN_TRY_STATUS(backup->execute("DROP TABLE backup_key"));
    MULIN_TRY_STATUS(District::begin_anew(*backup, clock, random));
    if (!database.empty()) {
        MULIN_TRY(const auto postgres, open_empty_postgres(database));
        MULIN_TRY_STATUS(copy_tables(*backup, *postgres).map([](auto) { return payment::Unit{}; }));
        MULIN_TRY_STATUS(compare_districts(*backup, *postgres));
        backup.reset();
        remove_database(copy);
        return write_database_url(dir, database);
    }
    MULIN_TRY_STATUS(backup->checkpoint());
    backup.reset();
    std::filesystem::rename(copy, sqlite_file(dir), error);
    if (error) return fail(ErrorCode::disk, "The district's database cannot be written in " + dir.string() + ".");
    return payment::ok();
}

Result<std::int64_t> move_to_postgres(const std::filesystem::path& dir, const std::string& database,
                                      const payment::Clock& clock, payment::Random& random) {
    MULIN_TRY(const auto district, District::open(dir, clock, random));
    if (district->shared()) return fail(ErrorCode::refused, "The district is in PostgreSQL already; nothing was changed.");
    MULIN_TRY(const auto postgres, open_empty_postgres(database));
    auto access = district->access();
    MULIN_TRY(const auto rows, copy_tables(access.database, *postgres));
    MULIN_TRY_STATUS(compare_districts(access.database, *postgres));
    MULIN_TRY_STATUS(write_database_url(dir, database));
    std::error_code kept;  // from here on the file is only a keepsake
    for (const char* tail : {"", "-wal", "-shm"}) {
        std::filesystem::rename(sqlite_file(dir).string() + tail, sqlite_file(dir).string() + ".moved" + tail, kept);
    }
    return rows;
}

}  // namespace mulin::sync::server
