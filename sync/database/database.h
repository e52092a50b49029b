#pragma once
// The district's database as the server's rooms see it: prepared statements, transactions and nothing
// of a product. Implementations: SqliteDatabase (sqlite.h), PostgresDatabase (postgres.h). Knows no
// table of ours. One connection, one thread at a time.
//
// The SQL is what both products read alike, and what CockroachDB, YugabyteDB and Citus take as well:
//   - parameters are `?`, in order; text and 64-bit integers only; no dates, no floating point
//   - INSERT ... ON CONFLICT (...) DO NOTHING or DO UPDATE SET ...; never OR REPLACE, OR IGNORE
//   - a new row's number comes back by RETURNING; rows are read in an explicit ORDER BY
//   - no triggers, sequences for business numbers, advisory or table locks, LISTEN/NOTIFY, JSON functions

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/result.h"

namespace mulin::sync::database {

// A product's side of one prepared statement. Used through Statement only.
class Prepared {
  public:
    virtual ~Prepared() = default;
    virtual void bind(int position, std::string_view text) = 0;  // positions from 1
    virtual void bind(int position, std::int64_t number) = 0;
    virtual void bind_null(int position) = 0;
    virtual payment::Result<bool> step() = 0;
    virtual std::string text(int column) const = 0;
    virtual std::int64_t number(int column) const = 0;
    virtual std::int64_t changed_rows() const = 0;
    virtual payment::Status queue() = 0;
    virtual void reset() = 0;
};

// One use of a prepared statement: bind in order, step through rows, read columns. Reset when it
// goes out of scope, so that no read stays open. The same SQL must not be in use twice at a time.
class Statement {
  public:
    explicit Statement(Prepared& prepared) : prepared_(&prepared) {}
    ~Statement() {
        if (prepared_ != nullptr) prepared_->reset();
    }
    Statement(Statement&& other) noexcept : prepared_(other.prepared_), bound_(other.bound_) { other.prepared_ = nullptr; }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    Statement& operator=(Statement&&) = delete;

    Statement& bind(std::string_view text) {
        prepared_->bind(++bound_, text);
        return *this;
    }
    Statement& bind(std::int64_t number) {
        prepared_->bind(++bound_, number);
        return *this;
    }
    Statement& bind_null() {
        prepared_->bind_null(++bound_);
        return *this;
    }
    // True while there is a row.
    payment::Result<bool> step() { return prepared_->step(); }
    // For statements that answer no rows.
    payment::Status run();
    // As run, inside a transaction; the product may send it together with others. What is wrong with it
    // is said by whatever is asked next, at the latest by commit.
    payment::Status queue() { return prepared_->queue(); }
    // For INSERT ... RETURNING of one number.
    payment::Result<std::int64_t> returned();
    // Columns from 0; a NULL reads as empty text or 0.
    std::string text(int column) const { return prepared_->text(column); }
    std::int64_t number(int column) const { return prepared_->number(column); }
    // By this statement, after it ran.
    std::int64_t changed_rows() const { return prepared_->changed_rows(); }

  private:
    Prepared* prepared_;
    int bound_ = 0;
};

// How much of what others do at the same time a transaction is shielded from.
enum class Isolation {
    serial,     // as if it ran alone; may have to be repeated
    row_locks,  // decides by rows that it has locked: by an UPDATE of them before it reads
    snapshot    // reads only, all of it as of one moment
};

class Database {
  public:
    virtual ~Database() = default;
    // Prepared once and kept; sql must be a literal. A text that the product cannot read ends the program.
    virtual Statement prepare(const char* sql) = 0;
    virtual payment::Status execute(const std::string& sql) = 0;  // several statements, no parameters
    virtual payment::Status execute_schema(const std::string& ddl) = 0;  // DDL as in our schema folders
    // Where tables are split by month, the day (since 1970) gets the table of its month. Outside of
    // transactions; a day that was not announced goes with the rest.
    virtual payment::Status open_month(const char* table, std::int64_t day) = 0;
    // Numbers that no row of the table has, rising, for rows that this transaction inserts before it asks
    // for more: what a row gets by itself, but many at a time and before it is written.
    virtual payment::Result<std::vector<std::int64_t>> numbers(const std::string& table, const std::string& column, int count) = 0;
    // New rows get numbers above this one; for tables that were filled with numbers given.
    virtual payment::Status number_after(const std::string& table, const std::string& column, std::int64_t highest) = 0;
    virtual payment::Status begin(Isolation isolation) = 0;
    virtual payment::Status commit() = 0;
    virtual void rollback() = 0;
    // Whether the last transaction failed only because of others, or with its connection, and surely did
    // not happen: then its whole body may be tried again (in_transaction.h).
    virtual bool may_repeat() const = 0;
    // Of the schema; 0 for an empty database. The setter belongs into the step's transaction.
    virtual payment::Result<std::int64_t> schema_version() = 0;
    virtual payment::Status set_schema_version(std::int64_t version) = 0;
};

// Begins on construction; rolls back unless committed.
class Transaction {
  public:
    explicit Transaction(Database& database, Isolation isolation = Isolation::serial)
        : database_(database), begun_(database.begin(isolation)) {}
    ~Transaction() {
        if (begun_ && !done_) database_.rollback();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    const payment::Status& begun() const { return begun_; }
    payment::Status commit() {
        auto status = database_.commit();
        done_ = status.has_value();
        return status;
    }

  private:
    Database& database_;
    payment::Status begun_;
    bool done_ = false;
};

}  // namespace mulin::sync::database
