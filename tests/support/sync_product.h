#pragma once
// Which database product the district of a test stands in: SQLite, unless the program that holds the
// tests has named another (tests/sync/server/in_postgres.cpp). So one suite runs over both.

#include <filesystem>
#include <memory>
#include <string>

#include "payment/base/check.h"
#include "sync/database/postgres.h"
#include "sync/database/sqlite.h"

namespace mulin::sync::test {

// Set once, before main: makes an empty PostgreSQL schema and names it.
inline std::string (*fresh_postgres)() = nullptr;

// What District::create takes: empty for SQLite in the district's directory.
inline std::string fresh_database() { return fresh_postgres == nullptr ? std::string() : fresh_postgres(); }

// An empty database; `file` is used by SQLite only.
inline std::unique_ptr<database::Database> open_fresh_database(const std::filesystem::path& file) {
    const std::string url = fresh_database();
    if (url.empty()) {
        auto opened = database::SqliteDatabase::open(file, 7, true);
        MULIN_CHECK(opened.has_value());
        return std::move(*opened);
    }
    auto opened = database::PostgresDatabase::open(url);
    MULIN_CHECK(opened.has_value());
    return std::move(*opened);
}

}  // namespace mulin::sync::test
