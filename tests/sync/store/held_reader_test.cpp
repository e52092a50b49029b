// A reader that is never finished keeps a write-ahead log growing without end, the classic way to fill a
// till's disk. Nobody can be that reader here. MULIN_LONG=1 for the length of a month.

#include <gtest/gtest.h>

#include <cstdlib>

#include <sqlite3.h>

#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace test;

constexpr std::uintmax_t kMostLog = 64u << 20;

// What a stranger who opens the file to read gets.
int read_as_stranger(const std::filesystem::path& file) {
    sqlite3* db = nullptr;
    EXPECT_EQ(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    sqlite3_stmt* rows = nullptr;
    int code = sqlite3_prepare_v2(db, "SELECT count(*) FROM entry", -1, &rows, nullptr);
    if (code == SQLITE_OK) code = sqlite3_step(rows);
    sqlite3_finalize(rows);
    sqlite3_close(db);
    return code;
}

TEST(HeldReader, NobodyCanHoldTheLogOpenAndItStaysSmall) {
    StoreBench bench;
    const int sales = std::getenv("MULIN_LONG") != nullptr ? 5'000 : 600;
    std::uintmax_t most = 0;
    for (int i = 0; i < sales; ++i) {
        ASSERT_TRUE(bench.store->commit_sale(store_guest_sale("a" + std::to_string(i))));
        if (i % 100 != 0) continue;
        EXPECT_EQ(read_as_stranger(bench.directory.file("till.db")), SQLITE_BUSY);
        most = std::max(most, std::filesystem::file_size(bench.directory.file("till.db-wal")));
    }
    EXPECT_LT(most, kMostLog);
    EXPECT_GT(most, 0u);
    RecordProperty("most_log_bytes", static_cast<int>(most));
}

// The control: an ordinary shared file under an ordinary held reader does grow beyond every checkpoint.
TEST(HeldReader, ControlAnOrdinaryFileGrows) {
    StoreDirectory directory;
    const auto file = directory.file("shared.db");
    sqlite3 *writer = nullptr, *reader = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &writer), SQLITE_OK);
    const auto run = [](sqlite3* db, const char* sql) { ASSERT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql; };
    run(writer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 10; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    ASSERT_EQ(sqlite3_open(file.c_str(), &reader), SQLITE_OK);
    run(reader, "BEGIN; SELECT * FROM t");
    const auto before = std::filesystem::file_size(directory.file("shared.db-wal"));
    for (int i = 0; i < 200; ++i) run(writer, "INSERT INTO t VALUES (randomblob(3000))");
    EXPECT_GT(std::filesystem::file_size(directory.file("shared.db-wal")), before + 200 * 3'000);
    sqlite3_close(reader);
    sqlite3_close(writer);
}

}  // namespace
}  // namespace mulin::sync
