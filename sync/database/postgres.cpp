#include "sync/database/postgres.h"

#include <charconv>
#include <cstdio>

#include "payment/base/check.h"
#include "payment/base/clock.h"
#include "sync/database/postgres_session.h"
#include "sync/database/postgres_text.h"

namespace mulin::sync::database {
namespace {

using payment::Result;
using payment::Status;

class PostgresPrepared final : public Prepared {
  public:
    PostgresPrepared(PostgresSession& session, const char* sql, std::size_t number) : session_(session) {
        query_.sql = numbered_parameters(sql);
        query_.name = "s" + std::to_string(number);
        query_.reads = query_.sql.rfind("SELECT", 0) == 0;
    }
    void bind(int position, std::string_view text) override {
        place(position) = needs_escape(text) ? escaped_text(text) : std::string(text);
    }
    void bind(int position, std::int64_t number) override { place(position) = std::to_string(number); }
    void bind_null(int position) override {
        place(position);
        query_.nulls.back() = true;
    }
    Result<bool> step() override { return session_.step(query_, row_); }
    std::string text(int column) const override {
        const auto bytes = row_.column(column);
        return bytes.find('\x1A') == std::string_view::npos ? std::string(bytes) : unescaped_text(bytes);
    }
    std::int64_t number(int column) const override {
        const auto bytes = row_.column(column);
        if (bytes == "t") return 1;
        std::int64_t value = 0;
        std::from_chars(bytes.data(), bytes.data() + bytes.size(), value);
        return value;
    }
    std::int64_t changed_rows() const override { return query_.changed; }
    Status queue() override {
        auto status = session_.in_transaction() ? session_.queue(query_) : step().map([](bool) { return payment::Unit{}; });
        return status;
    }
    void reset() override { session_.forget(query_); }

  private:
    std::string& place(int position) {
        MULIN_CHECK(static_cast<std::size_t>(position) == query_.values.size() + 1);
        query_.nulls.push_back(false);
        return query_.values.emplace_back();
    }
    PostgresSession& session_;
    PostgresQuery query_;
    PostgresRow row_;
};

}  // namespace

PostgresDatabase::PostgresDatabase(std::unique_ptr<PostgresSession> session) : session_(std::move(session)) {}
PostgresDatabase::~PostgresDatabase() = default;

Result<std::unique_ptr<PostgresDatabase>> PostgresDatabase::open(const std::string& url) {
    auto session = std::make_unique<PostgresSession>(url);
    MULIN_TRY_STATUS(session->connect());
    return std::unique_ptr<PostgresDatabase>(new PostgresDatabase(std::move(session)));
}

Statement PostgresDatabase::prepare(const char* sql) {
    auto& prepared = prepared_[sql];
    if (!prepared) prepared = std::make_unique<PostgresPrepared>(*session_, sql, prepared_.size());
    return Statement(*prepared);
}

Status PostgresDatabase::execute(const std::string& sql) { return session_->execute(sql); }
Status PostgresDatabase::execute_schema(const std::string& ddl) { return session_->execute(postgres_schema(ddl)); }

Status PostgresDatabase::open_month(const char* table, std::int64_t day) {
    // What a till's wrong clock may say goes with the rest, so that it cannot make tables without end.
    constexpr std::int64_t kFirst = 18'262, kLast = 40'177;  // 2020-01-01 to 2079-12-31
    if (day < kFirst || day > kLast) return payment::ok();
    const auto date = payment::Date::from_days(static_cast<std::int32_t>(day));
    const auto from = date.plus_days(1 - date.day());
    const auto later = from.plus_days(31);
    const auto until = later.plus_days(1 - later.day());
    const std::string name = std::string(table) + "_" + from.text().substr(0, 4) + "_" + from.text().substr(5, 2);
    if (session_->months.count(name) != 0) return payment::ok();
    const std::string make = "CREATE TABLE IF NOT EXISTS " + name + " PARTITION OF " + table + " FOR VALUES FROM (" +
                             std::to_string(from.days_since_1970()) + ") TO (" + std::to_string(until.days_since_1970()) + ")";
    Status made = execute(make);
    // Another server may make the same at the same moment; then it is there now.
    for (int tries = 0; !made && made.error().code != payment::ErrorCode::conflict && tries < 5; ++tries) made = execute(make);
    // Rows of the month that lie with the rest already keep company there.
    if (!made && made.error().code != payment::ErrorCode::conflict) return made;
    session_->months.insert(name);
    return payment::ok();
}

Result<std::vector<std::int64_t>> PostgresDatabase::numbers(const std::string& table, const std::string& column, int count) {
    auto query = prepare("SELECT nextval(CAST(pg_get_serial_sequence(?, ?) AS regclass)) FROM generate_series(1, CAST(? AS integer))");
    query.bind(table).bind(column).bind(count);
    std::vector<std::int64_t> numbers;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return numbers;
        numbers.push_back(query.number(0));
    }
}

Status PostgresDatabase::number_after(const std::string& table, const std::string& column, std::int64_t highest) {
    return execute("ALTER TABLE " + table + " ALTER COLUMN " + column + " RESTART WITH " + std::to_string(highest + 1));
}

Status PostgresDatabase::begin(Isolation isolation) { return session_->begin(isolation); }
Status PostgresDatabase::commit() { return session_->commit(); }
void PostgresDatabase::rollback() { session_->rollback(); }
bool PostgresDatabase::may_repeat() const { return session_->may_repeat(); }

Result<std::int64_t> PostgresDatabase::schema_version() {
    auto there = prepare("SELECT count(*) FROM pg_tables WHERE tablename = 'schema_version' AND schemaname = current_schema()");
    MULIN_TRY(const bool row, there.step());
    if (!row || there.number(0) == 0) return 0;
    auto query = prepare("SELECT coalesce(max(version), 0) FROM schema_version");
    MULIN_TRY(const bool found, query.step());
    return found ? query.number(0) : 0;
}

Status PostgresDatabase::set_schema_version(std::int64_t version) {
    const std::string number = std::to_string(version);
    return execute("CREATE TABLE IF NOT EXISTS schema_version (id BIGINT PRIMARY KEY, version BIGINT NOT NULL);"
                   "INSERT INTO schema_version (id, version) VALUES (1, " + number + ") "
                   "ON CONFLICT (id) DO UPDATE SET version = excluded.version");
}

}  // namespace mulin::sync::database
