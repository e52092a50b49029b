#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include <sqlite3.h>

#include "payment/base/check.h"
#include "sync/store/anchor.h"
#include "sync/store/key_files.h"
#include "sync/store/schema.h"
#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr const char* kDatabaseName = "till.db";
constexpr const char* kLockName = "till.lock";

enum class FileKind { absent, empty, ours, foreign };

// Reads files without SQLite's help, so that what is not ours stays exactly as it is.
class FileReader {
  public:
    explicit FileReader(const std::string& vfs_name) : vfs_(sqlite3_vfs_find(vfs_name.empty() ? nullptr : vfs_name.c_str())) {
        MULIN_CHECK(vfs_ != nullptr);
    }
    // False also for an empty file.
    bool exists(const std::string& file) const {
        int found = 0;
        return vfs_->xAccess(vfs_, file.c_str(), SQLITE_ACCESS_EXISTS, &found) == SQLITE_OK && found != 0;
    }
    // The first bytes, as many as there are; nothing when the file cannot be read.
    std::optional<std::string> start_of(const std::string& file, int type, std::size_t most) const;
    void remove(const std::string& file) const { vfs_->xDelete(vfs_, file.c_str(), 0); }

  private:
    sqlite3_vfs* vfs_;
};

std::optional<std::string> FileReader::start_of(const std::string& file, int type, std::size_t most) const {
    std::vector<std::max_align_t> memory(static_cast<std::size_t>(vfs_->szOsFile) / sizeof(std::max_align_t) + 1);
    auto* handle = reinterpret_cast<sqlite3_file*>(memory.data());
    int flags = SQLITE_OPEN_READONLY | type;
    if (vfs_->xOpen(vfs_, file.c_str(), handle, flags, &flags) != SQLITE_OK) return std::nullopt;
    sqlite3_int64 size = 0;
    bool good = handle->pMethods->xFileSize(handle, &size) == SQLITE_OK;
    std::string bytes(std::min(most, static_cast<std::size_t>(size)), '\0');
    good = good && (bytes.empty() || handle->pMethods->xRead(handle, bytes.data(), static_cast<int>(bytes.size()), 0) == SQLITE_OK);
    handle->pMethods->xClose(handle);
    return good ? std::optional(std::move(bytes)) : std::nullopt;
}

std::uint32_t word_at(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

// https://www.sqlite.org/fileformat.html, section 1.3: magic at 0, application id at 68.
bool is_our_header(const std::string& page) {
    static constexpr char kMagic[] = "SQLite format 3";
    return page.size() >= 100 && page.compare(0, sizeof kMagic, kMagic, sizeof kMagic) == 0 && word_at(page, 68) == kApplicationId;
}

// Power can go while the file is being made, before it uses the write-ahead log. Then its first page
// may be torn, and the rollback journal (same source, section 3) says what it was: nothing yet, or ours.
bool journal_restores_ours(const FileReader& reader, const std::string& file) {
    static constexpr char kJournalMagic[] = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
    const auto name = file + "-journal";
    if (!reader.exists(name)) return false;
    const auto journal = reader.start_of(name, SQLITE_OPEN_MAIN_JOURNAL, 8192);
    if (!journal || journal->size() < 28 || journal->compare(0, 8, kJournalMagic, 8) != 0) return false;
    const auto pages_before = word_at(*journal, 16);
    const std::size_t first_record = word_at(*journal, 20);
    if (pages_before == 0) return true;
    if (first_record + 104 > journal->size() || word_at(*journal, first_record) != 1) return false;
    return is_our_header(journal->substr(first_record + 4, 100));
}

// Power can go while a checkpoint writes the first page; then the write-ahead log still holds that
// page whole (same source, section 4.1: header of 32 bytes, frames of 24 bytes and a page each).
bool log_restores_ours(const FileReader& reader, const std::string& file) {
    constexpr std::size_t kMostBytes = 256u << 20;
    const auto name = file + "-wal";
    if (!reader.exists(name)) return false;
    const auto log = reader.start_of(name, SQLITE_OPEN_WAL, kMostBytes);
    if (!log || log->size() < 32 || (word_at(*log, 0) & ~1u) != 0x377f0682) return false;
    const std::size_t page_size = word_at(*log, 8);
    if (page_size < 512 || page_size > 65'536) return false;
    for (std::size_t frame = 32; frame + 24 + page_size <= log->size(); frame += 24 + page_size) {
        if (word_at(*log, frame) == 1 && is_our_header(log->substr(frame + 24, 100))) return true;
    }
    return false;
}

Result<FileKind> examine(const FileReader& reader, const std::string& file) {
    if (!reader.exists(file)) return FileKind::absent;
    const auto header = reader.start_of(file, SQLITE_OPEN_MAIN_DB, 100);
    if (!header) return fail(ErrorCode::disk, "Cannot read " + file + "; check the disk and its permissions.");
    if (header->empty()) return FileKind::empty;
    if (is_our_header(*header)) return FileKind::ours;
    if (journal_restores_ours(reader, file)) return FileKind::empty;
    return log_restores_ours(reader, file) ? FileKind::ours : FileKind::foreign;
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

// The key that the newest epoch was opened with is the one to go on with.
Status fit_key(TerminalStore::Impl& store) {
    if (!store.place.head) return payment::ok();
    MULIN_TRY(const auto first, store.find_entry({store.place.head->key.till, store.place.head->key.epoch, 1}));
    MULIN_TRY(const auto decoded, store.read_body(first.value_or(0)));
    const auto* open = std::get_if<EpochOpen>(&decoded.body);
    if (open == nullptr || open->public_key == store.key.public_key().text()) return payment::ok();
    MULIN_TRY(store.key, other_key(store.dir, store.key, open->public_key));
    return payment::ok();
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

// Nobody else reads what people ate; SQLite gives its log the same rights.
static void keep_private(const std::string& file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return;
    (void)::fchmod(fd, 0600);
    ::close(fd);
}

void keep_log_on_close(Database& db) { keep_files_on_close(db, true); }

Status TerminalStore::Impl::open_database(bool fresh) {
    const auto file = (dir / kDatabaseName).string();
    if (options.vfs.empty()) keep_private(file);
    MULIN_TRY_STATUS(db.open(file, options.vfs, fresh));
    keep_files_on_close(db, true);
    MULIN_TRY_STATUS(db.run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                            "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
                            "PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 16777216;"));
    MULIN_TRY_STATUS(db.run("PRAGMA synchronous = FULL"));
    // Small pages: a sale touches a dozen of them, and what is written is what must be flushed.
    if (fresh) MULIN_TRY_STATUS(db.run("PRAGMA page_size = 2048"));
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
    const FileReader reader(options.vfs);
    MULIN_TRY(const auto kind, examine(reader, file));
    if (kind == FileKind::foreign) {
        return fail(ErrorCode::corrupt, file + " is damaged or not a Mulin database; it was left as it is. Restore it from the backup.");
    }
    const bool fresh = kind == FileKind::absent || kind == FileKind::empty;
    if (fresh && !options.create) {
        return fail(ErrorCode::not_found, "There is no till in " + dir + "; run init or enroll first.");
    }
    MULIN_TRY(auto key, load_or_make_key(directory, fresh));
    auto impl = std::make_unique<Impl>(directory, clock, random, std::move(options), std::move(key));
    std::swap(impl->lock, lock);
    const bool had_log = reader.exists(file + "-wal");
    if (auto opened = impl->open_database(fresh); !opened) {
        impl->db.close();
        // Looking at a damaged file makes an empty log beside it; a refusal leaves no traces.
        if (!fresh && !had_log && !reader.exists(file + "-wal")) reader.remove(file + "-wal");
        return tl::make_unexpected(opened.error());
    }
    MULIN_TRY_STATUS(fit_key(*impl));
    MULIN_TRY_STATUS(impl->compare_with_mark());
    const auto anchor = take_anchor(directory);
    const auto& head = impl->place.head;
    if (anchor && head && impl->place.next_reason == "start" && anchor->head == head->key && anchor->head_hash == head->hash &&
        anchor->file_identity == identity_of(file)) {
        impl->place.continues = true;
        impl->latest = anchor->known_time;
    }
    return std::make_unique<TerminalStore>(std::move(impl));
}

TerminalStore::TerminalStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TerminalStore::~TerminalStore() {
    const auto& place = impl_->place;
    if (!place.head || impl_->db.failed() || !(place.epoch_is_ours || place.continues)) return;
    const Anchor anchor{identity_of(impl_->dir / kDatabaseName), place.head->key, place.head->hash, impl_->known_time()};
    impl_->db.close();
    if (!anchor.file_identity.empty()) leave_anchor(impl_->dir, anchor);
}

PublicKey TerminalStore::public_key() const { return impl_->key.public_key(); }

payment::AttemptJournal& TerminalStore::attempts() { return impl_->attempts; }

}  // namespace mulin::sync
