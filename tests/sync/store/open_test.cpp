// Opening: what is not ours, or damaged, is refused with a sentence and stays as it is.

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include <sqlite3.h>

#include "sync/store/schema.h"
#include "tests/support/store_crash_vfs.h"
#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using namespace test;

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::map<std::string, std::string> database_files(const StoreDirectory& directory) {
    std::map<std::string, std::string> files;
    for (const char* name : {"till.db", "till.db-wal", "till.db-journal", "till.db-shm"}) {
        if (std::filesystem::exists(directory.file(name))) files[name] = read_file(directory.file(name));
    }
    return files;
}

void run_sql(const std::filesystem::path& file, const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
    char* message = nullptr;
    ASSERT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    sqlite3_close(db);
}

class StoreOpen : public testing::Test {
  protected:
    Result<std::unique_ptr<TerminalStore>> open(StoreOptions options = {}) {
        return TerminalStore::open(directory_.path(), clock_, random_, std::move(options));
    }
    // Refused with the code, in a sentence, and nothing on disk has changed.
    void expect_refused_untouched(ErrorCode code) {
        const auto before = database_files(directory_);
        const auto opened = open();
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, code) << opened.error().message;
        EXPECT_TRUE(opened.error().message.ends_with(".")) << opened.error().message;
        EXPECT_TRUE(database_files(directory_) == before) << "a file was changed, made or removed";
    }
    void make_till(int sales) {
        auto store = open();
        ASSERT_TRUE(store);
        ASSERT_TRUE((*store)->set_till(TillId("T001")));
        for (int i = 0; i < sales; ++i) ASSERT_TRUE((*store)->commit_sale(store_sale("a" + std::to_string(i))));
    }

    StoreDirectory directory_;
    payment::ManualClock clock_{kStoreTestNow};
    payment::SeededRandom random_{3};
};

TEST_F(StoreOpen, AForeignFileStaysAsItIs) {
    write_file(directory_.file("till.db"), "this is somebody's letter, not a database\n");
    expect_refused_untouched(ErrorCode::corrupt);
    write_file(directory_.file("till.db"), std::string(9000, '\0'));
    expect_refused_untouched(ErrorCode::corrupt);
}

TEST_F(StoreOpen, AnotherProgramsDatabaseStaysAsItIs) {
    run_sql(directory_.file("till.db"), "CREATE TABLE recipe (id INTEGER); INSERT INTO recipe VALUES (1);");
    expect_refused_untouched(ErrorCode::corrupt);
}

TEST_F(StoreOpen, ANewerProgramsDatabaseStaysAsItIs) {
    make_till(1);
    run_sql(directory_.file("till.db"), "PRAGMA user_version = 99;");
    expect_refused_untouched(ErrorCode::refused);
}

TEST_F(StoreOpen, ADamagedHeaderStaysAsItIs) {
    make_till(1);
    auto bytes = read_file(directory_.file("till.db"));
    bytes[3] = 'X';
    write_file(directory_.file("till.db"), bytes);
    expect_refused_untouched(ErrorCode::corrupt);
}

TEST_F(StoreOpen, ATornFileStaysAsItIs) {
    make_till(30);
    auto bytes = read_file(directory_.file("till.db"));
    bytes.resize(bytes.size() / 2 / 4096 * 4096);
    write_file(directory_.file("till.db"), bytes);
    expect_refused_untouched(ErrorCode::corrupt);
}

// One wrong byte in any page: noticed at the start, or by verify, or without effect on anything counted.
TEST_F(StoreOpen, RotInAnyPageNeverGivesSilentlyWrongTotals) {
    make_till(40);
    const auto whole = read_file(directory_.file("till.db"));
    const Tally right{40, Money::fen(60'000), Money::fen(12'000), Money::fen(48'000)};
    int noticed = 0;
    const auto pages = whole.size() / 4096;
    for (std::size_t page = 0; page < pages; ++page) {
        auto bytes = whole;
        const auto at = page * 4096 + random_.below(4096);
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        write_file(directory_.file("till.db"), bytes);
        auto store = open();
        if (!store || !(*store)->verify()) {
            ++noticed;
            continue;
        }
        EXPECT_EQ((*store)->day_report(kStoreTestDay)->total, right) << "page " << page;
    }
    EXPECT_GT(noticed, 0);
}

TEST_F(StoreOpen, OnlyOneProgramAtATime) {
    auto first = open();
    ASSERT_TRUE(first);
    const auto second = open();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    first->reset();
    EXPECT_TRUE(open());
}

TEST_F(StoreOpen, AMissingSigningKeyIsNotReplaced) {
    make_till(1);
    std::filesystem::remove(directory_.file("signing_key.pem"));
    expect_refused_untouched(ErrorCode::not_found);
    EXPECT_FALSE(std::filesystem::exists(directory_.file("signing_key.pem")));
}

TEST_F(StoreOpen, WithoutPermissionToCreateAnEmptyPlaceIsNotATill) {
    StoreOptions options;
    options.create = false;
    EXPECT_EQ(open(options).error().code, ErrorCode::not_found);
    EXPECT_FALSE(std::filesystem::exists(directory_.file("till.db")));
}

TEST_F(StoreOpen, TooLittleSpaceRefusesTheSaleBeforeItStarts) {
    StoreOptions options;
    options.min_free_bytes = INT64_MAX;
    auto store = open(options);
    ASSERT_TRUE(store);
    ASSERT_TRUE((*store)->set_till(TillId("T001")));
    const auto sold = (*store)->commit_sale(store_sale("a1"));
    ASSERT_FALSE(sold);
    EXPECT_EQ(sold.error().code, ErrorCode::disk_full);
    EXPECT_FALSE(*(*store)->chain_head());
}

TEST_F(StoreOpen, EveryCommitIsFlushedInAWriteAheadLog) {
    Database db;
    make_till(1);
    auto store = open();
    // The store itself reads both back and refuses to run otherwise; this looks from outside.
    ASSERT_TRUE((*store)->commit_sale(store_sale("b1")));
    EXPECT_GT(std::filesystem::file_size(directory_.file("till.db-wal")), 4096u);
}

std::vector<std::string> objects_of(Database& db) {
    std::vector<std::string> objects;
    Query query(db, "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name");
    while (*query.next()) objects.push_back(query.text(0));
    return objects;
}

TEST(StoreSchema, TheReadableTruthAndTheStepsGiveTheSameDatabase) {
    Database by_steps;
    ASSERT_TRUE(by_steps.open(":memory:", "", true));
    ASSERT_TRUE(migrate(by_steps));
    Database by_truth;
    ASSERT_TRUE(by_truth.open(":memory:", "", true));
    ASSERT_TRUE(by_truth.run(std::string(kSchema)));
    EXPECT_EQ(objects_of(by_steps), objects_of(by_truth));
    EXPECT_GT(objects_of(by_steps).size(), 40u);
    for (const char* pragma : {"PRAGMA user_version", "PRAGMA application_id"}) {
        EXPECT_EQ(*read_pragma(by_steps, pragma), *read_pragma(by_truth, pragma)) << pragma;
    }
}

TEST(StoreSchema, EveryTableIsStrict) {
    Database db;
    ASSERT_TRUE(db.open(":memory:", "", true));
    ASSERT_TRUE(migrate(db));
    EXPECT_EQ(*read_pragma(db, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite%'"), 0);
}

}  // namespace
}  // namespace mulin::sync
