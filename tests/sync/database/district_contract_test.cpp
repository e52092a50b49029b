// A district over both products: the same history gives the same bytes, moved, backed up and restored.

#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "sync/database/in_transaction.h"
#include "sync/district/turn.h"
#include "sync/server/commands.h"
#include "sync/server/district_copy.h"
#include "sync/server/table_copy.h"
#include "tests/support/postgres_server.h"
#include "tests/sync/server/review_district.h"

namespace mulin::sync::server::test {
namespace {

const PolicyDocument kRules = rules_off(300);

std::string output_of(District& district, const std::string& name, std::map<std::string, std::string> words = {}) {
    const auto result = run_command(district, {name, std::move(words), {}});
    EXPECT_EQ(result.exit_code, 0) << name << ": " << result.err;
    return result.out;
}

// Everything that leaves the district as bytes.
std::string all_bytes(District& district) {
    EXPECT_TRUE(reprice_all(district));
    return output_of(district, "journal export") + output_of(district, "report day", {{"date", "2026-03-10"}}) +
           output_of(district, "report month", {{"month", "2026-03"}}) + output_of(district, "report month", {{"month", "2026-04"}, {"csv", "1"}}) +
           output_of(district, "differences");
}

struct History {
    explicit History(ReviewDistrict& in) : district(in), one("T1", 1, set_of(kRules)), two("T2", 2, set_of(kRules)) {
        district.publish(kRules, noon(-500));
        const auto old = district.person("D1", 1940, noon(-400));
        const auto other = district.person("D2", 1950, noon(-400));
        for (int i = 0; i < 12; ++i) {
            one.sell(i % 3 == 0 ? std::nullopt : std::optional(old), noon(i * 3, i * 4));  // into April
            const Entry sold = two.sell(other, noon(i * 5, i));
            if (i % 4 == 0) two.undo(sold, noon(i * 5 + 1, i));
        }
        one.sell(old, noon(100), [](Sale& sale) { sale.policy_version = "wrong"; });
    }
    void upload_all() {
        while (!one.done() || !two.done()) {
            district.upload(two, 5);
            district.upload(one, 3);
        }
    }
    ReviewDistrict& district;
    ReviewedTill one, two;
};

std::string fresh_url() { return mulin::sync::test::PostgresServer::get().fresh_url(); }

std::unique_ptr<District> open_district(const std::filesystem::path& dir, ReviewDistrict& with) {
    static payment::SeededRandom random(77);
    auto opened = District::open(dir, with.clock(), random);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
}

TEST(DistrictContract, TheSameHistoryGivesTheSameBytes) {
    ReviewDistrict in_sqlite, in_postgres(fresh_url());
    History first(in_sqlite), second(in_postgres);
    first.upload_all();
    second.upload_all();
    const std::string bytes = all_bytes(in_sqlite.district());
    EXPECT_GT(bytes.size(), 10'000u);
    EXPECT_EQ(bytes, all_bytes(in_postgres.district()));
    ReviewDistrict elsewhere;
    EXPECT_NE(bytes, all_bytes(elsewhere.district())) << "the comparison must be able to fail";
    EXPECT_EQ(in_postgres.count("SELECT count(*) FROM pg_inherits WHERE inhparent = 'entry_body'::regclass"), 3)
        << "March, April and the rest";
    EXPECT_EQ(in_postgres.count("SELECT count(*) FROM entry_body_2026_03 WHERE business_day >= 20544"), 0);
    EXPECT_GT(in_postgres.count("SELECT count(*) FROM entry_body_2026_04"), 0);
}

TEST(DistrictContract, WhatNoTextCanHoldIsKeptInQuarantine) {
    for (const std::string& url : {std::string(), fresh_url()}) {
        ReviewDistrict district(url);
        ReviewedTill till("T1", 1, set_of(kRules));
        UploadRequest request;
        request.till = till.record().id;
        request.lines = {std::string("nul\0and\xff", 8), "plain"};
        auto access = district.district().access();
        const auto outcome = database::in_transaction(access.database, [&] {
            return ingest(access.ledger, till.record(), request, check_lines(request.lines, {till.record().signing_key}), noon(0));
        });
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_EQ(outcome->quarantined, 2);
        auto query = access.database.prepare("SELECT raw FROM quarantine ORDER BY id");
        ASSERT_TRUE(*query.step());
        EXPECT_EQ(query.text(0), request.lines[0]);
    }
}

// One upload as the server makes it.
Result<IngestOutcome> upload(District& district, const ReviewedTill& till, const std::vector<Entry>& entries) {
    UploadRequest request;
    request.till = till.record().id;
    request.lines = lines_of(entries);
    const auto checked = check_lines(request.lines, {till.record().signing_key});
    auto access = district.access();
    MULIN_TRY_STATUS(access.ledger.open_months(checked));
    return database::in_transaction(access.database, database::Isolation::row_locks, [&]() -> Result<IngestOutcome> {
        MULIN_TRY_STATUS(access.ledger.lock(till.record().id));
        return ingest(access.ledger, till.record(), request, checked, noon(0));
    });
}

TEST(DistrictContract, TwoServersTakeEveryEntryOfATillOnce) {
    ReviewDistrict district(fresh_url());
    const auto second = open_district(district.district().dir(), district);
    ASSERT_TRUE(district.district().access().database.execute(
        "INSERT INTO till (id, site, signing_key, certificate_sha256, state, enrolled_ms, last_seen_ms, clock_ahead_ms, waiting, software) "
        "VALUES ('T1', 'S1', '', '', 'active', 0, 0, 0, 0, '')"));
    ReviewedTill till("T1", 1, set_of(kRules));
    for (int i = 0; i < 60; ++i) till.sell(std::nullopt, noon(i));
    const auto entries = till.next(1000);
    std::int64_t accepted[2] = {0, 0}, forked = 0;
    const auto feed = [&](District& server, int number) {
        for (std::size_t at = 0; at < entries.size(); at += 4) {
            const std::vector<Entry> part(entries.begin() + static_cast<long>(at),
                                          entries.begin() + static_cast<long>(std::min(at + 4, entries.size())));
            const auto outcome = upload(server, till, part);
            ASSERT_TRUE(outcome) << outcome.error().message;
            accepted[number] += outcome->accepted;
            forked += outcome->forked;
        }
    };
    std::thread other([&] { feed(*second, 1); });
    feed(district.district(), 0);
    other.join();
    EXPECT_EQ(accepted[0] + accepted[1], 61);
    EXPECT_EQ(forked, 0);
    EXPECT_EQ(district.count("SELECT count(*) FROM entry"), 61);
    EXPECT_EQ(district.count("SELECT count(*) FROM sale"), 60);
    // Both price; each entry counts once.
    std::thread pricing([&] { EXPECT_TRUE(reprice_all(*second)); });
    EXPECT_TRUE(reprice_all(district.district()));
    pricing.join();
    EXPECT_EQ(district.count("SELECT count(*) FROM epoch WHERE priced < watermark"), 0);
}

TEST(DistrictContract, BackgroundWorkIsOneServersUntilItsTimeRunsOut) {
    for (const std::string& url : {std::string(), fresh_url()}) {
        ReviewDistrict district(url);
        auto access = district.district().access();
        const auto take = [&](const char* holder, std::int64_t ms) { return *take_turn(access.database, "work", holder, {ms}); };
        EXPECT_TRUE(take("a", 1'000));
        EXPECT_FALSE(take("b", 1'001));
        EXPECT_TRUE(take("a", 2'000)) << "it goes on";
        EXPECT_FALSE(take("b", 1'000 + kTurnLifeMs)) << "which made it longer";
        EXPECT_TRUE(take("b", 2'000 + kTurnLifeMs));
        EXPECT_FALSE(take("a", 2'001 + kTurnLifeMs));
        ASSERT_TRUE(give_turn_back(access.database, "work", "a"));
        EXPECT_FALSE(take("a", 2'002 + kTurnLifeMs)) << "it was not a's to give back";
        ASSERT_TRUE(give_turn_back(access.database, "work", "b"));
        EXPECT_TRUE(take("a", 2'003 + kTurnLifeMs));
    }
}

TEST(DistrictContract, AnIncarnationThatOneServerChangesIsSeenByTheOther) {
    ReviewDistrict district(fresh_url());
    const auto second = open_district(district.district().dir(), district);
    EXPECT_NE(district.district().process(), second->process());
    {
        auto access = district.district().access();
        ASSERT_TRUE(district.district().rewound(access, 0));
    }
    EXPECT_TRUE(second->access().directory.change());
    EXPECT_EQ(second->incarnation(), district.district().incarnation());
}

TEST(MoveToPostgres, EverythingComesAlongAndIsCompared) {
    ReviewDistrict before;
    History history(before);
    history.upload_all();
    const std::string bytes = all_bytes(before.district());
    const auto dir = before.district().dir();
    before.close();
    payment::SeededRandom random(5);
    const std::string url = fresh_url();
    const auto moved = move_to_postgres(dir, url, before.clock(), random);
    ASSERT_TRUE(moved) << moved.error().message;
    EXPECT_GT(*moved, 100);
    struct stat file {};
    ASSERT_EQ(::stat((dir / "database").c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600u);
    const auto after = open_district(dir, before);
    EXPECT_TRUE(after->shared());
    EXPECT_EQ(all_bytes(*after), bytes);
    // Life goes on: new rows get numbers of their own.
    history.one.sell(std::nullopt, noon(500));
    const auto outcome = upload(*after, history.one, history.one.next(10));
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->accepted, 1);
    EXPECT_EQ(move_to_postgres(dir, fresh_url(), before.clock(), random).error().code, payment::ErrorCode::refused);
}

TEST(MoveToPostgres, NothingHappensWhenTheTargetIsNotEmpty) {
    const std::string url = fresh_url();
    ReviewDistrict taken(url), district;
    const auto dir = district.district().dir();
    district.close();
    payment::SeededRandom random(5);
    EXPECT_EQ(move_to_postgres(dir, url, district.clock(), random).error().code, payment::ErrorCode::conflict);
    EXPECT_FALSE(open_district(dir, district)->shared());
}

TEST(MoveToPostgres, ADifferenceOfOneByteIsFound) {
    ReviewDistrict one, other(fresh_url());
    History history(one);
    history.upload_all();
    auto from = one.district().access();
    auto to = other.district().access();
    ASSERT_TRUE(copy_tables(from.database, to.database));
    ASSERT_TRUE(compare_districts(from.database, to.database));
    ASSERT_TRUE(to.database.execute("UPDATE entry_body SET body = 'X' || substr(body, 2) WHERE entry = 3"));
    const auto compared = compare_districts(from.database, to.database);
    ASSERT_FALSE(compared);
    EXPECT_NE(compared.error().message.find("entry_body"), std::string::npos);
}

class BackupDrill : public testing::TestWithParam<std::pair<bool, bool>> {};
INSTANTIATE_TEST_SUITE_P(Products, BackupDrill,
                         testing::Values(std::pair(false, false), std::pair(true, true), std::pair(true, false), std::pair(false, true)));

TEST_P(BackupDrill, RestoredAndFedAgainItIsWhatItWas) {
    const auto [from_postgres, to_postgres] = GetParam();
    ReviewDistrict before(from_postgres ? fresh_url() : "");
    History history(before);
    before.upload(history.one, 6);
    before.upload(history.two, 6);
    Folder folder;
    const auto file = folder.path() / "backup";
    ASSERT_TRUE(back_up(before.district(), file));
    EXPECT_EQ(back_up(before.district(), file).error().code, payment::ErrorCode::conflict) << "never over another file";
    struct stat about {};
    ASSERT_EQ(::stat(file.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
    history.upload_all();
    const std::string bytes = all_bytes(before.district());
    const std::string incarnation = before.district().incarnation();

    payment::SeededRandom random(9);
    const auto dir = folder.path() / "again";
    const auto restored = restore_district(dir, file, to_postgres ? fresh_url() : "", before.clock(), random);
    ASSERT_TRUE(restored) << restored.error().message;
    const auto after = open_district(dir, before);
    EXPECT_NE(after->incarnation(), incarnation);
    EXPECT_EQ(after->identity().id, "d");
    EXPECT_EQ(after->authority().sha256(), before.district().authority().sha256());
    EXPECT_NE(all_bytes(*after), bytes) << "what came after the backup is missing";
    // Tills walk back and feed it again.
    history.one.rewind();
    history.two.rewind();
    ASSERT_TRUE(upload(*after, history.two, history.two.next(1000)));
    ASSERT_TRUE(upload(*after, history.one, history.one.next(1000)));
    EXPECT_EQ(all_bytes(*after), bytes);
    EXPECT_EQ(restore_district(dir, file, "", before.clock(), random).error().code, payment::ErrorCode::conflict);
}

TEST(DamagedBackup, IsRefused) {
    ReviewDistrict before;
    History history(before);
    history.upload_all();
    Folder folder;
    const auto file = folder.path() / "backup";
    ASSERT_TRUE(back_up(before.district(), file));
    {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(4096 * 3);
        bytes << std::string(4096, '\x5a');
    }
    payment::SeededRandom random(9);
    EXPECT_FALSE(restore_district(folder.path() / "again", file, "", before.clock(), random));
    EXPECT_FALSE(holds_district(folder.path() / "again"));
}

}  // namespace
}  // namespace mulin::sync::server::test
