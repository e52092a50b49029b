#include "pos/register_diner/register_diner.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "pos/register_diner/name_characters.h"

namespace mulin::pos::register_diner {
namespace {

const sync::Date kToday = *sync::Date::parse("2026-03-10");

struct Screen {
    State state;
    std::vector<Effect> effects;

    Screen() { post(Opened{kToday, {"国和路", "长海路", "殷行路"}}); }
    void post(const Intent& intent) {
        for (Effect& effect : update(state, intent)) effects.push_back(std::move(effect));
    }
    void type(const std::string& keys) {
        for (char key : keys) post(Key{key});
    }
    template <class T>
    std::vector<T> all() const {
        std::vector<T> out;
        for (const Effect& effect : effects) {
            if (auto* found = std::get_if<T>(&effect)) out.push_back(*found);
        }
        return out;
    }
    void fill() {
        type("11010519491231002X");  // the standard's own example
        post(NumberFree{state.serial});
        type("WANG");
        post(PickCharacter{"王"});
        type("XIU");
        post(PickCharacter{"秀"});
    }
};

TEST(Identity, RightNumberGivesBirthDateAndSexAndAsksForDuplicates) {
    Screen screen;
    screen.type("11010519491231002X");
    ASSERT_TRUE(screen.state.identity);
    EXPECT_EQ(screen.state.identity->birth_date.text(), "1949-12-31");
    EXPECT_EQ(screen.state.identity->sex, sync::Sex::female);
    EXPECT_EQ(age(screen.state), 76);
    ASSERT_EQ(screen.all<CheckNumber>().size(), 1U);
    EXPECT_FALSE(complete(screen.state, Field::identity));
    screen.post(NumberFree{screen.state.serial});
    EXPECT_TRUE(complete(screen.state, Field::identity));
    EXPECT_EQ(screen.state.field, Field::name) << "and goes on by itself";
}

TEST(Identity, EverySingleWrongDigitIsFound) {
    const std::string right = "11010519491231002X";
    int tried = 0;
    for (std::size_t at = 0; at < 17; ++at) {
        for (char digit = '0'; digit <= '9'; ++digit) {
            if (digit == right[at]) continue;
            std::string wrong = right;
            wrong[at] = digit;
            Screen screen;
            screen.type(wrong);
            EXPECT_EQ(screen.state.trouble, Trouble::bad_number) << wrong;
            EXPECT_TRUE(screen.all<CheckNumber>().empty());
            ++tried;
        }
    }
    EXPECT_EQ(tried, 17 * 9);
}

TEST(Identity, XIsOnlyTheLastCharacter) {
    Screen screen;
    screen.type("1101X");
    EXPECT_EQ(screen.state.number, "1101");
}

TEST(Identity, DuplicateIsRefusedWithTheName) {
    Screen screen;
    screen.type("11010519491231002X");
    screen.post(NumberTaken{screen.state.serial, "王秀英"});
    EXPECT_EQ(screen.state.trouble, Trouble::duplicate);
    EXPECT_EQ(screen.state.message, "王秀英");
    screen.post(Focus{Field::name});
    screen.post(PickCharacter{"王"});
    EXPECT_FALSE(can_save(screen.state));
}

TEST(Identity, ADuplicateCanBeServedAtOnce) {
    Screen screen;
    screen.type("11010519491231002X");
    screen.post(ServeExisting{});
    EXPECT_TRUE(screen.all<ServeDiner>().empty());
    screen.post(NumberTaken{screen.state.serial, "王秀英", sync::DinerId("D000001")});
    screen.post(ServeExisting{});
    screen.post(ServeExisting{});
    ASSERT_EQ(screen.all<ServeDiner>().size(), 1U);
    EXPECT_EQ(screen.all<ServeDiner>()[0].diner.text(), "D000001");
    EXPECT_TRUE(screen.state.number.empty());
}

TEST(Identity, AnswerAboutAFormerNumberIsDropped) {
    Screen screen;
    screen.type("11010519491231002X");
    const auto old = screen.state.serial;
    screen.post(Key{'<'});
    screen.post(Key{'X'});
    screen.post(NumberFree{old});
    EXPECT_FALSE(screen.state.number_checked);
    screen.post(NumberFree{screen.state.serial});
    EXPECT_TRUE(screen.state.number_checked);
}

TEST(Identity, AScannedNumberFillsTheField) {
    Screen screen;
    screen.post(ScanArrived{"440524188001010014"});
    EXPECT_TRUE(screen.state.identity);
    EXPECT_TRUE(screen.state.card_code.empty());
}

TEST(Name, PinyinOffersTheCharacterAmongTheFirst) {
    for (const auto& [letters, character] :
         {std::pair{"wang", "王"}, {"xiu", "秀"}, {"ying", "英"}, {"shan", "单"}, {"qiu", "仇"}, {"zeng", "曾"},
          {"lv", "吕"}, {"guo", "国"}, {"yan", "䶮"}, {"di", "𬱖"}, {"jie", "㛃"}}) {
        const auto found = characters_for(letters);
        EXPECT_NE(std::ranges::find(found, character), found.end()) << letters << " " << character;
    }
    EXPECT_EQ(characters_for("wang").front(), "王");
    EXPECT_TRUE(characters_for("xqz").empty());
}

TEST(Name, InitialsOfASyllableAlreadyOfferSomething) { EXPECT_FALSE(characters_for("w").empty()); }

TEST(Name, RareCharactersByTheirCode) {
    EXPECT_EQ(characters_for("u20164"), std::vector<std::string>{"𠅤"});
    EXPECT_EQ(characters_for("u2cc56"), std::vector<std::string>{"𬱖"});
    EXPECT_EQ(characters_for("u4dae"), std::vector<std::string>{"䶮"});
    EXPECT_TRUE(characters_for("u0041").empty()) << "only Han characters";
    EXPECT_TRUE(characters_for("uffffff").empty());
    Screen screen;
    screen.post(Focus{Field::name});
    screen.type("U20164");
    ASSERT_EQ(choices_page(screen.state).size(), 1U);
    screen.post(PickCharacter{choices_page(screen.state)[0]});
    EXPECT_EQ(screen.state.name, "𠅤");
    screen.post(Key{'<'});
    EXPECT_TRUE(screen.state.name.empty()) << "the whole character goes, not a byte";
}

TEST(Name, SurnamesAreOfferedBeforeAnythingIsTyped) {
    Screen screen;
    screen.post(Focus{Field::name});
    EXPECT_EQ(choices_page(screen.state).size(), kChoicesPerPage);
    screen.post(PickCharacter{"王"});
    EXPECT_TRUE(choices_page(screen.state).empty());
}

TEST(Name, TypedByAnInputMethodOrAKeyboard) {
    Screen screen;
    screen.post(Focus{Field::name});
    screen.post(Typed{"赵𬱖"});
    EXPECT_EQ(screen.state.name, "赵𬱖");
    screen.post(Typed{"wang1"});
    EXPECT_EQ(screen.state.name, "赵𬱖王") << "letters spell, a digit chooses";
}

TEST(Road, InitialsNarrowTheListDown) {
    Screen screen;
    screen.post(Focus{Field::road});
    EXPECT_EQ(matching_roads(screen.state).size(), 3U);
    screen.type("CH");
    EXPECT_EQ(matching_roads(screen.state), std::vector<std::string>{"长海路"});
    screen.post(PickRoad{"长海路"});
    EXPECT_EQ(screen.state.road, "长海路");
    EXPECT_EQ(screen.state.field, Field::phone);
}

TEST(Card, BoundByScanUnlessSomebodyElseHasIt) {
    Screen screen;
    screen.fill();
    screen.post(ScanArrived{"6200123456785566"});
    EXPECT_FALSE(can_save(screen.state)) << "not before it is known whose it is";
    screen.post(CardTaken{screen.state.card_serial, "陈阿毛", false});
    EXPECT_EQ(screen.state.trouble, Trouble::card_taken);
    EXPECT_TRUE(screen.state.card_code.empty());
    screen.post(ScanArrived{"6200123456785577"});
    screen.post(CardFree{screen.state.card_serial});
    EXPECT_EQ(screen.state.card_last4, "5577");
    screen.post(Save{});
    EXPECT_EQ(screen.all<SaveDiner>().back().card_code, "6200123456785577");
}

TEST(Save, OnceAndThenNothingOfTheNumberIsLeft) {
    Screen screen;
    screen.fill();
    screen.post(Save{});
    screen.post(Save{});
    ASSERT_EQ(screen.all<SaveDiner>().size(), 1U);
    EXPECT_EQ(screen.all<SaveDiner>()[0].name, "王秀");
    screen.post(Saved{screen.state.serial, sync::DinerId("D900001")});
    EXPECT_TRUE(screen.state.number.empty());
    EXPECT_FALSE(screen.state.identity);
    EXPECT_TRUE(screen.state.card_code.empty());
    ASSERT_EQ(screen.all<ServeDiner>().size(), 1U);
}

TEST(Save, FailureKeepsWhatWasTyped) {
    Screen screen;
    screen.fill();
    screen.post(Save{});
    screen.post(SaveFailed{screen.state.serial, "磁盘满了"});
    EXPECT_EQ(screen.state.trouble, Trouble::save_failed);
    EXPECT_TRUE(can_save(screen.state));
}

TEST(Save, HalfAPhoneNumberOrAHalfSpeltNameIsNotSaved) {
    Screen screen;
    screen.fill();
    EXPECT_TRUE(can_save(screen.state));
    screen.type("Y");
    EXPECT_FALSE(can_save(screen.state));
    screen.post(Key{'<'});
    screen.post(Focus{Field::phone});
    screen.type("12");
    EXPECT_FALSE(can_save(screen.state));
    screen.type("34");
    EXPECT_TRUE(can_save(screen.state));
}

TEST(Back, WipesTheNumber) {
    Screen screen;
    screen.type("11010519491231");
    screen.post(Back{});
    EXPECT_TRUE(screen.state.number.empty());
    EXPECT_EQ(screen.all<Close>().size(), 1U);
}

template <class T>
concept KnowsAid = requires(T t) { t.aid; } || requires(T t) { t.care; } || requires(T t) { t.disability_grade; };
static_assert(!KnowsAid<State> && !KnowsAid<SaveDiner>);

}  // namespace
}  // namespace mulin::pos::register_diner
