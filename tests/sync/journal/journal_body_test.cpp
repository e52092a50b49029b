// The body's one spelling: what is written is read back the same, and nothing else is accepted.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sync/journal/canonical.h"
#include "tests/support/store_chain.h"
#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace test;

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
