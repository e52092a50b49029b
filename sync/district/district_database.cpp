#include "sync/district/district_database.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "sync/database/postgres.h"
#include "sync/database/sqlite.h"
#include "sync/district/schema.h"

namespace mulin::sync::server {

using payment::ErrorCode;
using payment::fail;
using payment::Result;
using payment::Status;

namespace {

std::filesystem::path url_file(const std::filesystem::path& dir) { return dir / "database"; }

bool is_postgres(const std::string& url) { return url.rfind("postgresql://", 0) == 0 || url.rfind("postgres://", 0) == 0; }

}  // namespace

std::filesystem::path sqlite_file(const std::filesystem::path& dir) { return dir / "district.db"; }

bool holds_district(const std::filesystem::path& dir) {
    std::error_code ignored;
    return std::filesystem::exists(sqlite_file(dir), ignored) || std::filesystem::exists(url_file(dir), ignored);
}

KeysHeld::KeysHeld(const std::filesystem::path& dir)
    : file_(::open((dir / "keys.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (file_ >= 0) ::flock(file_, LOCK_EX);
}

KeysHeld::~KeysHeld() {
    if (file_ >= 0) ::close(file_);
}

Result<std::string> database_url(const std::filesystem::path& dir) {
    std::error_code ignored;
    if (!std::filesystem::exists(url_file(dir), ignored)) return std::string();
    std::ifstream in(url_file(dir));
    std::string url;
    if (!std::getline(in, url) || !is_postgres(url)) {
        return fail(ErrorCode::corrupt, "The file " + url_file(dir).string() + " should hold one line, postgresql://…; write it again.");
    }
    return url;
}

Status write_private_file(const std::filesystem::path& file, const std::string& content) {
    const auto beside = file.string() + "." + std::to_string(::getpid()) + ".new";
    const auto trouble = [&] { return fail(ErrorCode::disk, "The file " + file.string() + " cannot be written; check the disk."); };
    const int out = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) return trouble();
    bool good = ::fchmod(out, 0600) == 0;
    for (std::size_t at = 0; good && at < content.size();) {
        const auto written = ::write(out, content.data() + at, content.size() - at);
        good = written > 0;
        at += good ? static_cast<std::size_t>(written) : 0;
    }
    good = good && ::fsync(out) == 0;
    ::close(out);
    std::error_code error;
    if (good) std::filesystem::rename(beside, file, error);
    if (good && !error) return payment::ok();
    std::filesystem::remove(beside, error);
    return trouble();
}

Status write_database_url(const std::filesystem::path& dir, const std::string& url) {
    if (!is_postgres(url) || url.find_first_of("\r\n") != std::string::npos) {
        return fail(ErrorCode::invalid_input, "A database is named like postgresql://user@host/name; nothing was changed.");
    }
    return write_private_file(url_file(dir), url + "\n");
}

Result<std::unique_ptr<database::Database>> open_database(const std::filesystem::path& dir) {
    MULIN_TRY(const auto url, database_url(dir));
    std::unique_ptr<database::Database> opened;
    if (url.empty()) {
        MULIN_TRY(opened, database::SqliteDatabase::open(sqlite_file(dir), kDistrictApplicationId, false));
    } else {
        MULIN_TRY(opened, database::PostgresDatabase::open(url));
        MULIN_TRY(const auto version, opened->schema_version());
        if (version == 0) {
            return fail(ErrorCode::not_found, "The database that " + url_file(dir).string() + " names holds no district.");
        }
    }
    MULIN_TRY_STATUS(migrate(*opened));
    return opened;
}

Result<std::unique_ptr<database::Database>> open_empty_postgres(const std::string& url) {
    if (!is_postgres(url)) {
        return fail(ErrorCode::invalid_input, "A database is named like postgresql://user@host/name; nothing was changed.");
    }
    MULIN_TRY(std::unique_ptr<database::Database> opened, database::PostgresDatabase::open(url));
    MULIN_TRY_STATUS(migrate(*opened));
    auto query = opened->prepare("SELECT count(*) FROM meta");
    MULIN_TRY(const bool row, query.step());
    if (row && query.number(0) != 0) {
        return fail(ErrorCode::conflict, "The database holds a district already; name an empty one. Nothing was changed.");
    }
    return opened;
}

}  // namespace mulin::sync::server
