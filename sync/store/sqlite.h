#pragma once
// SQLite in the shape the store's sources need: a connection, a query that resets itself, a
// transaction that rolls back by itself, and errors as Result. Knows no table. Not thread-safe: the
// store's mutex is held around every use.

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "payment/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace mulin::sync {

using payment::Result;
using payment::Status;

class Database {
  public:
    Database() = default;
    ~Database() { close(); }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // vfs may be empty. The file must exist unless create is set.
    Status open(const std::string& file, const std::string& vfs, bool create);
    void close();
    // Several statements, no parameters, no rows wanted.
    Status run(const std::string& sql);

    // What the last failed call means, in words an operator can act on.
    payment::Error error(int code) const;
    // Set once a write or flush failed: what is on disk is then unknown until it is opened again.
    bool failed() const { return failed_; }
    void mark_failed() { failed_ = true; }
    // A statement is being read somewhere: not the moment to close.
    bool in_use() const { return taken_ > 0; }
    sqlite3* handle() const { return db_; }

  private:
    friend class Query;
    sqlite3_stmt* take(const char* sql, int& code);
    void give_back(const char* sql, sqlite3_stmt* statement);
    void note_failure(int code);

    sqlite3* db_ = nullptr;
    std::map<const char*, sqlite3_stmt*> idle_;  // prepared statements by the address of their text
    int taken_ = 0;
    bool failed_ = false;
};

// One run of a statement. sql must be a literal: prepared statements are kept by its address.
class Query {
  public:
    template <class... Values>
    Query(Database& db, const char* sql, const Values&... values) : db_(db), sql_(sql) {
        statement_ = db_.take(sql_, code_);
        int at = 0;
        (bind(++at, values), ...);
        (void)at;
    }
    ~Query() { db_.give_back(sql_, statement_); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    // True when there is a (next) row.
    Result<bool> next();
    // To the end; for statements whose rows, if any, do not matter.
    Status run();

    std::int64_t integer(int column) const;
    std::string text(int column) const;  // also for BLOB; empty for NULL
    bool is_null(int column) const;
    int columns() const;

  private:
    template <std::integral T>
    void bind(int at, T value) {
        bind_integer(at, static_cast<std::int64_t>(value));
    }
    void bind(int at, std::string_view value) { bind_text(at, value); }
    void bind(int at, const std::string& value) { bind_text(at, value); }
    void bind(int at, const char* value) { bind_text(at, value); }
    template <class T>
    void bind(int at, const std::optional<T>& value) {
        if (value) bind(at, *value);  // unbound is NULL
    }
    template <class T>
        requires requires(const T& v) { v.is_blob(); }
    void bind(int at, const T& value) {
        bind_blob(at, value.bytes);
    }
    void bind_integer(int at, std::int64_t value);
    void bind_text(int at, std::string_view value);
    void bind_blob(int at, std::string_view value);

    Database& db_;
    const char* sql_;
    sqlite3_stmt* statement_ = nullptr;
    int code_ = 0;
};

// Marks bytes to be bound as BLOB.
struct Blob {
    std::string_view bytes;
    static bool is_blob() { return true; }
};

// BEGIN IMMEDIATE to COMMIT; rolled back when it goes out of scope before.
class Transaction {
  public:
    explicit Transaction(Database& db) : db_(db) {}
    ~Transaction();
    Status begin();
    Status commit();

  private:
    Database& db_;
    bool open_ = false;
};

}  // namespace mulin::sync
