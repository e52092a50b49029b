// The body's one spelling: what is written is read back the same, and nothing else is accepted.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sync/journal/canonical.h"
#include "tests/support/store_chain.h"
#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace test;

RefundRecord a_refund() {
    RefundRecord record;
    record.target = {TillId("T001"), EpochId("E1"), 3};
    record.ref = "r1";
    record.business_date = kStoreTestDay;
    record.at = kStoreTestNow;
    record.site = SiteId("S1");
    record.reason = "退菜";
    record.cashier = StaffId("C1");
    record.approver = StaffId("M1");
    record.shift = ShiftId("s1");
    record.lines = {{0, 1, Money::fen(1500)}};
    record.delivery = Money::fen(100);
    record.benefits = {{"p01", "补贴", "subsidy", Money::fen(300), {{"district", Money::fen(300)}}}};
    record.paid = Money::fen(1300);
    record.cash_rounding = Money::fen(-3);
    record.payments = {{"qr", "wechat", payment::AttemptId("A1"), payment::RefundId("R1"), Money::fen(1000)},
                       {"cash", "cash", payment::AttemptId("A2"), {}, Money::fen(297)}};
    record.whole = true;
    record.given_back = {{"pool|*|2026-03", 1, Money::fen(300), true, "L1"}, {"p01|D1|d", 1, Money(), true, ""}};
    return record;
}

TopUpRecord a_top_up() {
    TopUpRecord record;
    record.ref = "t1";
    record.business_date = kStoreTestDay;
    record.at = kStoreTestNow;
    record.site = SiteId("S1");
    record.card = std::string(64, 'c');
    record.card_last4 = "0042";
    record.amount = Money::fen(10000);
    record.payments = {{"cash", "cash", payment::AttemptId("A1"), payment::Outcome::approved, Money::fen(10000),
                        Money::fen(10000), Money(), {}}};
    record.account_ref = "acc-7";
    record.cashier = StaffId("C1");
    record.shift = ShiftId("s1");
    return record;
}

Sale a_leased_sale() {
    Sale sale = store_sale("a3");
    sale.uses.push_back({"pool|*|2026-03", 1, Money::fen(300), false, "L1"});
    return sale;
}

TEST(JournalBody, EveryKindComesBackAsItWas) {
    const std::vector<EntryBody> bodies{
        EpochOpen{"start", EpochParent{EpochId("E1"), 7, std::string(64, 'a')}, std::string(64, 'b'), "mulin"},
        EpochOpen{"first", {}, std::string(64, 'b'), ""},
        store_sale("a1"),
        store_guest_sale("a2"),
        store_void("v1", {TillId("T001"), EpochId("E1"), 3}),
        store_shift("s1"),
        ShiftClose{ShiftId("s1"), kStoreTestDay, kStoreTestNow, StaffId("C1"), {}, {}},
        ShiftClose{ShiftId("s1"), kStoreTestDay, kStoreTestNow, StaffId("C1"), Money::fen(-5), {1, 2, {}, {}, {}, Money::fen(-7)}},
        Note{"clock_change", "一\u0007\"\\"},
        a_leased_sale(),
        a_refund(),
        a_top_up(),
        LeaseReturn{"L1", "pool|*|2026-03", 4, {3, Money::fen(900)}, {7, Money()}, "expired"},
    };
    const BodyStamp stamp{{kStoreTestNow.ms + 5}, 123, kStoreTestDay};
    const Totals totals{4, 1, Money::fen(6000), Money::fen(900), Money::fen(5100)};
    for (const auto& body : bodies) {
        const auto text = encode_body(body, stamp, totals);
        ASSERT_TRUE(text);
        const auto decoded = decode_body(*text);
        ASSERT_TRUE(decoded) << *text << decoded.error().message;
        EXPECT_EQ(decoded->body, body) << *text;
        EXPECT_EQ(decoded->stamp, stamp);
        EXPECT_EQ(decoded->totals, totals);
        // Another library's idea of the sorted, shortest spelling.
        EXPECT_EQ(nlohmann::json::parse(*text).dump(), *text);
    }
}

TEST(JournalBody, AnotherSpellingOfTheSameIsRefused) {
    const auto text = *encode_body(store_sale("a1"), {kStoreTestNow, 1, kStoreTestDay}, {});
    const auto with = [&](const std::string& what, const std::string& by) {
        std::string other = text;
        const auto at = other.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        return other.replace(at, what.size(), by);
    };
    EXPECT_TRUE(decode_body(text));
    const std::vector<std::string> others{
        with("\"mono_ms\":1", "\"mono_ms\":1.0"),
        with("\"mono_ms\":1", "\"mono_ms\":1e0"),
        with("\"mono_ms\":1", "\"mono_ms\":01"),
        with("\"mono_ms\":1", "\"mono_ms\":-0"),
        with("\"mono_ms\":1", "\"mono_ms\": 1"),
        with("\"mono_ms\":1", "\"mono_ms\":1,\"mono_ms\":1"),
        with("\"mono_ms\":1", "\"mono_ms\":1,\"more\":1"),
        with("\"mono_ms\":1", "\"mono_ms\":9007199254740992"),
        with("\"mono_ms\":1,", ""),
        with("\"training\":false", "\"training\":0"),
        with("\"training\":false", "\"training\":null"),
        with("\"lunch\"", "\"brunch\""),
        with("\"lunch\"", "\"l\\u0075nch\""),
        with("+08:00", "Z"),
        with("\"v\":1", "\"v\":2"),
        with("\"suite\":1", "\"suite\":2"),
        with("\"kind\":\"sale\"", "\"kind\":\"gift\""),
        with("\"paid_fen\":1200", "\"paid_fen\":1000000001"),
        with("\"paid_fen\":1200", "\"paid_fen\":99999999999999999999"),
        text + " ",
        text + text,
        text.substr(0, text.size() - 1),
        "",
        "[]",
        "null",
        std::string(100'000, '['),
    };
    for (const auto& other : others) EXPECT_FALSE(decode_body(other)) << other.substr(0, 300);
}

TEST(JournalBody, AUseWithoutALeaseDoesNotNameOne) {
    auto text = *encode_body(a_leased_sale(), {kStoreTestNow, 1, kStoreTestDay}, {});
    const auto at = text.find("\"lease\":\"L1\"");
    ASSERT_NE(at, std::string::npos);
    EXPECT_FALSE(decode_body(text.replace(at, 12, "\"lease\":\"\"")));
    EXPECT_EQ(encode_body(store_sale("a1"), {kStoreTestNow, 1, kStoreTestDay}, {})->find("lease"), std::string::npos);
}

TEST(JournalBody, ATextThatIsNotUtf8IsRefusedBeforeItIsWritten) {
    for (const char* bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xe4\xb8", "\xf4\x90\x80\x80", "\x80"}) {
        EXPECT_FALSE(is_utf8(bad));
        EXPECT_FALSE(encode_body(Note{"k", bad}, {}, {}));
    }
    for (const char* good : {"", "a", "é", "单", "𠅤", "\xf4\x8f\xbf\xbf", "\xef\xbf\xbf"}) EXPECT_TRUE(is_utf8(good)) << good;
}

TEST(JournalBody, AmountsBeyondTheBoundsAreRefusedBeforeTheyAreWritten) {
    Sale sale = store_guest_sale("a1");
    sale.cash_rounding = Money::fen(-kMaxAmountFen);
    EXPECT_TRUE(encode_body(sale, {}, {}));
    sale.cash_rounding = Money::fen(-kMaxAmountFen - 1);
    EXPECT_FALSE(encode_body(sale, {}, {}));
    Totals totals;
    totals.list = Money::fen(kMaxTotalFen + 1);
    EXPECT_FALSE(encode_body(Note{}, {}, totals));
}

TEST(JournalBody, HoldsNothingAboutAPersonButTheId) {
    const auto text = *encode_body(store_sale("a1"), {kStoreTestNow, 1, kStoreTestDay}, {});
    const auto data = nlohmann::json::parse(text)["data"];
    EXPECT_EQ(data["diner"], "D000001");
    for (const char* word : {"name", "birth_date", "sex", "id_hash", "id_last4", "aid", "phone_last4"}) EXPECT_FALSE(data.contains(word));
}

}  // namespace
}  // namespace mulin::sync
