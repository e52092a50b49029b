#pragma once
// A SQLite database file that this process alone owns: one connection, WAL, synchronous=FULL read
// back, exclusive lock. Wraps the C interface; knows no table of ours. One thread at a time.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "payment/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace mulin::sync::server {

// One use of a prepared statement: bind in order, step through rows, read columns. Reset when it
// goes out of scope, so that no read stays open.
class Statement {
  public:
    Statement(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
    ~Statement();
    Statement(Statement&& other) noexcept;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    Statement& operator=(Statement&&) = delete;

    Statement& bind(std::string_view text);
    Statement& bind(std::int64_t number);
    Statement& bind_null();
    // True while there is a row.
    payment::Result<bool> step();
    // For statements that answer no rows.
    payment::Status run();
    std::string text(int column) const;
    std::int64_t number(int column) const;

  private:
    sqlite3* db_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
};

class SqliteFile {
  public:
    // Creates the file when `create`; otherwise a missing file is not_found. A file of another
    // application or a newer version is corrupt and left untouched.
    static payment::Result<std::unique_ptr<SqliteFile>> open(const std::filesystem::path& file,
                                                             std::int32_t application_id, bool create);
    ~SqliteFile();

    // Statements are prepared once and kept; sql must be a literal.
    Statement prepare(const char* sql);
    payment::Status execute(const std::string& sql);  // several statements, no parameters
    payment::Status begin();
    payment::Status commit();
    void rollback();
    std::int64_t last_insert_id() const;
    std::int64_t changed_rows() const;
    payment::Result<std::int64_t> user_version();

  private:
    explicit SqliteFile(sqlite3* db) : db_(db) {}
    payment::Status configure(std::int32_t application_id);
    sqlite3* db_;
    std::unordered_map<const char*, sqlite3_stmt*> prepared_;
};

// Begins on construction; rolls back unless committed.
class Transaction {
  public:
    explicit Transaction(SqliteFile& file) : file_(file), begun_(file.begin()) {}
    ~Transaction() {
        if (begun_ && !done_) file_.rollback();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    const payment::Status& begun() const { return begun_; }
    payment::Status commit() {
        auto status = file_.commit();
        done_ = status.has_value();
        return status;
    }

  private:
    SqliteFile& file_;
    payment::Status begun_;
    bool done_ = false;
};

}  // namespace mulin::sync::server
