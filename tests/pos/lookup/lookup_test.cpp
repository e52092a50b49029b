#include "pos/lookup/lookup.h"

#include <gtest/gtest.h>

namespace mulin::pos::lookup {
namespace {

Candidate candidate(const std::string& id) {
    Candidate out;
    out.id = sync::DinerId(id);
    out.name = "王秀英";
    return out;
}

struct Screen {
    State state;
    std::vector<Effect> effects;

    Screen() { post(Opened{*sync::Date::parse("2026-03-10")}); }
    void post(const Intent& intent) {
        for (Effect& effect : update(state, intent)) effects.push_back(std::move(effect));
    }
    void type(const std::string& keys) {
        for (char key : keys) post(Key{key});
    }
    void answer(int count) {
        CandidatesArrived answer{state.serial, {}, count};
        for (int i = 0; i < count; ++i) answer.candidates.push_back(candidate("D" + std::to_string(i)));
        post(answer);
    }
    template <class T>
    int count() const {
        int n = 0;
        for (const Effect& effect : effects) n += std::holds_alternative<T>(effect);
        return n;
    }
};

TEST(Lookup, OpensWithWhoIsUsuallyHereNow) {
    Screen screen;
    ASSERT_EQ(screen.effects.size(), 1U);
    EXPECT_EQ(std::get<Search>(screen.effects[0]).keys, "");
}

TEST(Lookup, EveryKeyAsksWithAllThatWasTyped) {
    Screen screen;
    screen.type("wXy");
    EXPECT_EQ(std::get<Search>(screen.effects.back()).keys, "WXY");
    EXPECT_TRUE(searching(screen.state));
    screen.post(Backspace{});
    EXPECT_EQ(std::get<Search>(screen.effects.back()).keys, "WX");
}

TEST(Lookup, LettersAfterDigitsBeginANewQuestionExceptACheckX) {
    Screen screen;
    screen.type("12W");
    EXPECT_EQ(screen.state.keys, "W");
    screen.post(Clear{});
    screen.type("301X");
    EXPECT_EQ(screen.state.keys, "301X");
    screen.post(Clear{});
    screen.type("XY1");
    EXPECT_EQ(screen.state.keys, "1");
}

TEST(Lookup, OldAnswersAreDropped) {
    Screen screen;
    screen.type("W");
    const auto old = screen.state.serial;
    screen.type("X");
    screen.post(CandidatesArrived{old, {candidate("D9")}, 1});
    EXPECT_TRUE(screen.state.candidates.empty());
    EXPECT_TRUE(searching(screen.state));
    screen.answer(2);
    EXPECT_EQ(screen.state.candidates.size(), 2U);
    EXPECT_FALSE(searching(screen.state));
}

TEST(Lookup, AnswersOfAnEarlierVisitAreDropped) {
    Screen screen;
    const auto old = screen.state.serial;
    screen.post(Opened{*sync::Date::parse("2026-03-10")});
    screen.post(CandidatesArrived{old, {candidate("D9")}, 1});
    EXPECT_TRUE(screen.state.candidates.empty());
}

TEST(Lookup, PicksOnlySomebodyOnTheScreenAndOnlyOnce) {
    Screen screen;
    screen.answer(8);
    screen.post(Pick{sync::DinerId("D7")});
    EXPECT_EQ(screen.count<PickDiner>(), 0) << "on the second page";
    screen.post(NextPage{});
    screen.post(Pick{sync::DinerId("D7")});
    screen.post(Pick{sync::DinerId("D6")});
    screen.post(Guest{});
    EXPECT_EQ(screen.count<PickDiner>(), 1);
    EXPECT_EQ(screen.count<ServeGuest>(), 0);
}

TEST(Lookup, TheListThatChangedUnderTheFingerPicksNobody) {
    Screen screen;
    screen.answer(3);
    screen.type("Z");
    screen.post(CandidatesArrived{screen.state.serial, {candidate("D77")}, 1});
    screen.post(Pick{sync::DinerId("D1")});
    EXPECT_EQ(screen.count<PickDiner>(), 0);
}

TEST(Lookup, ScansArePassedOnAndRefusalsTold) {
    Screen screen;
    screen.post(ScanArrived{"62001"});
    EXPECT_EQ(screen.count<IdentifyByScan>(), 1);
    screen.post(ScanRefused{true});
    EXPECT_EQ(screen.state.trouble, Trouble::blocked_card);
    screen.type("W");
    EXPECT_EQ(screen.state.trouble, Trouble::none);
}

TEST(Lookup, KeysAreBounded) {
    Screen screen;
    screen.type("ABCDEFGHJKLMNOP");
    EXPECT_EQ(screen.state.keys.size(), kMaxKeys);
    screen.type("!?");
    EXPECT_EQ(screen.state.keys.size(), kMaxKeys);
}

template <class T>
concept KnowsAid = requires(T t) { t.aid; } || requires(T t) { t.care; } || requires(T t) { t.disability_grade; };
static_assert(!KnowsAid<Candidate> && !KnowsAid<State>);

}  // namespace
}  // namespace mulin::pos::lookup
