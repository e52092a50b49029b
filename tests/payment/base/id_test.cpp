#include "payment/base/id.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "payment/base/check.h"
#include "payment/base/result.h"

namespace mulin::payment {
namespace {

TEST(IdSource, MakesTwentySixCharactersOfTheAlphabet) {
    ManualClock clock(UtcInstant{1'773'114'300'000});
    SystemRandom random;
    IdSource ids(clock, random);
    for (int i = 0; i < 2'000; ++i) {
        const std::string id = ids.next_text();
        ASSERT_EQ(id.size(), 26U);
        ASSERT_EQ(id.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string::npos) << id;
    }
}

TEST(IdSource, LaterSortsAfterEarlier) {
    SeededRandom random(7);
    ManualClock clock(UtcInstant{0});
    IdSource ids(clock, random);
    std::string last = ids.next_text();
    for (std::int64_t step : {1LL, 1LL, 31LL, 32LL, 1'000LL, 86'400'000LL, 1'773'000'000'000LL, 1LL}) {
        clock.advance_ms(step);
        const std::string now = ids.next_text();
        EXPECT_LT(last, now) << step;
        last = now;
    }
}

TEST(IdSource, TheTimePartIsTheMillisecond) {
    SeededRandom random(7);
    ManualClock clock(UtcInstant{1'773'114'300'000});
    IdSource ids(clock, random);
    const std::string first = ids.next_text();
    EXPECT_EQ(first.substr(0, 10), ids.next_text().substr(0, 10));
    static const std::string alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::int64_t ms = 0;
    for (char c : first.substr(0, 10)) ms = ms * 32 + static_cast<std::int64_t>(alphabet.find(c));
    EXPECT_EQ(ms, clock.utc().ms);
}

TEST(IdSource, DoesNotRepeatWithinOneMillisecond) {
    ManualClock clock(UtcInstant{1'773'114'300'000});
    SystemRandom random;
    IdSource ids(clock, random);
    std::set<std::string> seen;
    for (int i = 0; i < 20'000; ++i) ASSERT_TRUE(seen.insert(ids.next_text()).second);
}

TEST(SeededRandom, RepeatsItselfAndDiffersBySeed) {
    SeededRandom a(5), b(5), c(6);
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 100; ++i) {
        const auto value = a.next_u64();
        EXPECT_EQ(value, b.next_u64());
        EXPECT_NE(value, c.next_u64());
        EXPECT_TRUE(seen.insert(value).second);
    }
}

TEST(Random, BelowStaysBelowAndReachesEverything) {
    SeededRandom random(11);
    std::array<int, 7> counts{};
    for (int i = 0; i < 70'000; ++i) {
        const auto value = random.below(7);
        ASSERT_LT(value, 7U);
        ++counts[value];
    }
    for (int count : counts) {
        EXPECT_GT(count, 9'500);
        EXPECT_LT(count, 10'500);
    }
    EXPECT_EQ(random.below(1), 0U);
}

TEST(RandomDeathTest, BelowNothingIsADefect) {
    SeededRandom random(1);
    EXPECT_DEATH(random.below(0), "bound > 0");
}

TEST(Id, ComparesByTextAndHashes) {
    using CatId = Id<struct CatTag>;
    EXPECT_LT(CatId("A"), CatId("B"));
    EXPECT_EQ(CatId("A"), CatId("A"));
    EXPECT_TRUE(CatId().empty());
    EXPECT_EQ(std::hash<CatId>{}(CatId("A")), std::hash<CatId>{}(CatId("A")));
}

TEST(Hex, WritesTwoLowerCaseDigitsPerByte) {
    const std::array<std::uint8_t, 4> bytes = {0x00, 0x0f, 0xa5, 0xff};
    EXPECT_EQ(hex(bytes), "000fa5ff");
    EXPECT_EQ(hex({}), "");
}

Result<int> half(int value) {
    if (value % 2 != 0) return fail(ErrorCode::invalid_input, "Give an even number.");
    return value / 2;
}

Result<int> quarter(int value) {
    MULIN_TRY(const int once, half(value));
    MULIN_TRY(const int twice, half(once));
    return twice;
}

Status checked(int value) {
    MULIN_TRY_STATUS(quarter(value));
    return ok();
}

TEST(Result, TryPassesTheFirstErrorOn) {
    EXPECT_EQ(quarter(8), 2);
    EXPECT_EQ(quarter(6).error().message, "Give an even number.");
    EXPECT_EQ(quarter(7).error().code, ErrorCode::invalid_input);
    EXPECT_TRUE(checked(4));
    EXPECT_FALSE(checked(5));
    EXPECT_FALSE(quarter(7).error().retry);
}

TEST(Result, EveryErrorCodeHasItsOwnName) {
    std::set<std::string> names;
    for (int code = 0; code <= static_cast<int>(ErrorCode::unsupported); ++code) {
        names.insert(error_code_name(static_cast<ErrorCode>(code)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::unsupported) + 1);
}

TEST(CheckDeathTest, EndsTheProgramNamingThePlace) {
    EXPECT_DEATH(MULIN_CHECK(1 + 1 == 3), "1 \\+ 1 == 3.*id_test\\.cpp|id_test\\.cpp.*1 \\+ 1 == 3");
}

}  // namespace
}  // namespace mulin::payment
