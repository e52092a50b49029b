#include "sync/server/table_copy.h"

#include <algorithm>
#include <set>
#include <vector>

#include "sync/database/in_transaction.h"
#include "sync/district/database_ledger.h"
#include "sync/district/month.h"
#include "sync/district/report.h"
#include "sync/district/schema.h"
#include "sync/district/sha256.h"
#include "sync/journal/entry_json.h"
#include "sync/server/review_commands.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

struct Column {
    std::string name;
    bool is_number = false;
    bool may_be_null = false;
};

struct Table {
    std::string name;
    std::vector<Column> columns;
    std::string key;     // columns of the primary key, with commas
    std::string number;  // the column that counts up by itself, if any
    std::string select;  // each column, and for those that may be NULL whether it is
    std::string insert;
};

// The parts of `(a, b (c, d), e)` that begins at `at`, which is left behind the last bracket.
std::vector<std::string> parts_in_brackets(std::string_view sql, std::size_t& at) {
    std::vector<std::string> parts(1);
    int depth = 0;
    for (; at < sql.size(); ++at) {
        const char c = sql[at];
        if (c == '(' && depth++ == 0) continue;
        if (c == ')' && --depth == 0) break;
        if (c == ',' && depth == 1) {
            parts.emplace_back();
        } else if (c != ' ' || (!parts.back().empty() && parts.back().back() != ' ')) {
            parts.back() += c == '\n' ? ' ' : c;
        }
    }
    for (std::string& part : parts) part.erase(0, part.find_first_not_of(' '));
    return parts;
}

bool begins(const std::string& text, std::string_view with) { return text.rfind(with, 0) == 0; }

void take_part(Table& table, const std::string& part) {
    if (begins(part, "PRIMARY KEY")) table.key = part.substr(part.find('(') + 1, part.find(')') - part.find('(') - 1);
    if (begins(part, "PRIMARY KEY") || begins(part, "UNIQUE") || begins(part, "CHECK") || begins(part, "FOREIGN KEY")) return;
    Column column;
    column.name = part.substr(0, part.find(' '));
    column.is_number = begins(part.substr(column.name.size() + 1), "INTEGER");
    const bool is_key = part.find("PRIMARY KEY") != std::string::npos;
    column.may_be_null = !is_key && part.find("NOT NULL") == std::string::npos;
    if (is_key) table.key = column.name;
    if (is_key && column.is_number) table.number = column.name;
    table.columns.push_back(column);
}

void write_statements(Table& table) {
    std::string read, names, marks;
    for (const Column& column : table.columns) {
        const char* comma = names.empty() ? "" : ", ";
        names += comma + column.name;
        marks += std::string(comma) + "?";
        read += comma + column.name + (column.may_be_null ? ", " + column.name + " IS NULL" : "");
    }
    table.select = "SELECT " + read + " FROM " + table.name + " ORDER BY " + table.key;
    table.insert = "INSERT INTO " + table.name + " (" + names + ") VALUES (" + marks + ")";
}

std::vector<Table> tables_of(std::string_view schema) {
    constexpr std::string_view kCreate = "\nCREATE TABLE ";
    std::vector<Table> tables;
    for (auto at = schema.find(kCreate); at != std::string_view::npos; at = schema.find(kCreate, at)) {
        at += kCreate.size();
        Table table;
        table.name = schema.substr(at, schema.find(' ', at) - at);
        table.name.erase(std::remove(table.name.begin(), table.name.end(), '"'), table.name.end());
        at = schema.find('(', at);
        for (const std::string& part : parts_in_brackets(schema, at)) take_part(table, part);
        write_statements(table);
        tables.push_back(std::move(table));
    }
    return tables;
}

// For as long as the program: databases keep statements by the address of their text.
const std::vector<Table>& tables() {
    static const std::vector<Table> all = tables_of(kSchema);
    return all;
}

// Calls row(column, is_null, index of the value) for every column of the row at hand.
template <class Take>
void each_column(const Table& table, const database::Statement& row, Take&& take) {
    int at = 0;
    for (const Column& column : table.columns) {
        const int value = at++;
        const bool is_null = column.may_be_null && row.number(at++) != 0;
        take(column, is_null, value);
    }
}

Result<std::int64_t> copy_table(const Table& table, database::Database& from, database::Database& to) {
    MULIN_TRY_STATUS(to.execute("DELETE FROM " + table.name));
    auto query = from.prepare(table.select.c_str());
    std::int64_t rows = 0, highest = 0;
    for (;; ++rows) {
        MULIN_TRY(const bool more, query.step());
        if (!more) break;
        auto write = to.prepare(table.insert.c_str());
        each_column(table, query, [&](const Column& column, bool is_null, int at) {
            if (is_null) {
                write.bind_null();
            } else if (column.is_number) {
                if (column.name == table.number) highest = std::max(highest, query.number(at));
                write.bind(query.number(at));
            } else {
                write.bind(query.text(at));
            }
        });
        MULIN_TRY_STATUS(write.queue());
    }
    if (!table.number.empty()) MULIN_TRY_STATUS(to.number_after(table.name, table.number, highest));
    return rows;
}

Result<TableDigest> digest_of(const Table& table, database::Database& database) {
    constexpr std::size_t kAtATime = 1 << 16;
    TableDigest digest;
    std::string rows;
    auto query = database.prepare(table.select.c_str());
    for (;; ++digest.rows) {
        MULIN_TRY(const bool more, query.step());
        if (!more) break;
        each_column(table, query, [&](const Column&, bool is_null, int at) {
            const std::string text = is_null ? std::string() : query.text(at);
            rows += (is_null ? "-" : std::to_string(text.size())) + ":" + text;
        });
        if (rows.size() > kAtATime) rows = sha256_hex(digest.sha256 + std::exchange(rows, std::string()));
    }
    digest.sha256 = sha256_hex(rows);
    return digest;
}

// The district's journal, as its export would print it.
Result<std::string> export_digest(database::Database& database) {
    DatabaseLedger ledger(database);
    std::vector<std::pair<TillId, EpochId>> epochs;
    MULIN_TRY_STATUS(ledger.each_epoch(TillId(), [&](const TillId& till, const EpochRow& row) {
        epochs.emplace_back(till, row.epoch);
        return true;
    }));
    std::string digest;
    for (const auto& [till, epoch] : epochs) {
        MULIN_TRY_STATUS(ledger.each_entry(till, epoch, [&digest](const Entry& entry) {
            if (!entry.body.empty()) digest = sha256_hex(digest + print_entry(entry));
            return true;
        }));
    }
    return digest;
}

Result<std::set<std::string>> months_with_sales(database::Database& database) {
    std::set<std::string> months;
    auto query = database.prepare("SELECT DISTINCT business_day FROM sale ORDER BY business_day");
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) return months;
        months.insert(Date::from_days(static_cast<std::int32_t>(query.number(0))).text().substr(0, 7));
    }
}

Result<std::string> month_report(database::Database& database, const std::string& month) {
    MULIN_TRY(const auto days, days_of_month(month));
    MULIN_TRY(const auto report, report_of(database, days.first, days.second));
    return report_json(report, "month", month) + report_csv(report);
}

}  // namespace

Result<std::int64_t> copy_tables(database::Database& from, database::Database& to) {
    {
        auto days = from.prepare("SELECT DISTINCT business_day FROM entry_place ORDER BY business_day");
        for (;;) {
            MULIN_TRY(const bool more, days.step());
            if (!more) break;
            MULIN_TRY_STATUS(to.open_month("entry_body", days.number(0)));
        }
    }
    return database::in_transaction(to, database::Isolation::row_locks, [&]() -> Result<std::int64_t> {
        std::int64_t all = 0;
        for (const Table& table : tables()) {
            MULIN_TRY(const auto rows, copy_table(table, from, to));
            all += rows;
        }
        return all;
    });
}

Result<std::map<std::string, TableDigest>> table_digests(database::Database& database) {
    std::map<std::string, TableDigest> digests;
    for (const Table& table : tables()) {
        MULIN_TRY(digests[table.name], digest_of(table, database));
    }
    return digests;
}

Status compare_districts(database::Database& one, database::Database& other) {
    const auto differ = [](const std::string& what) {
        return fail(ErrorCode::corrupt, "The copy differs from the original in " + what + "; nothing was changed.");
    };
    MULIN_TRY(const auto first, table_digests(one));
    MULIN_TRY(const auto second, table_digests(other));
    for (const auto& [table, digest] : first) {
        if (second.at(table) != digest) return differ("the table " + table);
    }
    MULIN_TRY(const auto exported, export_digest(one));
    MULIN_TRY(const auto exported_again, export_digest(other));
    if (exported != exported_again) return differ("the export of its journal");
    MULIN_TRY(const auto months, months_with_sales(one));
    for (const std::string& month : months) {
        MULIN_TRY(const auto report, month_report(one, month));
        MULIN_TRY(const auto report_again, month_report(other, month));
        if (report != report_again) return differ("the report of " + month);
    }
    return payment::ok();
}

}  // namespace mulin::sync::server
