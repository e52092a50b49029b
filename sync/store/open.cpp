#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <sqlite3.h>

#include "payment/base/check.h"
#include "sync/journal/hex.h"
#include "sync/store/schema.h"
#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr const char* kDatabaseName = "till.db";
constexpr const char* kKeyName = "signing_key.pem";
constexpr const char* kLockName = "till.lock";

enum class FileKind { absent, empty, ours, foreign };

Result<FileKind> examine_header(sqlite3_vfs* vfs, const std::string& file) {
    std::vector<std::uint8_t> handle_memory(static_cast<std::size_t>(vfs->szOsFile));
    auto* handle = reinterpret_cast<sqlite3_file*>(handle_memory.data());
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
    if (vfs->xOpen(vfs, file.c_str(), handle, flags, &flags) != SQLITE_OK) {
        return fail(ErrorCode::disk, "Cannot read " + file + "; check the disk and its permissions.");
    }
    std::array<std::uint8_t, 100> header{};
    sqlite3_int64 size = 0;
    const int sized = handle->pMethods->xFileSize(handle, &size);
    const int read = handle->pMethods->xRead(handle, header.data(), header.size(), 0);
    handle->pMethods->xClose(handle);
    if (sized != SQLITE_OK || (read != SQLITE_OK && read != SQLITE_IOERR_SHORT_READ)) {
        return fail(ErrorCode::disk, "Cannot read " + file + "; check the disk.");
    }
    if (size == 0) return FileKind::empty;
    static constexpr char kMagic[] = "SQLite format 3";
    const std::int64_t application = header[68] << 24 | header[69] << 16 | header[70] << 8 | header[71];
    const bool ours = std::memcmp(header.data(), kMagic, sizeof kMagic) == 0 && application == kApplicationId;
    return ours ? FileKind::ours : FileKind::foreign;
}

// Looks without SQLite's help, so that a file which is not ours stays exactly as it is.
Result<FileKind> examine(const std::string& vfs_name, const std::string& file) {
    auto* vfs = sqlite3_vfs_find(vfs_name.empty() ? nullptr : vfs_name.c_str());
    MULIN_CHECK(vfs != nullptr);
    int exists = 0;
    if (vfs->xAccess(vfs, file.c_str(), SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK) {
        return fail(ErrorCode::disk, "Cannot look for " + file + "; check the disk and its permissions.");
    }
    if (exists == 0) return FileKind::absent;
    return examine_header(vfs, file);
}

Result<SigningKey> load_or_make_key(const std::filesystem::path& file, bool fresh) {
    auto key = SigningKey::load(file);
    if (key || !fresh || key.error().code != ErrorCode::not_found) return key;
    MULIN_TRY(auto made, SigningKey::generate());
    MULIN_TRY_STATUS(made.save(file));
    return made;
}

void keep_files_on_close(Database& db, bool keep) {
    sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
}

Status expect_pragma(Database& db, const char* sql, std::int64_t expected) {
    MULIN_TRY(const auto value, read_pragma(db, sql));
    if (value == expected) return payment::ok();
    return fail(ErrorCode::unsupported, std::string("This SQLite does not keep its promise: ") + sql + " answers " +
                                            std::to_string(value) + "; install Mulin's own packages again.");
}

Status expect_wal(Database& db) {
    Query query(db, "PRAGMA journal_mode");
    MULIN_TRY(const bool found, query.next());
    if (found && query.text(0) == "wal") return payment::ok();
    return fail(ErrorCode::unsupported, "This disk does not allow write-ahead logging; move the till's data to a local disk.");
}

Status check_pages(Database& db) {
    Query query(db, "PRAGMA quick_check(1)");
    MULIN_TRY(const bool found, query.next());
    if (found && query.text(0) == "ok") return payment::ok();
    return fail(ErrorCode::corrupt, "The till's database is damaged (" + query.text(0) + "); restore it from the backup.");
}

Status make_directory(const std::filesystem::path& dir, bool create) {
    std::error_code error;
    if (std::filesystem::is_directory(dir, error)) return payment::ok();
    if (!create) return fail(ErrorCode::not_found, "There is no till in " + dir.string() + "; run init or enroll first.");
    std::filesystem::create_directories(dir, error);
    if (error) return fail(ErrorCode::disk, "Cannot create " + dir.string() + ": " + error.message() + ".");
    std::filesystem::permissions(dir, std::filesystem::perms::owner_all, error);
    return payment::ok();
}

}  // namespace

InstanceLock::~InstanceLock() {
    if (fd_ >= 0) ::close(fd_);
}

Status InstanceLock::take(const std::filesystem::path& file) {
    fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0) return fail(ErrorCode::disk, "Cannot open " + file.string() + ": " + std::strerror(errno) + ".");
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return payment::ok();
    return fail(ErrorCode::conflict, "Another Mulin is already using " + file.parent_path().string() + "; close it first.", true);
}

Status TerminalStore::Impl::open_database(bool fresh) {
    const auto file = (dir / kDatabaseName).string();
    MULIN_TRY_STATUS(db.open(file, options.vfs, fresh));
    keep_files_on_close(db, true);
    MULIN_TRY_STATUS(db.run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                            "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
                            "PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 16777216;"));
    MULIN_TRY_STATUS(db.run("PRAGMA synchronous = FULL"));
    // Made before the switch to WAL, so that the main file says whose it is from its first page on.
    if (fresh) MULIN_TRY_STATUS(migrate(db));
    MULIN_TRY_STATUS(db.run("PRAGMA journal_mode = WAL"));
    if (options.check_pages) MULIN_TRY_STATUS(check_pages(db));
    MULIN_TRY_STATUS(migrate(db));
    // A long way apart: a checkpoint in the middle of a queue costs one diner some milliseconds.
    MULIN_TRY_STATUS(db.run("PRAGMA wal_autocheckpoint = 4000"));
    if (!options.flush_every_commit) MULIN_TRY_STATUS(db.run("PRAGMA synchronous = NORMAL"));
    MULIN_TRY_STATUS(expect_pragma(db, "PRAGMA synchronous", options.flush_every_commit ? 2 : 1));
    MULIN_TRY_STATUS(expect_pragma(db, "PRAGMA application_id", kApplicationId));
    MULIN_TRY_STATUS(expect_wal(db));
    MULIN_TRY(place, read_place());
    keep_files_on_close(db, false);
    return payment::ok();
}

Status TerminalStore::Impl::enough_space() const {
    struct statvfs status {};
    if (::statvfs(dir.c_str(), &status) != 0) return payment::ok();  // the write itself will tell
    const auto free_bytes = static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
    if (free_bytes >= options.min_free_bytes) return payment::ok();
    return fail(ErrorCode::disk_full, "The disk is almost full, so nothing was sold; free some space and try again.", true);
}

Result<std::unique_ptr<TerminalStore>> TerminalStore::open(const std::string& dir, const payment::Clock& clock,
                                                           payment::Random& random, StoreOptions options) {
    const std::filesystem::path directory(dir);
    MULIN_TRY_STATUS(make_directory(directory, options.create));
    InstanceLock lock;
    MULIN_TRY_STATUS(lock.take(directory / kLockName));
    const auto file = (directory / kDatabaseName).string();
    MULIN_TRY(const auto kind, examine(options.vfs, file));
    if (kind == FileKind::foreign) {
        return fail(ErrorCode::corrupt, file + " is damaged or not a Mulin database; it was left as it is. Restore it from the backup.");
    }
    const bool fresh = kind == FileKind::absent || kind == FileKind::empty;
    if (fresh && !options.create) {
        return fail(ErrorCode::not_found, "There is no till in " + dir + "; run init or enroll first.");
    }
    MULIN_TRY(auto key, load_or_make_key(directory / kKeyName, fresh));
    auto impl = std::make_unique<Impl>(directory, clock, random, std::move(options), std::move(key));
    std::swap(impl->lock, lock);
    MULIN_TRY_STATUS(impl->open_database(fresh));
    return std::make_unique<TerminalStore>(std::move(impl));
}

TerminalStore::TerminalStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TerminalStore::~TerminalStore() = default;

PublicKey TerminalStore::public_key() const { return impl_->key.public_key(); }

payment::AttemptJournal& TerminalStore::attempts() { return impl_->attempts; }

}  // namespace mulin::sync
