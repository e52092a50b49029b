#pragma once
// A SQLite database file that this process alone owns: one connection, WAL, synchronous=FULL read
// back, exclusive lock. Wraps the C interface. One thread at a time.

#include <filesystem>
#include <unordered_map>

#include "sync/database/database.h"

struct sqlite3;

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
    payment::Status begin() override;
    payment::Status commit() override;
    void rollback() override;
    payment::Result<std::int64_t> schema_version() override;
    payment::Status set_schema_version(std::int64_t version) override;

    // Moves everything into the file itself, so that it may be renamed.
    payment::Status checkpoint();

  private:
    explicit SqliteDatabase(sqlite3* db) : db_(db) {}
    payment::Status configure(std::int32_t application_id);
    sqlite3* db_;
    std::unordered_map<const char*, std::unique_ptr<Prepared>> prepared_;
};

}  // namespace mulin::sync::database
