// Closing a month at the console: two persons, each signed in by themselves.

#include "sync/server/settle_commands.h"
#include "tests/sync/console/office.h"

namespace mulin::sync::server {
namespace {

using namespace test;
using nlohmann::json;

struct Months : testing::Test {
    Months() { fill(office); }
    static void fill(Office& office) {
        ReviewedTill till("T1", 1, set_of(rules_off(300)));
        till.sell(office.diner, noon(0));
        office.upload(till);
        office.settle();
        office.clock().set_utc(noon(0, 30));
    }
    int step(const std::string& name, const std::string& what, const std::string& month = "2026-03") {
        return office.post(office.signed_in(name), "/api/close_month", {{"month", month}, {"step", what}}).status;
    }
    json shown() { return json::parse(office.get(office.signed_in("auditor"), "/api/months").body)["list"][0]; }
    std::string closed_row(Office& place) {
        auto access = place.district().access();
        auto row = access.database.prepare("SELECT month, closed_ms, person, approver, sha256, json, csv FROM closed_month");
        std::string text;
        while (*row.step())
            for (int column = 0; column < 7; ++column) text += row.text(column) + "|";
        return text;
    }
    Office office;
};

TEST_F(Months, TwoPersonsCloseAMonthExactlyAsTheCommandDoes) {
    EXPECT_EQ(shown()["state"], "open");
    EXPECT_EQ(step("settle", "confirm"), 409) << "nobody proposed it";
    EXPECT_EQ(step("settle", "propose"), 200);
    EXPECT_EQ(shown()["state"], "proposed");
    EXPECT_EQ(step("settle", "confirm"), 403) << "who proposed does not confirm";
    EXPECT_EQ(shown()["state"], "proposed");
    EXPECT_EQ(step("admin", "confirm"), 200);
    EXPECT_EQ(office.newest_line().action, "confirm_close");
    EXPECT_EQ(office.newest_line().who, "admin");
    EXPECT_EQ(shown()["state"], "closed");
    Office other;
    fill(other);
    const auto done = settle_command(other.district(), {"close month", {{"month", "2026-03"}, {"by", "settle"}, {"approver", "admin"}}, {}});
    ASSERT_TRUE(done && done->exit_code == 0) << done->err;
    EXPECT_EQ(closed_row(office), closed_row(other));
    EXPECT_EQ(office.count("SELECT count(*) FROM meta WHERE key LIKE 'close_proposal%'"), 0);
}

TEST_F(Months, PressedTwiceIsOnceAndEveryStepIsWrittenDownOnce) {
    EXPECT_EQ(step("settle", "propose"), 200);
    EXPECT_EQ(step("settle", "propose"), 200);
    EXPECT_EQ(step("admin", "propose"), 409);
    EXPECT_EQ(office.audit_lines(), 1);
    EXPECT_EQ(step("admin", "withdraw"), 200);
    EXPECT_EQ(step("admin", "withdraw"), 200);
    EXPECT_EQ(office.audit_lines(), 2);
    EXPECT_EQ(step("admin", "propose"), 200);
    EXPECT_EQ(step("settle", "confirm"), 200);
    EXPECT_EQ(step("settle", "confirm"), 200);
    EXPECT_EQ(office.audit_lines(), 4);
    EXPECT_EQ(step("admin", "propose"), 409) << "a closed month is never opened again";
}

TEST_F(Months, AMonthThatIsNotOverStaysOpen) {
    office.clock().set_utc(noon(0, 5));
    EXPECT_EQ(step("settle", "propose"), 403);
    for (const char* month : {"", "2026-3", "2026-13", "x"}) EXPECT_EQ(step("settle", "propose", month), 400) << month;
    EXPECT_EQ(step("settle", "close"), 400);
    for (const char* name : {"auditor", "manager"}) EXPECT_EQ(step(name, "propose"), 403);
    EXPECT_EQ(office.audit_lines(), 0);
}

TEST_F(Months, TheSheetIsTheReportsBytes) {
    const auto sheet = office.get(office.signed_in("auditor"), "/api/month_csv?month=2026-03");
    EXPECT_EQ(sheet.status, 200);
    EXPECT_EQ(sheet.body, office.month("2026-03", true));
    EXPECT_EQ(sheet.content_type, "text/csv; charset=utf-8");
    EXPECT_EQ(office.get(office.signed_in("auditor"), "/api/month_csv?month=../../x").status, 400);
    EXPECT_EQ(office.get(office.signed_in("auditor"), "/api/month_csv?month=20%2F-03").status, 400);
}

}  // namespace
}  // namespace mulin::sync::server
