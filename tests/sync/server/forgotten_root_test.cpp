// A district that was put back from a backup has forgotten roots that it signed after it. A till that is away may hold
// them: nothing is signed that would contradict them, and when they come they are named for what they are.

#include "sync/district/witness.h"
#include "tests/sync/server/review_district.h"

namespace mulin::sync::server {
namespace {

using namespace test;

UtcInstant day(int number) { return noon(0, number); }

struct ForgottenRoot : ::testing::Test {
    ForgottenRoot() {
        for (const char* till : {"T1", "T2"}) {
            auto access = district.district().access();
            auto write = access.database.prepare(
                "INSERT INTO till (id, site, signing_key, certificate_sha256, state, enrolled_ms, last_seen_ms, clock_ahead_ms, waiting, "
                "software) VALUES (?, 'S1', '', '', 'active', ?, ?, 0, 0, '')");
            write.bind(till).bind(day(0).ms).bind(day(1).ms);
            EXPECT_TRUE(write.run());
        }
        serve(0);
        sign(day(0));
        serve(1);
        lost = sign(day(1));
        EXPECT_EQ(lost.number, 2);
    }
    // As the database was after the first day, found out on the third.
    void put_back() {
        auto access = district.district().access();
        ASSERT_TRUE(access.database.execute("DELETE FROM district_root WHERE number = 2; DELETE FROM root_point WHERE number = 2; "
                                            "DELETE FROM rooted_epoch"));
        district.clock().set_utc(day(2));
        ASSERT_TRUE(District::begin_anew(access.database, district.clock(), district.district().random()));
    }
    void serve(int at) {
        till.sell(std::nullopt, noon(at, at));
        district.upload(till);
    }
    DistrictRoot sign(UtcInstant now) {
        auto access = district.district().access();
        Witness witness(access.database, district.district().bundle_key());
        EXPECT_TRUE(witness.make_root(now));
        return *witness.newest().value();
    }
    void hear(const char* from, UtcInstant now, std::int64_t waiting = 0) {
        auto access = district.district().access();
        EXPECT_TRUE(access.tills.seen(TillId(from), now, 0, waiting, ""));
    }
    void bring(const DistrictRoot& root) {
        const std::vector<Entry> entries{away.open_epoch("E2"), away.append(root)};
        auto access = district.district().access();
        Witness witness(access.database, district.district().bundle_key());
        EXPECT_TRUE(witness.take_up(access.ledger, TillId("T2"), check_lines(lines_of(entries), {away.key().public_key().text()}), day(20)));
    }
    std::int64_t count_of(const std::string& kind) {
        return kind == "root_conflict" ? district.count("SELECT count(*) FROM finding WHERE kind = 'root_conflict'")
                                       : district.count("SELECT count(*) FROM finding WHERE kind = 'forgotten_root'");
    }
    ReviewDistrict district;
    ReviewedTill till{"T1", 1, set_of(rules_off(300))};
    TillChain away{"T2", 2};
    DistrictRoot lost;
};

TEST_F(ForgottenRoot, IsWaitedForAndTakenUpWhenItsTillComes) {
    put_back();
    hear("T1", day(3));
    EXPECT_EQ(sign(day(3)).number, 1) << "T2 may hold another";
    bring(lost);
    hear("T2", day(4), 7);
    EXPECT_EQ(sign(day(4)).number, 2) << "T2 has more to send";
    hear("T2", day(4));
    const DistrictRoot next = sign(day(4));
    EXPECT_EQ(next.prev, digest_of(lost));
    EXPECT_EQ(next.number, 4) << "number 3 may have been signed on the day it was put back";
    EXPECT_EQ(count_of("forgotten_root") + count_of("root_conflict"), 0);
    EXPECT_EQ(sign(day(5)).number, 4) << "nothing new, nothing to sign";
    serve(6);
    EXPECT_EQ(sign(day(6)).number, 5) << "one after the other again";
}

TEST_F(ForgottenRoot, IsNamedAndContradictsNothingWhenItComesTooLate) {
    put_back();
    hear("T1", day(3));
    EXPECT_EQ(sign({day(2).ms + kRootWaitMs - 1}).number, 1);
    const DistrictRoot next = sign({day(2).ms + kRootWaitMs});
    EXPECT_EQ(next.number, 4) << "2 and 3 may have been signed";
    EXPECT_GT(next.number, lost.number + 1) << "so the till that holds it sees no contradiction either";
    bring(lost);
    EXPECT_EQ(count_of("forgotten_root"), 1);
    EXPECT_EQ(count_of("root_conflict"), 0);
}

// The control: without knowing that it was put back it would contradict itself.
TEST_F(ForgottenRoot, WouldBeContradictedOtherwise) {
    put_back();
    ASSERT_TRUE(district.district().access().database.execute("DELETE FROM meta WHERE key = 'restored_ms'"));
    const DistrictRoot next = sign(day(3));
    EXPECT_EQ(next.number, lost.number);
    EXPECT_NE(digest_of(next), digest_of(lost));
    bring(lost);
    EXPECT_EQ(count_of("root_conflict"), 1);
}

}  // namespace
}  // namespace mulin::sync::server
