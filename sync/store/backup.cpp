// A copy of a store in use, made by the connection that owns it: a copied file would lack the log, and
// a second connection is what this SQLite must not have.

#include <sqlite3.h>

#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

Status copy_pages(Database& from, Database& to) {
    sqlite3_backup* copy = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
    if (copy == nullptr) return tl::make_unexpected(to.error(sqlite3_errcode(to.handle())));
    const int stepped = sqlite3_backup_step(copy, -1);
    const int finished = sqlite3_backup_finish(copy);
    if (stepped == SQLITE_DONE && finished == SQLITE_OK) return payment::ok();
    return tl::make_unexpected(to.error(finished != SQLITE_OK ? finished : stepped));
}

}  // namespace

Status TerminalStore::backup(const std::string& file) {
    const std::lock_guard guard(impl_->mutex);
    std::error_code error;
    if (std::filesystem::exists(file, error)) {
        return fail(ErrorCode::conflict, file + " exists already; a backup overwrites nothing.");
    }
    Database copy;
    MULIN_TRY_STATUS(copy.open(file, impl_->options.vfs, true));
    const auto done = copy_pages(impl_->db, copy);
    copy.close();
    if (!done) std::filesystem::remove(file, error);
    return done;
}

}  // namespace mulin::sync
