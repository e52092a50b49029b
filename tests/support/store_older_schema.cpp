#include "tests/support/store_older_schema.h"

#include <cstdio>
#include <fstream>

#include <sqlite3.h>

#include "payment/base/check.h"

namespace mulin::test {
namespace {

class RawDatabase {
  public:
    explicit RawDatabase(const std::string& file, const char* vfs = nullptr) {
        MULIN_CHECK(sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs) == SQLITE_OK);
    }
    ~RawDatabase() { sqlite3_close(db_); }
    RawDatabase(const RawDatabase&) = delete;
    RawDatabase& operator=(const RawDatabase&) = delete;

    void run(const std::string& sql) {
        char* message = nullptr;
        const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &message);
        if (code != SQLITE_OK) std::fprintf(stderr, "%s in: %s\n", message, sql.c_str());
        MULIN_CHECK(code == SQLITE_OK);
    }
    std::vector<std::string> column(const std::string& sql) {
        sqlite3_stmt* rows = nullptr;
        MULIN_CHECK(sqlite3_prepare_v2(db_, sql.c_str(), -1, &rows, nullptr) == SQLITE_OK);
        std::vector<std::string> values;
        while (sqlite3_step(rows) == SQLITE_ROW) {
            values.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(rows, 0)));
        }
        sqlite3_finalize(rows);
        return values;
    }
    std::int64_t number(const std::string& sql) { return std::stoll(column(sql).at(0)); }

  private:
    sqlite3* db_ = nullptr;
};

std::string schema_text(RawDatabase& db) {
    std::string text;
    for (const auto& sql : db.column("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")) text += sql + ";\n";
    return text;
}

std::string common_columns(RawDatabase& db, const std::string& table) {
    std::string names;
    for (const auto& name : db.column("SELECT '\"' || o.name || '\"' FROM pragma_table_info('" + table + "', 'main') o JOIN pragma_table_info('" +
                                      table + "', 'newest') n ON n.name = o.name ORDER BY o.cid")) {
        names += (names.empty() ? "" : ", ") + name;
    }
    return names;
}

}  // namespace

std::int64_t write_older(const std::string& newest, const std::string& older, const SchemaSteps& schema, std::size_t version) {
    RawDatabase db(older);
    db.run("PRAGMA foreign_keys = OFF; PRAGMA journal_mode = WAL; PRAGMA application_id = " + std::to_string(schema.application_id));
    for (std::size_t step = 0; step < version; ++step) db.run(std::string(schema.steps[step]));
    db.run("PRAGMA user_version = " + std::to_string(version) + "; ATTACH '" + newest + "' AS newest");
    std::int64_t rows = 0;
    for (const auto& table : db.column("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
        const auto columns = common_columns(db, table);
        if (columns.empty()) continue;
        db.run("INSERT OR REPLACE INTO main." + table + " (" + columns + ") SELECT " + columns + " FROM newest." + table);
        rows += db.number("SELECT count(*) FROM main." + table);
    }
    db.run("DETACH newest; PRAGMA wal_checkpoint(TRUNCATE)");
    return rows;
}

std::string schema_after(const SchemaSteps& schema, std::size_t version) {
    RawDatabase db(":memory:");
    for (std::size_t step = 0; step < version; ++step) db.run(std::string(schema.steps[step]));
    return schema_text(db);
}

SchemaFound schema_of(const std::string& file, const std::string& vfs) {
    RawDatabase db(file, vfs.c_str());
    db.run("PRAGMA locking_mode = EXCLUSIVE");
    return {db.number("PRAGMA user_version"), schema_text(db)};
}

std::vector<std::uint8_t> bytes_of_file(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace mulin::test
