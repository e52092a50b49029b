#pragma once
// A SQLite database file that this process alone owns: one connection, WAL, synchronous=FULL read
// back, exclusive lock. Wraps the C interface. One thread at a time.

#include <filesystem>
#include <unordered_map>

#include "sync/database/database.h"

struct sqlite3;
struct sqlite3_backup;

namespace mulin::sync::database {

class SqliteDatabase final : public Database {
  public:
    // Creates the file when `create`; otherwise a missing file is not_found. A file of another
    // application is corrupt and left untouched.
    static payment::Result<std::unique_ptr<SqliteDatabase>> open(const std::filesystem::path& file,
                                                                 std::int32_t application_id, bool create);
    ~SqliteDatabase() override;

    Statement prepare(const char* sql) override;
    payment::Status execute(const std::string& sql) override;
    payment::Status execute_schema(const std::string& ddl) override { return execute(ddl); }
    payment::Status open_month(const char*, std::int64_t) override { return payment::ok(); }
    payment::Result<std::vector<std::int64_t>> numbers(const std::string& table, const std::string& column, int count) override;
    payment::Status number_after(const std::string&, const std::string&, std::int64_t) override { return payment::ok(); }
    payment::Status begin(Isolation isolation) override;
    payment::Status commit() override;
    void rollback() override;
    bool may_repeat() const override { return false; }
    payment::Result<std::int64_t> schema_version() override;
    payment::Status set_schema_version(std::int64_t version) override;

    // Moves everything into the file itself, so that it may be renamed.
    payment::Status checkpoint();
    // corrupt when the file's pages do not hang together.
    payment::Status check();
    // The statements that ran since this was asked last, for looking at their plans.
    std::vector<const char*> ran();

  private:
    friend class SqliteBackup;
    explicit SqliteDatabase(sqlite3* db) : db_(db) {}
    payment::Status configure(std::int32_t application_id);
    sqlite3* db_;
    std::unordered_map<const char*, std::unique_ptr<Prepared>> prepared_;
};

// A copy of the file made while it is in use, by its one connection: what is written meanwhile through
// the same connection goes into both. Every call needs the database to itself.
class SqliteBackup {
  public:
    static payment::Result<std::unique_ptr<SqliteBackup>> start(SqliteDatabase& from, const std::filesystem::path& file);
    ~SqliteBackup();
    SqliteBackup(const SqliteBackup&) = delete;
    SqliteBackup& operator=(const SqliteBackup&) = delete;
    // So many pages; false when the copy is complete and on the disk.
    payment::Result<bool> step(int pages);

  private:
    SqliteBackup() = default;
    sqlite3* to_ = nullptr;
    sqlite3_backup* backup_ = nullptr;
};

}  // namespace mulin::sync::database
