// After a failed write or flush. What the kernel still shows of such a file may never reach the disk
// (it drops the mark that a page must be written), and what SQLite remembers may be on neither. So the
// file is closed without touching it, opened and checked like at a start, and everything in the log is
// written to the main file anew and flushed, which the kernel cannot take for done.

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

constexpr std::int64_t kBetweenTriesMs = 2000;

// A disk that cannot keep a few pages is not well; asking it is cheap.
bool disk_is_well(const std::filesystem::path& dir) {
    const auto path = dir / "till.probe";
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    const std::string block(16384, 'm');
    const bool well = ::write(fd, block.data(), block.size()) == static_cast<ssize_t>(block.size()) && ::fsync(fd) == 0;
    ::close(fd);
    ::unlink(path.c_str());
    return well;
}

Status empty_the_log(Database& db) {
    Query checkpoint(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    MULIN_TRY(const bool answered, checkpoint.next());
    if (answered && checkpoint.integer(0) == 0) return payment::ok();
    return tl::make_unexpected(write_refused());
}

}  // namespace

Status TerminalStore::Impl::recover_database() {
    const auto now = clock.monotonic().ms;
    if (now < next_recovery_ms || db.in_use() || !disk_is_well(dir)) return tl::make_unexpected(write_refused());
    next_recovery_ms = now + kBetweenTriesMs;
    const JournalPlace before = place;
    if (db.handle() != nullptr) keep_log_on_close(db);
    db.close();
    auto opened = open_database(false);
    if (opened) opened = empty_the_log(db);
    // Whatever was reported as written is there; one more entry may be, of the write that failed.
    if (opened && place.last_entry < before.last_entry) {
        opened = payment::fail(payment::ErrorCode::corrupt, "The disk has lost sales that were stored; restore the database from the backup.");
    }
    if (!opened) {
        place = before;
        db.mark_failed();
        return tl::make_unexpected(opened.error());
    }
    place.epoch_is_ours = before.epoch_is_ours && before.head && place.head && place.head->key.epoch == before.head->key.epoch;
    place.continues = before.continues || before.epoch_is_ours;
    place.next_reason = before.next_reason;
    return payment::ok();
}

}  // namespace mulin::sync
