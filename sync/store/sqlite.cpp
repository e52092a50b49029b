#include "sync/store/sqlite.h"

#include <sqlite3.h>

#include "payment/base/check.h"

namespace mulin::sync {
namespace {

using payment::Error;
using payment::ErrorCode;

bool leaves_disk_unknown(int extended) {
    return extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC || extended == SQLITE_IOERR_WRITE ||
           extended == SQLITE_IOERR_TRUNCATE;
}

}  // namespace

Status Database::open(const std::string& file, const std::string& vfs, bool create) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(file.c_str(), &db_, flags, vfs.empty() ? nullptr : vfs.c_str());
    if (code != SQLITE_OK) {
        auto problem = error(code);
        close();
        return tl::make_unexpected(std::move(problem));
    }
    sqlite3_extended_result_codes(db_, 1);
    return payment::ok();
}

void Database::close() {
    for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
    idle_.clear();
    if (db_ != nullptr) MULIN_CHECK(sqlite3_close(db_) == SQLITE_OK);
    db_ = nullptr;
    failed_ = false;
}

Status Database::run(const std::string& sql) {
    const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return payment::ok();
    note_failure(code);
    return tl::make_unexpected(error(code));
}

Error Database::error(int code) const {
    const std::string detail = std::string(" (") + (db_ != nullptr ? sqlite3_errmsg(db_) : sqlite3_errstr(code)) + ").";
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return {ErrorCode::disk_full, "The disk is full, nothing was stored; free some space and try again" + detail, true};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {ErrorCode::corrupt, "The till's database is damaged; restore it from the backup" + detail};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::conflict, "Another program has the till's database open; close it first" + detail, true};
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {ErrorCode::disk, "The disk could not be read or written, nothing was stored; check it and start again" + detail, true};
        case SQLITE_TOOBIG:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
            return {ErrorCode::invalid_input, "The record contradicts what is stored" + detail};
        default: return {ErrorCode::disk, "The till's database failed" + detail};
    }
}

void Database::note_failure(int code) {
    if (leaves_disk_unknown(code)) failed_ = true;
}

sqlite3_stmt* Database::take(const char* sql, int& code) {
    if (const auto found = idle_.find(sql); found != idle_.end()) {
        auto* statement = found->second;
        idle_.erase(found);
        ++taken_;
        return statement;
    }
    sqlite3_stmt* statement = nullptr;
    code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (statement != nullptr) ++taken_;
    return statement;
}

void Database::give_back(const char* sql, sqlite3_stmt* statement) {
    if (statement == nullptr) return;
    --taken_;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (!idle_.emplace(sql, statement).second) sqlite3_finalize(statement);
}

Result<bool> Query::next() {
    if (code_ == SQLITE_OK) code_ = sqlite3_step(statement_);
    if (code_ == SQLITE_ROW) {
        code_ = SQLITE_OK;
        return true;
    }
    if (code_ == SQLITE_DONE) return false;
    db_.note_failure(code_);
    return tl::make_unexpected(db_.error(code_));
}

Status Query::run() {
    for (;;) {
        MULIN_TRY(const bool more, next());
        if (!more) return payment::ok();
    }
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

int Query::columns() const { return sqlite3_column_count(statement_); }

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

// Bound bytes are copied: a named Query outlives the temporaries it was given.
void Query::bind_text(int at, std::string_view value) {
    if (code_ != SQLITE_OK) return;
    code_ = sqlite3_bind_text64(statement_, at, value.data() != nullptr ? value.data() : "", value.size(), SQLITE_TRANSIENT,
                                SQLITE_UTF8);
}

void Query::bind_blob(int at, std::string_view value) {
    if (code_ != SQLITE_OK) return;
    code_ = sqlite3_bind_blob64(statement_, at, value.data() != nullptr ? value.data() : "", value.size(), SQLITE_TRANSIENT);
}

void Query::bind_integer(int at, std::int64_t value) {
    if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, at, value);
}

Transaction::~Transaction() {
    // A failed rollback leaves nothing to roll back: SQLite has done it by itself.
    if (open_) (void)sqlite3_exec(db_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Status Transaction::begin() {
    MULIN_TRY_STATUS(Query(db_, "BEGIN IMMEDIATE").run());
    open_ = true;
    return payment::ok();
}

Status Transaction::commit() {
    MULIN_TRY_STATUS(Query(db_, "COMMIT").run());
    open_ = false;
    return payment::ok();
}

}  // namespace mulin::sync
