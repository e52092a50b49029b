// What settlement sees of flags that tills signed and of leases that were passed, and what it tells sites.

#include "sync/district/lease_book.h"
#include "tests/sync/server/settle_district.h"

namespace mulin::sync::server {
namespace {

using namespace test;

struct SettleNews : ::testing::Test {
    SettleNews() {
        district.publish(rules_off(300), noon(-500));
        old = district.person("D1", 1940, noon(-400));
    }
    std::vector<SiteVerdict> told(const char* site, std::int64_t from = 0) {
        auto access = district.district().access();
        const auto bundle = access.directory.bundle_after(from, SiteId(site), payment::china_date(noon(0)));
        EXPECT_TRUE(bundle) << bundle.error().message;
        cursor = bundle->to;
        return bundle->verdicts;
    }
    SettleDistrict district;
    QuoteDiner old;
    std::int64_t cursor = 0;
};

TEST_F(SettleNews, ASiteHearsWhatWasNotDecidedAsItsTillAssumed) {
    ReviewedTill a("T1", 1, set_of(rules_off(300))), b("T2", 2, set_of(rules_off(300)));
    a.sell(old, noon(0));
    const Entry second = b.sell(old, noon(10), at_site("S2"));
    district.upload(a);
    district.upload(b);
    district.settle();
    EXPECT_TRUE(told("S1").empty()) << "granted, as assumed";
    const auto news = told("S2");
    ASSERT_EQ(news.size(), 1U);
    EXPECT_EQ(news[0].sale, second.key);
    EXPECT_EQ(news[0].reason, "double_elsewhere");
    EXPECT_EQ(news[0].diner, DinerId("D1"));
    EXPECT_EQ(news[0].claimed, Money::fen(300));
    EXPECT_EQ(news[0].tolerance, Money::fen(300));
    EXPECT_EQ(news[0].period, "2026-03");
    EXPECT_TRUE(told("S2", cursor).empty()) << "once";
}

TEST_F(SettleNews, ASiteHearsWhenItIsDecidedOtherwiseAfterAll) {
    ReviewedTill a("T1", 1, set_of(rules_off(300))), b("T2", 2, set_of(rules_off(300)));
    const Entry first = a.sell(old, noon(0));
    a.undo(first, noon(1));
    b.sell(old, noon(10), at_site("S2"));
    district.upload(a, 2);
    district.upload(b);
    district.settle();
    ASSERT_EQ(told("S2").size(), 1U);
    const auto seen = cursor;
    district.upload(a);
    district.settle();
    const auto news = told("S2", seen);
    ASSERT_EQ(news.size(), 1U);
    EXPECT_EQ(news[0].reason, "granted");
    EXPECT_EQ(news[0].posted, Money::fen(300));
    EXPECT_EQ(news[0].n, 2);
    EXPECT_TRUE(told("S1").empty()) << "the till itself took it back";
}

TEST_F(SettleNews, WhatATillSaysOfItselfCountsForTheReason) {
    const auto with = [&](const char* till, std::uint64_t seed, const char* diner, const std::function<void(Sale&)>& change) {
        const auto person = district.person(diner, 1941, noon(-400));
        ReviewedTill liar(till, seed, set_of(rules_off(900)));
        liar.sell(person, noon(0), change);
        district.upload(liar);
    };
    with("T1", 1, "D11", {});
    with("T2", 2, "D12", [](Sale& sale) { sale.rules_out_of_date = true; });
    with("T3", 3, "D13", [](Sale& sale) { sale.provisional = true; });
    with("T4", 4, "D14", [](Sale& sale) { sale.overridden_by = StaffId("M0101"); });
    EXPECT_EQ(district.brief_verdicts(),
              "T1 wrong_amounts [district=300] [vendor:district=600]; T2 not_up_to_date [district=300] [tolerance:district=600]; "
              "T3 lease_exceeded [district=300] [vendor:district=600]; T4 overridden [district=300] [vendor:district=600]; ");
    district.expect_sound();
}

TEST_F(SettleNews, AFlagAloneTakesNothingFromAnybody) {
    ReviewedTill a("T1", 1, set_of(rules_off(300)));
    a.sell(old, noon(0), [](Sale& sale) { sale.rules_out_of_date = sale.provisional = true; });
    district.upload(a);
    EXPECT_EQ(district.brief_verdicts(), "T1 granted [district=300] []; ");
}

// A lease of one use, spent twice; which sale went beyond does not depend on which arrived first.
TEST_F(SettleNews, WhoPassedALeaseIsTheSameInEveryOrder) {
    const auto other = district.person("D2", 1941, noon(-400));
    const auto leased = [](Sale& sale) { sale.uses.push_back({"pool|*|2026", 1, Money::fen(600), true, "L1"}); };
    {
        auto access = district.district().access();
        LeaseBook book(access.database);
        ASSERT_TRUE(book.save({"L1", "pool|*|2026", 1, TillId("T1"), EpochId("E-T1"), 1, {}, noon(600)}, noon(-1), 1));
    }
    ReviewedTill a("T1", 1, set_of(rules_off(900)));
    const Entry first = a.sell(old, noon(0), leased);
    a.sell(other, noon(5), leased);
    const Entry gone = a.undo(first, noon(6));
    (void)gone;
    district.upload(a, 2);  // the epoch and the first sale
    EXPECT_EQ(district.brief_verdicts(), "T1 wrong_amounts [district=300] [vendor:district=600]; ");
    district.upload(a, 1);
    EXPECT_EQ(district.brief_verdicts(), "T1 wrong_amounts [district=300] [vendor:district=600]; "
                                         "T1 lease_exceeded [district=300] [vendor:district=600]; ");
    district.upload(a);
    EXPECT_EQ(district.brief_verdicts(), "T1 voided [] []; T1 wrong_amounts [district=300] [vendor:district=600]; ")
        << "what a void gives back makes room for the second";
    district.forget_uploads();
    ASSERT_TRUE(district.district().access().database.execute("DELETE FROM lease_use"));
    a.rewind();
    district.upload(a);
    EXPECT_EQ(district.brief_verdicts(), "T1 voided [] []; T1 wrong_amounts [district=300] [vendor:district=600]; ");
}

}  // namespace
}  // namespace mulin::sync::server
