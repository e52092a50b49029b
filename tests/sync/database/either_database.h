#pragma once
// Tests that hold for every product: each runs over a fresh SQLite file and a fresh PostgreSQL schema.

#include <gtest/gtest.h>

#include "sync/database/postgres.h"
#include "sync/database/sqlite.h"
#include "tests/support/postgres_server.h"
#include "tests/support/sync_folder.h"

namespace mulin::sync::test {

enum class Product { sqlite, postgres };

class EitherDatabase : public testing::TestWithParam<Product> {
  protected:
    EitherDatabase() {
        if (GetParam() == Product::postgres) url_ = PostgresServer::get().fresh_url();
        database_ = open();
    }
    // Another connection to the same database; SQLite has only the one.
    std::unique_ptr<database::Database> open() {
        if (GetParam() == Product::postgres) {
            auto opened = database::PostgresDatabase::open(url_);
            EXPECT_TRUE(opened) << opened.error().message;
            return std::move(*opened);
        }
        auto opened = database::SqliteDatabase::open(folder_.path() / "db", 0x4D4C4E44, true);
        EXPECT_TRUE(opened) << opened.error().message;
        return std::move(*opened);
    }
    database::Database& db() { return *database_; }
    std::int64_t number(const char* sql) {
        auto query = db().prepare(sql);
        const auto row = query.step();
        EXPECT_TRUE(row && *row) << sql;
        return row && *row ? query.number(0) : -1;
    }

    Folder folder_;
    std::string url_;
    std::unique_ptr<database::Database> database_;
};

inline std::string name_of_product(const testing::TestParamInfo<Product>& info) {
    return info.param == Product::sqlite ? "SQLite" : "PostgreSQL";
}
#define MULIN_EITHER_PRODUCT(suite)                                                                       \
    INSTANTIATE_TEST_SUITE_P(Products, suite, testing::Values(Product::sqlite, Product::postgres), name_of_product)

}  // namespace mulin::sync::test
