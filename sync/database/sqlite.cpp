#include "sync/database/sqlite.h"

#include <sqlite3.h>

#include <numeric>
#include <utility>

#include "payment/base/check.h"

namespace mulin::sync::database {
namespace {

using payment::ErrorCode;
using payment::fail;
using payment::Status;

payment::Error error_of(sqlite3* db) {
    const int code = sqlite3_errcode(db) & 0xFF;
    const std::string detail = std::string(" (") + sqlite3_errmsg(db) + ").";
    switch (code) {
        case SQLITE_FULL:
            return {ErrorCode::disk_full, "The disk is full; free some space and try again" + detail, true};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::conflict, "The district's database is in use by another program" + detail, true};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {ErrorCode::corrupt,
                    "The district's database file is damaged or not ours; restore it from a backup" + detail};
        default: return {ErrorCode::disk, "The district's database cannot be read or written" + detail, true};
    }
}

// Text of a pragma's first answer.
std::string pragma(sqlite3* db, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    std::string value;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        const auto* text = sqlite3_column_text(statement, 0);
        if (text != nullptr) value = reinterpret_cast<const char*>(text);
    }
    sqlite3_finalize(statement);
    return value;
}

class SqlitePrepared final : public Prepared {
  public:
    SqlitePrepared(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
    ~SqlitePrepared() override { sqlite3_finalize(statement_); }
    SqlitePrepared(const SqlitePrepared&) = delete;
    SqlitePrepared& operator=(const SqlitePrepared&) = delete;

    void bind(int position, std::string_view text) override {
        const int code = sqlite3_bind_text(statement_, position, text.data() == nullptr ? "" : text.data(),
                                           static_cast<int>(text.size()), SQLITE_TRANSIENT);
        MULIN_CHECK(code == SQLITE_OK);
    }
    void bind(int position, std::int64_t number) override {
        MULIN_CHECK(sqlite3_bind_int64(statement_, position, number) == SQLITE_OK);
    }
    void bind_null(int position) override { MULIN_CHECK(sqlite3_bind_null(statement_, position) == SQLITE_OK); }

    payment::Result<bool> step() override {
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) return false;
        return tl::make_unexpected(error_of(db_));
    }
    std::string text(int column) const override {
        const auto* text = sqlite3_column_text(statement_, column);
        if (text == nullptr) return {};
        return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }
    std::int64_t number(int column) const override { return sqlite3_column_int64(statement_, column); }
    std::int64_t changed_rows() const override { return sqlite3_changes64(db_); }
    Status queue() override { return step().map([](bool) { return payment::Unit{}; }); }
    bool ran() { return sqlite3_stmt_status(statement_, SQLITE_STMTSTATUS_RUN, 1) > 0; }
    void reset() override {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

  private:
    sqlite3* db_;
    sqlite3_stmt* statement_;
};

}  // namespace

payment::Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::filesystem::path& file,
                                                              std::int32_t application_id, bool create) {
    std::error_code ignored;
    if (!create && !std::filesystem::exists(file, ignored)) {
        return fail(ErrorCode::not_found, "There is no district at " + file.string() +
                                              "; make one with `mulin-district init --data DIR`.");
    }
    sqlite3* db = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(file.c_str(), &db, flags, nullptr);
    std::unique_ptr<SqliteDatabase> opened(new SqliteDatabase(db));
    if (code != SQLITE_OK) return tl::make_unexpected(error_of(db));
    MULIN_TRY_STATUS(opened->configure(application_id));
    return opened;
}

Status SqliteDatabase::configure(std::int32_t application_id) {
    // Before anything is read: the log is then never shared with another program.
    MULIN_TRY_STATUS(execute("PRAGMA locking_mode=EXCLUSIVE"));
    const auto stamped = pragma(db_, "PRAGMA application_id");
    if (stamped.empty()) return tl::make_unexpected(error_of(db_));
    if (stamped != std::to_string(application_id)) {
        if (stamped != "0" || pragma(db_, "SELECT count(*) FROM sqlite_schema") != "0") {
            return fail(ErrorCode::corrupt, "The file is not a district's database; it was left untouched.");
        }
        MULIN_TRY_STATUS(execute("PRAGMA application_id=" + std::to_string(application_id)));
    }
    MULIN_TRY_STATUS(execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                             "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
                             "PRAGMA mmap_size=0; PRAGMA journal_size_limit=16777216; PRAGMA temp_store=MEMORY;"
                             // A month of a district does not fit into the 2 MB that are the default.
                             "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=4000"));
    if (pragma(db_, "PRAGMA journal_mode") != "wal" || pragma(db_, "PRAGMA synchronous") != "2") {
        return fail(ErrorCode::disk, "The database cannot be made durable here (WAL with full sync was refused).");
    }
    return payment::ok();
}

SqliteDatabase::~SqliteDatabase() {
    prepared_.clear();
    sqlite3_close(db_);
}

Statement SqliteDatabase::prepare(const char* sql) {
    auto& prepared = prepared_[sql];
    if (!prepared) {
        sqlite3_stmt* statement = nullptr;
        const int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) std::fprintf(stderr, "mulin: %s in: %s\n", sqlite3_errmsg(db_), sql);
        MULIN_CHECK(code == SQLITE_OK);
        prepared = std::make_unique<SqlitePrepared>(db_, statement);
    }
    return Statement(*prepared);
}

std::vector<const char*> SqliteDatabase::ran() {
    std::vector<const char*> texts;
    for (const auto& [text, prepared] : prepared_) {
        if (static_cast<SqlitePrepared&>(*prepared).ran()) texts.push_back(text);
    }
    return texts;
}

Status SqliteDatabase::execute(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return payment::ok();
    return tl::make_unexpected(error_of(db_));
}

Status SqliteDatabase::begin(Isolation isolation) {
    return execute(isolation == Isolation::snapshot ? "BEGIN" : "BEGIN IMMEDIATE");
}
Status SqliteDatabase::commit() { return execute("COMMIT"); }
void SqliteDatabase::rollback() { sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr); }

// Nobody else can write before the transaction ends.
payment::Result<std::vector<std::int64_t>> SqliteDatabase::numbers(const std::string& table, const std::string& column, int count) {
    const auto highest = pragma(db_, ("SELECT coalesce(max(" + column + "), 0) FROM " + table).c_str());
    if (highest.empty()) return tl::make_unexpected(error_of(db_));
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), std::stoll(highest) + 1);
    return numbers;
}

payment::Result<std::int64_t> SqliteDatabase::schema_version() {
    const auto text = pragma(db_, "PRAGMA user_version");
    if (text.empty()) return tl::make_unexpected(error_of(db_));
    return std::stoll(text);
}

Status SqliteDatabase::set_schema_version(std::int64_t version) {
    return execute("PRAGMA user_version=" + std::to_string(version));
}

Status SqliteDatabase::check() {
    if (pragma(db_, "PRAGMA quick_check(1)") == "ok") return payment::ok();
    return fail(ErrorCode::corrupt, "The database file is damaged; use another backup.");
}

payment::Result<std::unique_ptr<SqliteBackup>> SqliteBackup::start(SqliteDatabase& from, const std::filesystem::path& file) {
    std::unique_ptr<SqliteBackup> backup(new SqliteBackup());
    if (sqlite3_open_v2(file.c_str(), &backup->to_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) == SQLITE_OK) {
        backup->backup_ = sqlite3_backup_init(backup->to_, "main", from.db_, "main");
    }
    if (backup->backup_ == nullptr) return tl::make_unexpected(error_of(backup->to_));
    return backup;
}

payment::Result<bool> SqliteBackup::step(int pages) {
    const int code = sqlite3_backup_step(backup_, pages);
    if (code == SQLITE_OK) return true;
    sqlite3_backup_finish(std::exchange(backup_, nullptr));
    if (code == SQLITE_DONE) return false;
    return tl::make_unexpected(error_of(to_));
}

SqliteBackup::~SqliteBackup() {
    if (backup_ != nullptr) sqlite3_backup_finish(backup_);
    sqlite3_close(to_);
}

Status SqliteDatabase::checkpoint() { return execute("PRAGMA wal_checkpoint(TRUNCATE)"); }

}  // namespace mulin::sync::database
