#pragma once
// One connection to PostgreSQL, for postgres.cpp alone: what was sent and not yet answered, and what
// its errors mean. At most one statement's rows are on their way at a time, or a row of queued writes.

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "payment/base/result.h"
#include "sync/database/database.h"

struct pg_conn;
struct pg_result;

namespace mulin::sync::database {

// Columns as text, one behind the other.
struct PostgresRow {
    std::string bytes;
    std::vector<std::size_t> ends;
    std::string_view column(int index) const;
};

// What a statement has to say, and where its rows go.
struct PostgresQuery {
    std::string sql;  // with $n
    std::string name;
    int connection = 0;  // on which it is prepared
    bool reads = false;
    std::vector<std::string> values;
    std::vector<bool> nulls;

    bool sent = false;
    bool streaming = false;  // rows are still on their way
    std::deque<PostgresRow> kept;
    payment::Status kept_status = payment::ok();
    std::int64_t changed = 0;
};

class PostgresSession {
  public:
    explicit PostgresSession(std::string url) : url_(std::move(url)) {}
    ~PostgresSession();
    PostgresSession(const PostgresSession&) = delete;
    PostgresSession& operator=(const PostgresSession&) = delete;

    payment::Status connect();
    payment::Status execute(const std::string& sql);
    // The statement's next row; false behind the last. Sends it first when it was not.
    payment::Result<bool> step(PostgresQuery& query, PostgresRow& row);
    payment::Status queue(PostgresQuery& query);
    void forget(PostgresQuery& query);  // whatever of it is still on its way

    payment::Status begin(Isolation isolation);
    payment::Status commit();
    void rollback();
    bool in_transaction() const { return in_transaction_; }
    bool may_repeat() const { return may_repeat_; }
    std::set<std::string> months;  // partitions that are known to be there

  private:
    payment::Status settle();  // nothing is on its way any more
    payment::Status usable();  // settled, and connected unless a transaction was lost
    payment::Status flush();
    payment::Status prepare(PostgresQuery& query);
    payment::Status send(PostgresQuery& query);
    payment::Result<bool> receive(PostgresQuery& query, PostgresRow& row);
    tl::unexpected<payment::Error> failed(const pg_result* result);
    bool lost() const;

    std::string url_;
    pg_conn* connection_ = nullptr;
    int connections_ = 0;
    bool in_transaction_ = false;
    bool committing_ = false;
    bool may_repeat_ = false;
    int queued_ = 0;
    PostgresQuery* streaming_ = nullptr;
};

}  // namespace mulin::sync::database
