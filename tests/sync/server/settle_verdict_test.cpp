// What becomes of claims in the district: who bears a shortfall and why, what persons decide, what
// comes after a month was closed, and that it can be read in a spreadsheet.

#include "sync/books/settle_trace.h"
#include "sync/server/settle_commands.h"
#include "tests/sync/server/settle_district.h"

namespace mulin::sync::server {
namespace {

using namespace test;
using ::testing::Test;

struct Settle : Test {
    Settle() {
        district.publish(rules_off(300), noon(-500));
        old = district.person("D1", 1940, noon(-400));
    }
    SettleDistrict district;
    QuoteDiner old;
};

TEST_F(Settle, AMealIsPaidOnceAndDoublesAreSharedOutByTheRules) {
    ReviewedTill a("T1", 1, set_of(rules_off(300))), b("T2", 2, set_of(rules_off(300))), c("T3", 3, set_of(rules_off(300)));
    a.sell(old, noon(0), at_site("S1"));
    b.sell(old, noon(10), at_site("S1"));
    c.sell(old, noon(20), at_site("S2"));
    district.upload(c);
    district.upload(b);
    district.upload(a);
    EXPECT_EQ(district.brief_verdicts(),
              "T1 granted [district=300] []; T2 double_same_site [] [vendor:district=300]; "
              "T3 double_elsewhere [] [tolerance:district=300]; ");
    EXPECT_EQ(district.count("SELECT debits_posted_fen - credits_posted_fen FROM ledger_account WHERE account = 'subsidy:district'"), 300);
    EXPECT_EQ(district.count("SELECT debits_posted_fen FROM ledger_account WHERE account = 'tolerance'"), 300);
    district.expect_sound();
}

TEST_F(Settle, AVoidThatComesLateFreesTheMealForTheNext) {
    ReviewedTill a("T1", 1, set_of(rules_off(300))), b("T2", 2, set_of(rules_off(300)));
    a.undo(a.sell(old, noon(0)), noon(1));
    b.sell(old, noon(10), at_site("S2"));
    const auto sent_later = a.next(2);  // the sale without its void
    district.upload(b);
    a.rewind();
    district.upload(a, 2);
    EXPECT_EQ(district.brief_verdicts(), "T1 granted [district=300] []; T2 double_elsewhere [] [tolerance:district=300]; ");
    district.upload(a);
    EXPECT_EQ(district.brief_verdicts(), "T1 voided [] []; T2 granted [district=300] []; ");
    EXPECT_EQ(district.count("SELECT debits_posted_fen - credits_posted_fen FROM ledger_account WHERE account = 'tolerance'"), 0);
    EXPECT_EQ(district.count("SELECT count(*) FROM claim_verdict"), 4) << "the first verdicts stay";
    district.expect_sound();
}

TEST_F(Settle, WhatATillCouldNotKnowIsToleratedAndWhatNothingExplainsIsTheVendors) {
    const auto other = district.person("D2", 1941, noon(-400));
    district.publish(rules_off(100), noon(-100));
    ReviewedTill a("T1", 1, set_of(rules_off(300))), b("T2", 2, set_of(rules_off(900)));
    a.sell(old, noon(0));
    b.sell(other, noon(0));
    district.upload(a);
    district.upload(b);
    EXPECT_EQ(district.brief_verdicts(),
              "T1 not_up_to_date [district=100] [tolerance:district=200]; T2 wrong_amounts [district=100] [vendor:district=800]; ");
}

TEST_F(Settle, SomebodyUnknownWaitsUntilTheyAreKnown) {
    ReviewedTill a("T1", 1, set_of(rules_off(300)));
    QuoteDiner stranger = old;
    stranger.id = "D9";
    a.sell(stranger, noon(0));
    district.upload(a);
    EXPECT_EQ(district.brief_verdicts(), "T1 unjudged [] [suspense:district=300]; ");
    {
        auto access = district.district().access();
        EXPECT_EQ(waiting_verdicts(access.database, 10)->size(), 1U);
    }
    district.person("D9", 1940, noon(100));
    EXPECT_EQ(district.brief_verdicts(), "T1 granted [district=300] []; ");
    district.expect_sound();
}

TEST_F(Settle, APersonDecidesWithNameAndReason) {
    ReviewedTill a("T1", 1, set_of(rules_off(300)));
    const Entry sale = a.sell(old, noon(0));
    district.upload(a);
    const auto rule_as = [&](const std::string& ruling, const std::string& person = "Wang") {
        return rule(district.district(), {sale.key, "", ruling, person, "seen the slip"});
    };
    district.settle();
    EXPECT_FALSE(rule_as("dispute", " "));
    EXPECT_FALSE(rule_as("perhaps"));
    ASSERT_TRUE(rule_as("dispute"));
    EXPECT_EQ(district.brief_verdicts(), "T1 identity_disputed [] [suspense:district=300]; ");
    ASSERT_TRUE(rule_as("vendor"));
    EXPECT_EQ(district.brief_verdicts(), "T1 identity_disputed [] [vendor:district=300]; ");
    ASSERT_TRUE(rule_as("accept"));
    EXPECT_EQ(district.brief_verdicts(), "T1 granted [district=300] []; ");
    EXPECT_EQ(district.count("SELECT count(*) FROM claim_ruling"), 3);
    EXPECT_EQ(district.count("SELECT debits_posted_fen - credits_posted_fen FROM ledger_account WHERE account = 'suspense'"), 0);
    district.expect_sound();
}

// Both versions of a cloned till's numbers wait, whichever of them came first.
TEST_F(Settle, AClonedTillsBranchesBothWaitForAPerson) {
    std::string expected;
    for (const bool clone_first : {false, true}) {
        district.forget_uploads();
        ReviewedTill real("T1", 1, set_of(rules_off(300)));
        real.sell(old, noon(0));
        ReviewedTill clone = real;
        real.sell(old, noon(0, 1));
        clone.sell(old, noon(5, 1), at_site("S2"));
        district.upload(clone_first ? clone : real);
        district.upload(clone_first ? real : clone);
        const std::string text = district.brief_verdicts();
        if (!clone_first) expected = district.verdicts();
        EXPECT_EQ(text,
                  "T1 granted [district=300] []; T1 forked [] [suspense:district=300]; T1 forked [] [suspense:district=300]; ");
        EXPECT_EQ(district.verdicts(), expected);
        district.expect_sound();
    }
}

TEST_F(Settle, AClosedMonthKeepsItsBytesAndLateFactsAdjustTheOpenOne) {
    ReviewedTill a("T1", 1, set_of(rules_off(300))), late("T2", 2, set_of(rules_off(300)));
    a.sell(old, noon(10));
    late.sell(old, noon(0), at_site("S2"));  // earlier: it takes the place of the first
    district.upload(a);
    district.clock().set_utc(noon(0, 30));
    const auto close = [&](const std::string& by, const std::string& approver) {
        return close_month(district.district(), {"2026-03", by, approver, false});
    };
    EXPECT_FALSE(close("Li", "Li")) << "two persons";
    EXPECT_FALSE(close_month(district.district(), {"2026-04", "Li", "Zhao", false})) << "not over yet";
    const std::string before = district.month();
    const std::string csv = district.month("2026-03", true);
    ASSERT_TRUE(close("Li", "Zhao"));
    district.upload(late);
    EXPECT_EQ(district.month(), before);
    EXPECT_EQ(district.month("2026-03", true), csv);
    EXPECT_EQ(district.brief_verdicts(), "T1 double_elsewhere [] [tolerance:district=300]; T2 granted [district=300] []; ");
    const std::string april = district.month("2026-04");
    EXPECT_NE(april.find(R"("reason":"double_elsewhere","of_month":"2026-03","claims":0,"claimed_fen":0,"posted_fen":-300)"), std::string::npos) << april;
    EXPECT_NE(april.find(R"("reason":"granted","of_month":"2026-03","claims":1,"claimed_fen":300,"posted_fen":300)"), std::string::npos) << april;
    EXPECT_EQ(close("Li", "Zhao")->json, before) << "closing again changes nothing";
    district.expect_sound();
    // The control: what anybody would do without a closed month.
    {
        auto access = district.district().access();
        EXPECT_NE(*open_month_report(access.database, "2026-03", false), before);
    }
}

TEST_F(Settle, EveryFenOfAFigureIsFoundInItsEntries) {
    ReviewedTill a("T1", 1, set_of(rules_off(300)));
    a.sell(old, noon(0));
    a.sell(old, noon(0, 1));
    district.upload(a);
    district.settle();
    TraceFilter filter;
    filter.payer = "district";
    filter.month = "2026-03";
    EXPECT_NE(trace_jsonl(district.district(), filter)->find(R"({"transfers":4,"posted_fen":600})"), std::string::npos);
    Command command;
    command.name = "ledger verify";
    EXPECT_EQ(settle_command(district.district(), command)->exit_code, 0);
    command.name = "ledger nothing";
    EXPECT_FALSE(settle_command(district.district(), command));
}

TEST_F(Settle, ASpreadsheetReadsTheReportAsTextAndNumbers) {
    ReviewedTill a("T1", 1, set_of(rules_off(300)));
    a.sell(old, noon(0), [](Sale& sale) {
        sale.site = SiteId("=HYPERLINK(\"x\")");
        sale.vendor = VendorId("+V,1");
    });
    district.upload(a);
    const std::string csv = district.month("2026-03", true);
    EXPECT_EQ(csv.substr(0, 3), "\xEF\xBB\xBF");
    EXPECT_EQ(csv.find(",="), std::string::npos);
    EXPECT_EQ(csv.find(",+"), std::string::npos);
    EXPECT_NE(csv.find("\"'=HYPERLINK(\"\"x\"\")\""), std::string::npos) << csv;
    EXPECT_NE(csv.find("\"'+V,1\""), std::string::npos) << csv;
    for (std::size_t at = csv.find('\n'); at != std::string::npos; at = csv.find('\n', at + 1)) EXPECT_EQ(csv[at - 1], '\r');
}

}  // namespace
}  // namespace mulin::sync::server
