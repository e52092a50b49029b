#pragma once
// A PostgreSQL database that several processes may use at a time, or another product that speaks its
// protocol. Wraps libpq. One connection, one thread at a time; a connection that was lost is made
// again for the next transaction, and for a read outside of transactions, which is then asked again.
// Rows are taken one by one as they come, so that a large result needs no memory; only when another
// statement is used meanwhile is the rest kept.

#include <unordered_map>

#include "sync/database/database.h"

namespace mulin::sync::database {

class PostgresSession;

class PostgresDatabase final : public Database {
  public:
    // postgresql://…; what it leaves out comes from libpq's files and environment (a password from its
    // password file). network: nobody answers; refused: it will not have us, or cannot keep our text.
    static payment::Result<std::unique_ptr<PostgresDatabase>> open(const std::string& url);
    ~PostgresDatabase() override;

    Statement prepare(const char* sql) override;
    payment::Status execute(const std::string& sql) override;
    payment::Status execute_schema(const std::string& ddl) override;
    payment::Status open_month(const char* table, std::int64_t day) override;
    payment::Result<std::vector<std::int64_t>> numbers(const std::string& table, const std::string& column, int count) override;
    payment::Status number_after(const std::string& table, const std::string& column, std::int64_t highest) override;
    payment::Status begin(Isolation isolation) override;
    payment::Status commit() override;
    void rollback() override;
    bool may_repeat() const override;
    payment::Result<std::int64_t> schema_version() override;
    payment::Status set_schema_version(std::int64_t version) override;

  private:
    explicit PostgresDatabase(std::unique_ptr<PostgresSession> session);
    std::unique_ptr<PostgresSession> session_;
    std::unordered_map<const char*, std::unique_ptr<Prepared>> prepared_;
};

}  // namespace mulin::sync::database
