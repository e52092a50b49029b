#include "sync/database/postgres_session.h"

#include <libpq-fe.h>

#include <cstdio>
#include <memory>

#include "payment/base/check.h"
#include "sync/database/postgres_text.h"

namespace mulin::sync::database {
namespace {

using payment::ErrorCode;
using payment::fail;
using payment::Result;
using payment::Status;

// Answers of queued writes wait in the connection's buffers meanwhile.
constexpr int kMostQueued = 256;

struct ResultCloser {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ResultCloser>;

std::string one_line(const char* text) {
    std::string line(text == nullptr ? "" : text);
    if (const auto end = line.find('\n'); end != std::string::npos) line.resize(end);
    return line;
}

std::string state_of(const PGresult* result) {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state == nullptr ? "" : state;
}

bool is_one_of(const std::string& state, std::initializer_list<const char*> beginnings) {
    for (const char* beginning : beginnings) {
        if (state.rfind(beginning, 0) == 0) return true;
    }
    return false;
}

payment::Error error_of(const std::string& state, const std::string& detail) {
    const std::string tail = " (" + detail + ").";
    if (is_one_of(state, {"40001", "40P01"})) {
        return {ErrorCode::conflict, "Another server changed the same at the same time; try again" + tail, true};
    }
    if (is_one_of(state, {"53100"})) {
        return {ErrorCode::disk_full, "The database server's disk is full; free some space and try again" + tail, true};
    }
    if (is_one_of(state, {"53", "55", "57014"})) {
        return {ErrorCode::timeout, "The database server is busy; try again" + tail, true};
    }
    if (is_one_of(state, {"08", "57", "25006"})) {
        return {ErrorCode::network, "The connection to the database was lost; check that its server is running" + tail, true};
    }
    if (is_one_of(state, {"28", "3D", "42501"})) {
        return {ErrorCode::refused, "The database server refuses; check the name, the user and its rights" + tail};
    }
    if (is_one_of(state, {"23"})) return {ErrorCode::conflict, "The database refuses what contradicts it" + tail};
    if (is_one_of(state, {"XX", "58"})) {
        return {ErrorCode::corrupt, "The database server reports damage; look at its log" + tail};
    }
    return {ErrorCode::disk, "The district's database cannot be read or written" + tail, true};
}

PostgresRow row_of(const PGresult* result) {
    PostgresRow row;
    const int columns = PQnfields(result);
    row.ends.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) {
        row.bytes.append(PQgetvalue(result, 0, column), static_cast<std::size_t>(PQgetlength(result, 0, column)));
        row.ends.push_back(row.bytes.size());
    }
    return row;
}

}  // namespace

std::string_view PostgresRow::column(int index) const {
    const auto at = static_cast<std::size_t>(index);
    MULIN_CHECK(at < ends.size());
    const std::size_t from = at == 0 ? 0 : ends[at - 1];
    return std::string_view(bytes).substr(from, ends[at] - from);
}

PostgresSession::~PostgresSession() { PQfinish(connection_); }

bool PostgresSession::lost() const { return PQstatus(connection_) != CONNECTION_OK; }

Status PostgresSession::connect() {
    PQfinish(connection_);
    const char* const keys[] = {"connect_timeout", "tcp_user_timeout", "application_name", "dbname", "client_encoding", nullptr};
    const char* const values[] = {"10", "30000", "mulin-district", url_.c_str(), "UTF8", nullptr};
    connection_ = PQconnectdbParams(keys, values, 1);
    streaming_ = nullptr;
    queued_ = 0;
    ++connections_;
    if (lost()) {
        return fail(ErrorCode::network, "The database does not answer (" + one_line(PQerrorMessage(connection_)) +
                                            "); check the address, the password and that its server is running.", true);
    }
    PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
    const char* encoding = PQparameterStatus(connection_, "server_encoding");
    if (encoding == nullptr || std::string_view(encoding) != "UTF8") {
        return fail(ErrorCode::refused, "The database does not keep its text as UTF-8; make one with ENCODING 'UTF8'.");
    }
    // A process that hangs inside a transaction must not hold its rows for ever.
    return execute("SET standard_conforming_strings = on; SET synchronous_commit = on; "
                   "SET idle_in_transaction_session_timeout = 60000");
}

tl::unexpected<payment::Error> PostgresSession::failed(const PGresult* result) {
    const std::string state = lost() ? "08006" : state_of(result);
    const std::string detail = result != nullptr && !lost() ? one_line(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY))
                                                            : one_line(PQerrorMessage(connection_));
    auto error = error_of(state, detail);
    const bool gone = error.code == ErrorCode::network;
    if (gone && committing_) {
        error = {ErrorCode::timeout, "The connection to the database was lost while saving; what was asked may have "
                                     "happened, so look before asking again.", true};
    } else if (in_transaction_ && (gone || is_one_of(state, {"40001", "40P01", "23505"}))) {
        // 23505: another wrote the same row first; the next try finds it.
        may_repeat_ = true;
    }
    return tl::make_unexpected(std::move(error));
}

Status PostgresSession::flush() {
    if (queued_ == 0) return payment::ok();
    Status status = payment::ok();
    const int queued = std::exchange(queued_, 0);
    if (PQpipelineSync(connection_) != 1) return failed(nullptr);
    for (int i = 0; i < queued; ++i) {
        const Answer answer(PQgetResult(connection_));
        const auto kind = PQresultStatus(answer.get());
        const bool good = kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK;
        if (!good && status) status = failed(answer.get());
        if (lost()) return status;
        if (answer) Answer(PQgetResult(connection_)).reset();  // the end of its answer
    }
    Answer(PQgetResult(connection_)).reset();  // of the sync
    PQexitPipelineMode(connection_);
    return status;
}

Status PostgresSession::settle() {
    while (streaming_ != nullptr) {
        PostgresQuery& query = *streaming_;
        PostgresRow row;
        const auto more = receive(query, row);
        if (!more) query.kept_status = tl::make_unexpected(more.error());
        if (more && *more) query.kept.push_back(std::move(row));
    }
    return flush();
}

Status PostgresSession::usable() {
    MULIN_TRY_STATUS(settle());
    if (!lost()) return payment::ok();
    if (in_transaction_) return failed(nullptr);
    return connect();
}

Status PostgresSession::execute(const std::string& sql) {
    MULIN_TRY_STATUS(usable());
    const Answer answer(PQexec(connection_, sql.c_str()));
    const auto kind = PQresultStatus(answer.get());
    if (kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK || kind == PGRES_EMPTY_QUERY) return payment::ok();
    return failed(answer.get());
}

Status PostgresSession::prepare(PostgresQuery& query) {
    if (query.connection == connections_) return payment::ok();
    MULIN_TRY_STATUS(flush());
    const Answer answer(PQprepare(connection_, query.name.c_str(), query.sql.c_str(), 0, nullptr));
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) {
        // A text of ours that cannot be read is our mistake; missing rights are not.
        const std::string state = state_of(answer.get());
        const bool ours = state.rfind("42", 0) == 0 && state != "42501";
        if (ours) std::fprintf(stderr, "mulin: %s in: %s\n", PQerrorMessage(connection_), query.sql.c_str());
        MULIN_CHECK(!ours);
        return failed(answer.get());
    }
    query.connection = connections_;
    return payment::ok();
}

Status PostgresSession::send(PostgresQuery& query) {
    MULIN_TRY_STATUS(prepare(query));
    std::vector<const char*> values;
    for (std::size_t i = 0; i < query.values.size(); ++i) values.push_back(query.nulls[i] ? nullptr : query.values[i].c_str());
    if (PQsendQueryPrepared(connection_, query.name.c_str(), static_cast<int>(values.size()), values.data(), nullptr, nullptr,
                            0) != 1) {
        return failed(nullptr);
    }
    return payment::ok();
}

Result<bool> PostgresSession::receive(PostgresQuery& query, PostgresRow& row) {
    const Answer answer(PQgetResult(connection_));
    const auto kind = PQresultStatus(answer.get());
    if (kind == PGRES_SINGLE_TUPLE) {
        row = row_of(answer.get());
        return true;
    }
    streaming_ = nullptr;
    query.streaming = false;
    const bool good = kind == PGRES_TUPLES_OK || kind == PGRES_COMMAND_OK;
    if (good) query.changed = std::atoll(PQcmdTuples(answer.get()));
    Status status = payment::ok();
    if (!good) status = failed(answer.get());
    while (Answer(PQgetResult(connection_))) {
    }
    MULIN_TRY_STATUS(status);
    return false;
}

Result<bool> PostgresSession::step(PostgresQuery& query, PostgresRow& row) {
    if (!query.sent) {
        MULIN_TRY_STATUS(usable());
        query.sent = true;
        for (const bool again : {false, true}) {
            Result<bool> first = send(query).map([](auto) { return false; });
            if (first) {
                PQsetSingleRowMode(connection_);
                streaming_ = &query;
                query.streaming = true;
                first = receive(query, row);
            }
            if (first || again || in_transaction_ || !query.reads || !lost()) return first;
            MULIN_TRY_STATUS(connect());
        }
    }
    if (!query.kept.empty()) {
        row = std::move(query.kept.front());
        query.kept.pop_front();
        return true;
    }
    if (query.streaming) return receive(query, row);
    MULIN_TRY_STATUS(query.kept_status);
    return false;
}

Status PostgresSession::queue(PostgresQuery& query) {
    MULIN_CHECK(in_transaction_);
    if (streaming_ != nullptr || lost()) MULIN_TRY_STATUS(usable());
    MULIN_TRY_STATUS(prepare(query));
    if (queued_ == 0 && PQenterPipelineMode(connection_) != 1) return failed(nullptr);
    ++queued_;
    MULIN_TRY_STATUS(send(query));
    return queued_ < kMostQueued ? payment::ok() : flush();
}

void PostgresSession::forget(PostgresQuery& query) {
    PostgresRow row;
    while (query.streaming) {
        if (!receive(query, row)) break;
    }
    query.sent = false;
    query.kept.clear();
    query.kept_status = payment::ok();
    query.values.clear();
    query.nulls.clear();
}

Status PostgresSession::begin(Isolation isolation) {
    MULIN_CHECK(!in_transaction_);
    may_repeat_ = false;
    const char* words = isolation == Isolation::serial      ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                        : isolation == Isolation::row_locks ? "BEGIN ISOLATION LEVEL READ COMMITTED"
                                                            : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    auto begun = execute(words);
    if (!begun && lost()) {  // it went away since it was used last
        MULIN_TRY_STATUS(connect());
        begun = execute(words);
    }
    in_transaction_ = begun.has_value();
    return begun;
}

Status PostgresSession::commit() {
    MULIN_TRY_STATUS(usable());
    committing_ = true;
    const Answer answer(PQexec(connection_, "COMMIT"));
    Status status = payment::ok();
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) status = failed(answer.get());
    committing_ = false;
    if (!status) return status;
    in_transaction_ = false;
    // What failed before and was not heeded has undone it all.
    if (std::string_view(PQcmdStatus(answer.get())) == "COMMIT") return payment::ok();
    return fail(ErrorCode::disk, "The database undid what was asked because a part of it failed; try again.", true);
}

void PostgresSession::rollback() {
    if (in_transaction_ && !lost()) (void)execute("ROLLBACK");
    in_transaction_ = false;
}

}  // namespace mulin::sync::database
