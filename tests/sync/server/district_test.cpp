// The district's own keeping: schema, keys, tills and codes, the directory, imports.

#include "sync/database/sqlite.h"
#include "sync/district/district.h"

#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "sync/district/schema.h"
#include "sync/server/commands.h"
#include "sync/server/diner_csv.h"
#include "tests/support/sync_folder.h"
#include "tests/support/wire_samples.h"

namespace mulin::sync::server {
namespace {

using namespace test;
using payment::ErrorCode;

// name and sql of everything in a schema, without what only spacing differs in.
std::string schema_of(const std::string& sql) {
    sqlite3* db = nullptr;
    sqlite3_open(":memory:", &db);
    char* problem = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &problem), SQLITE_OK) << problem;
    std::string text;
    sqlite3_stmt* query = nullptr;
    sqlite3_prepare_v2(db, "SELECT name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY name", -1, &query, nullptr);
    while (sqlite3_step(query) == SQLITE_ROW) text += std::string(reinterpret_cast<const char*>(sqlite3_column_text(query, 0))) + "\n";
    sqlite3_finalize(query);
    sqlite3_close(db);
    return text;
}

TEST(DistrictSchema, StepsAndDescriptionGiveTheSameDatabase) {
    std::string steps;
    for (const auto step : kSchemaSteps) steps += step;
    EXPECT_EQ(schema_of(steps), schema_of(std::string(kSchema)));
    EXPECT_NE(schema_of(steps), schema_of(steps + "CREATE TABLE more (x);")) << "the comparison must be able to fail";
}

TEST(DistrictFile, AForeignOrDamagedFileIsLeftUntouched) {
    Folder folder;
    const auto file = folder.path() / "x.db";
    {
        std::ofstream out(file);
        out << std::string(8192, 'x');
    }
    const auto damaged = database::SqliteDatabase::open(file, 7, false);
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, ErrorCode::corrupt);
    std::ifstream in(file);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), std::string(8192, 'x'));
    const auto other = folder.path() / "y.db";
    ASSERT_TRUE(database::SqliteDatabase::open(other, 8, true));
    EXPECT_FALSE(database::SqliteDatabase::open(other, 7, false)) << "another application's file";
    EXPECT_TRUE(database::SqliteDatabase::open(other, 8, false));
}

class DistrictTest : public ::testing::Test {
  protected:
    DistrictTest() : random(1), clock({1'773'114'300'000}) {
        EXPECT_TRUE(District::create(dir(), {"d", "区", "District", "key"}, clock, random));
        open();
        const Site site = sample_bundle().snapshot->site;
        auto access = district->access();
        EXPECT_TRUE(access.directory.put(std::span(&site, 1)));
    }
    std::filesystem::path dir() { return folder.path() / "district"; }
    void open() {
        district.reset();
        auto opened = District::open(dir(), clock, random);
        ASSERT_TRUE(opened) << opened.error().message;
        district = std::move(*opened);
    }
    CommandResult run(const std::string& name, std::map<std::string, std::string> words = {}, std::vector<PolicyDocument> files = {}) {
        return run_command(*district, {name, std::move(words), std::move(files)});
    }

    Folder folder;
    payment::SeededRandom random;
    payment::ManualClock clock;
    std::unique_ptr<District> district;
};

TEST_F(DistrictTest, OnlyOneProcessMayHaveIt) {
    const auto second = District::open(dir(), clock, random);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST_F(DistrictTest, MakingItTwiceChangesNothing) {
    const auto incarnation = district->incarnation();
    district.reset();
    EXPECT_EQ(District::create(dir(), {"e", "", "", "k"}, clock, random).error().code, ErrorCode::conflict);
    open();
    EXPECT_EQ(district->incarnation(), incarnation);
    EXPECT_EQ(district->identity().id, "d");
}

TEST_F(DistrictTest, ADatabaseFromABackupChangesTheIncarnation) {
    const auto before = district->incarnation();
    open();
    EXPECT_EQ(district->incarnation(), before);
    district.reset();
    std::filesystem::copy_file(dir() / "district.db", folder.path() / "backup");
    open();
    district.reset();
    std::filesystem::copy_file(folder.path() / "backup", dir() / "district.db", std::filesystem::copy_options::overwrite_existing);
    open();
    EXPECT_NE(district->incarnation(), before);
}

TEST_F(DistrictTest, ACodeWorksOnceAndRunsOut) {
    auto access = district->access();
    ASSERT_TRUE(access.tills.reserve(SiteId("S1"), "SECRET1", clock.utc()));
    ASSERT_TRUE(access.tills.reserve(SiteId("S1"), "SECRET2", clock.utc()));
    EXPECT_FALSE(access.tills.join({"SECRET9", TillId(), "k1", ""}, clock.utc()));
    const auto joined = access.tills.join({"SECRET1", TillId(), "k1", ""}, clock.utc());
    ASSERT_TRUE(joined);
    EXPECT_EQ(joined->id, TillId("T0001"));
    EXPECT_FALSE(access.tills.join({"SECRET1", TillId(), "k2", ""}, clock.utc()));
    EXPECT_FALSE(access.tills.join({"SECRET2", TillId(), "k2", ""}, {clock.utc().ms + kCodeLifeMs + 1}));
    EXPECT_TRUE(access.tills.join({"SECRET2", TillId(), "k2", ""}, {clock.utc().ms + kCodeLifeMs}));
}

TEST_F(DistrictTest, ATillWithAHistoryKeepsItsNameUnlessItIsTaken) {
    auto access = district->access();
    for (const char* secret : {"A", "B", "C", "D", "E"}) ASSERT_TRUE(access.tills.reserve(SiteId("S1"), secret, clock.utc()));
    EXPECT_EQ(access.tills.join({"A", TillId("TOLD"), "k1", ""}, clock.utc())->id, TillId("TOLD"));
    EXPECT_FALSE(access.tills.join({"B", TillId("TOLD"), "k2", ""}, clock.utc())) << "another key, the same name";
    EXPECT_FALSE(access.tills.join({"B", TillId("T0004"), "k2", ""}, clock.utc())) << "a name promised to another till";
    EXPECT_FALSE(access.tills.join({"B", TillId("TNEW"), "k1", ""}, clock.utc())) << "the same key under two names";
    ASSERT_TRUE(access.tills.revoke(TillId("TOLD")));
    const auto again = access.tills.join({"C", TillId("TOLD"), "k1", ""}, clock.utc());
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->revoked);
}

TEST_F(DistrictTest, BundlesCarryEveryoneOnceInPages) {
    auto access = district->access();
    database::Transaction transaction(access.database);
    for (int i = 0; i < 2'500; ++i) {
        Diner diner = sample_diner();
        diner.id = DinerId("D" + std::to_string(i));
        diner.id_hash.clear();
        ASSERT_TRUE(access.directory.put(diner));
    }
    std::set<std::string> seen;
    std::int64_t cursor = 0;
    int pages = 0;
    for (bool more = true; more; ++pages) {
        const auto bundle = access.directory.bundle_after(cursor, SiteId("S1"), *Date::from_ymd(2026, 3, 10));
        ASSERT_TRUE(bundle) << bundle.error().message;
        EXPECT_EQ(bundle->snapshot.has_value(), pages == 0);
        for (const Diner& diner : bundle->diners) EXPECT_TRUE(seen.insert(diner.id.text()).second);
        EXPECT_GT(bundle->to, cursor);
        cursor = bundle->to;
        more = bundle->more;
        ASSERT_LT(pages, 10);
    }
    EXPECT_EQ(seen.size(), 2'500u);
    EXPECT_EQ(pages, 3);
}

TEST_F(DistrictTest, SomebodyKnownKeepsTheirId) {
    auto access = district->access();
    const Diner known = sample_diner();
    ASSERT_TRUE(access.directory.put(known));
    RegisteredDiner again{known, {sample_card()}};
    again.diner.id = DinerId("T7-1");
    again.cards[0].diner = DinerId("T7-1");
    for (int i = 0; i < 2; ++i) {
        const auto answer = access.directory.register_diner(again, TillId("T7"));
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->kept, known.id);
    }
    EXPECT_EQ(*access.directory.diner_count(), 1);
    Diner stranger = sample_diner();
    stranger.id_hash = repeated("ef", 32);
    EXPECT_EQ(access.directory.register_diner({stranger, {}}, TillId("T8"))->kept.text(), "D000123-T8")
        << "two people under one id must stay two";
}

TEST_F(DistrictTest, ImportsNameTheBadRowAndChangeNothing) {
    const std::string head = "id,name,birth_date,identity_number\n";
    const auto count = [&] {
        auto access = district->access();
        return *access.directory.diner_count();
    };
    const std::pair<const char*, const char*> bad[] = {
        {"A1,甲,1950-01-02,\nA2,乙,1950-02-30,\n", "line 3"},
        {"A1,甲,1950-01-02,\nA1,乙,1950-02-03,\n", "line 3"},
        {"A1,甲,1950-01-02\n", "line 2"},
        {"A1,甲,1950-01-02,310110195001020011\n", "line 2"},
        {"A1,\"甲,1950-01-02,\n", "line 2"},
        {",甲,1950-01-02,\n", "line 2"},
    };
    for (const auto& [rows, line] : bad) {
        const auto result = run("diners import", {}, {{"d.csv", head + rows}});
        EXPECT_EQ(result.exit_code, 2) << rows;
        EXPECT_NE(result.err.find(line), std::string::npos) << result.err;
        EXPECT_EQ(count(), 0) << rows;
    }
    EXPECT_EQ(run("diners import", {}, {{"d.csv", "id,nmae\n"}}).exit_code, 2);
    EXPECT_EQ(run("diners import", {}, {{"d.csv", head + "A1,甲,1950-01-02,\r\nA2,\"乙\n丙\",1951-02-03,\r\n"}}).exit_code, 0);
    EXPECT_EQ(count(), 2);
}

TEST_F(DistrictTest, CommandsSurviveTheSocket) {
    const Command command{"till add", {{"site", "S1"}, {"json", "1"}}, {{"a.json", "{\"x\":\"\n\"}"}}};
    const auto read = parse_command(print_command(command));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->name, command.name);
    EXPECT_EQ(read->words, command.words);
    EXPECT_EQ(read->files, command.files);
    const auto result = parse_result(print_result({1, "out\n", "err"}));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->out, "out\n");
    EXPECT_EQ(result->exit_code, 1);
}

TEST_F(DistrictTest, WrongUseIsSaidWithTheRightExitCode) {
    EXPECT_EQ(run("till add", {{"site", "NOWHERE"}}).exit_code, 2);
    EXPECT_EQ(run("till add", {{"site", "S1"}}).exit_code, 0);
    EXPECT_EQ(run("till revoke", {{"till", "T9"}}).exit_code, 1);
    EXPECT_EQ(run("report day", {{"date", "2026-3-1"}}).exit_code, 2);
    EXPECT_EQ(run("report month", {{"month", "2026-13"}}).exit_code, 2);
    EXPECT_EQ(run("report month", {{"month", "2026-02"}}).exit_code, 0);
    EXPECT_EQ(run("policy publish", {}, {{"p.json", "{}"}}).exit_code, 2);
    EXPECT_EQ(run("nonsense").exit_code, 2);
    EXPECT_EQ(run("journal verify").exit_code, 0);
}

TEST_F(DistrictTest, TheServersCertificateIsRenewedForNewNamesAndBeforeItEnds) {
    const auto keys = dir() / "keys";
    const auto read = [&] {
        std::ifstream in(keys / "server.crt");
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    ASSERT_TRUE(district->authority().server_files(keys, {"127.0.0.1"}, clock.utc()));
    const auto first = read();
    ASSERT_TRUE(district->authority().server_files(keys, {"127.0.0.1"}, clock.utc()));
    EXPECT_EQ(read(), first);
    ASSERT_TRUE(district->authority().server_files(keys, {"127.0.0.1", "till.example"}, clock.utc()));
    const auto second = read();
    EXPECT_NE(second, first);
    ASSERT_TRUE(district->authority().server_files(keys, {"127.0.0.1"}, {clock.utc().ms + kServerLifeMs * 9 / 10}));
    EXPECT_NE(read(), second);
    struct stat info {};
    ASSERT_EQ(::stat((keys / "server.key").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(DistrictTest, OnlyARealRequestIsSigned) {
    for (const char* text : {"", "x", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"}) {
        EXPECT_FALSE(district->authority().sign_till(text, "d", "T1", clock.utc()));
    }
}

}  // namespace
}  // namespace mulin::sync::server
