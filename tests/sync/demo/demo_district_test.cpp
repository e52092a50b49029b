#include "sync/demo/demo_district.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "payment/base/clock.h"
#include "sync/demo/demo_diners.h"
#include "sync/model/keyed_hash.h"
#include "sync/model/pin.h"
#include "sync/model/weekly_menu.h"

namespace mulin::sync {
namespace {

const Date kFirstDay = *Date::from_ymd(2026, 3, 10);

const DemoDistrict& demo() {
    static const DemoDistrict made = [] {
        auto result = make_demo_district("assets/demo", kFirstDay);
        EXPECT_TRUE(result) << result.error().message;
        return std::move(*result);
    }();
    return made;
}

TEST(DemoDistrict, HasTheShapeOfYangpu) {
    EXPECT_EQ(demo().subdistricts.size(), 12U);
    EXPECT_EQ(demo().vendors.size(), 17U);
    EXPECT_EQ(demo().sites.size(), 40U);
    EXPECT_EQ(demo().diners.size(), 5000U);
    std::set<std::string> with_site, codes, serving;
    for (const auto& place : demo().subdistricts) codes.insert(place.code);
    for (const auto& site : demo().sites) {
        with_site.insert(site.subdistrict);
        serving.insert(site.vendor.text());
        EXPECT_TRUE(codes.contains(site.subdistrict)) << site.id.text();
        EXPECT_FALSE(site.subdistrict_name_zh.empty());
        EXPECT_GE(site.windows.size(), 2U);
    }
    EXPECT_EQ(with_site.size(), 12U);
    EXPECT_EQ(serving.size(), 17U);
    EXPECT_TRUE(codes.contains("310110016000"));
    EXPECT_EQ(demo().site(demo().till_site).windows.size(), 3U);
}

TEST(DemoDistrict, IsTheSameEveryTimeAndAnotherForAnotherSeed) {
    const auto again = make_demo_district("assets/demo", kFirstDay);
    const auto other = make_demo_district("assets/demo", kFirstDay, 7);
    ASSERT_TRUE(again && other);
    EXPECT_EQ(again->diners, demo().diners);
    EXPECT_EQ(again->cards, demo().cards);
    EXPECT_EQ(again->menus, demo().menus);
    EXPECT_EQ(again->staff.front().staff, demo().staff.front().staff);
    EXPECT_NE(other->diners, demo().diners);
}

TEST(DemoDistrict, AgesRunFrom58To101) {
    int youngest = 200, oldest = 0;
    for (const auto& diner : demo().diners) {
        const int age = completed_years(diner.birth_date, demo_reference_date());
        youngest = std::min(youngest, age);
        oldest = std::max(oldest, age);
    }
    EXPECT_EQ(youngest, 58);
    EXPECT_EQ(oldest, 101);
}

TEST(DemoDistrict, HoldsNoWholeIdentityNumberAndNoTwoPeopleShareOne) {
    std::set<std::string> hashes, ids;
    for (const auto& diner : demo().diners) {
        EXPECT_EQ(diner.id_hash.size(), 64U);
        EXPECT_EQ(diner.id_last4.size(), 4U);
        EXPECT_EQ(diner.phone_last4.size(), 4U);
        hashes.insert(diner.id_hash);
        ids.insert(diner.id.text());
    }
    EXPECT_EQ(hashes.size(), 5000U);
    EXPECT_EQ(ids.size(), 5000U);
    EXPECT_TRUE(ids.contains("D000123"));
}

TEST(DemoDistrict, EveryDinerCanBeFoundByTheDocumentedCardNumber) {
    EXPECT_EQ(demo_card_number(123), "9310000000000123");
    std::map<std::string, const Card*> by_hash;
    for (const auto& card : demo().cards) EXPECT_TRUE(by_hash.emplace(card.hash, &card).second) << card.last4;
    for (int number = 1; number <= kDemoDiners; ++number) {
        const auto found = by_hash.find(keyed_hash(demo().hash_key, demo_card_number(number)));
        ASSERT_NE(found, by_hash.end()) << number;
        EXPECT_EQ(found->second->diner, demo_diner_id(number));
        EXPECT_FALSE(found->second->blocked);
    }
    const auto blocked = by_hash.find(keyed_hash(demo().hash_key, "9312000000000016"));
    ASSERT_NE(blocked, by_hash.end());
    EXPECT_TRUE(blocked->second->blocked);
}

TEST(DemoDistrict, SharesArePlausible) {
    int aid = 0, approved = 0, outside = 0, women = 0, seniors = 0;
    for (const auto& diner : demo().diners) {
        aid += !diner.aid.empty();
        approved += std::count(diner.approved.begin(), diner.approved.end(), "yangpu-meal") == 1;
        outside += diner.hukou.rfind("31", 0) != 0;
        women += diner.sex == Sex::female;
        seniors += diner.cards.front() == "jinglao";
    }
    EXPECT_GT(aid, 5000 * 4 / 100);
    EXPECT_LT(aid, 5000 * 10 / 100);
    EXPECT_GT(approved, 5000 * 30 / 100);
    EXPECT_LT(approved, 5000 * 50 / 100);
    EXPECT_GT(outside, 100);
    EXPECT_LT(outside, 1000);
    EXPECT_GT(women, 2500);
    EXPECT_GT(seniors, 3500);
}

int named(const std::string& part) {
    return static_cast<int>(std::count_if(demo().diners.begin(), demo().diners.end(), [&](const Diner& diner) {
        return diner.name.find(part) != std::string::npos;
    }));
}

TEST(DemoDistrict, NamesHoldTheHardCases) {
    for (const char* rare : {"𠅤", "𬱖", "㛃", "䶮"}) EXPECT_GE(named(rare), 1) << rare;
    for (const char* surname : {"单", "仇", "曾", "尉迟", "万俟"}) EXPECT_GE(named(surname), 1) << surname;
    EXPECT_GE(named("王秀英"), 2);
    EXPECT_NE(demo().diners[0].road, demo().diners[1].road);
    EXPECT_EQ(demo().diners[2].pinyin, "SGF DGF");
    EXPECT_EQ(demo().diners[1].id_last4, "9623");  // typed by tests/headless/lunch.py
    EXPECT_EQ(demo().diners[4].id_last4, "9761");  // typed by tests/headless/lunch.py
    for (const auto& diner : demo().diners) EXPECT_FALSE(diner.pinyin.empty()) << diner.name;
}

TEST(DemoDistrict, EveryDateHasAMenuAndEveryLunchHasSetA) {
    for (int i = -400; i < 4000; i += 13) {
        const Date date = kFirstDay.plus_days(i);
        for (const Meal meal : kAllMeals) {
            const Menu menu = demo().menu_for(date, meal);
            EXPECT_EQ(menu.date, date);
            ASSERT_FALSE(menu.items.empty());
            EXPECT_EQ(menu.items.front().id.text(), "set-a");
        }
        EXPECT_EQ(demo().menu_for(date, Meal::lunch).items.front().price.in_fen(), 1500);
    }
}

TEST(DemoDistrict, MenusAreCompleteInBothLanguages) {
    std::set<std::pair<Date, Meal>> seen;
    for (const auto& menu : demo().menus) {
        EXPECT_TRUE(seen.emplace(menu.date, menu.meal).second) << menu.date.text();
        EXPECT_TRUE(menu.site.empty());
        std::set<std::string> ids;
        for (const auto& item : menu.items) {
            EXPECT_TRUE(ids.insert(item.id.text()).second) << item.id.text();
            EXPECT_FALSE(item.name_zh.empty() || item.name_en.empty());
            EXPECT_GT(item.price.in_fen(), 0);
            EXPECT_LT(item.price.in_fen(), 3000);
        }
    }
    EXPECT_EQ(demo().menus.size(), static_cast<std::size_t>(3 * (kDemoMenuDays + 7)));
    EXPECT_TRUE(seen.contains({kFirstDay, Meal::lunch}));
    EXPECT_TRUE(seen.contains({weekly_menu_date(kFirstDay), Meal::dinner}));
}

TEST(DemoDistrict, StaffSignInWithTheDocumentedPins) {
    const auto staff = demo().staff_of(demo().till_site);
    ASSERT_EQ(staff.size(), 3U);
    EXPECT_EQ(staff[0].id.text(), "C0101");
    EXPECT_TRUE(check_pin(staff[0].pin, "246810"));
    EXPECT_FALSE(check_pin(staff[0].pin, "135790"));
    EXPECT_EQ(staff[2].role, Role::site_manager);
    EXPECT_TRUE(check_pin(staff[2].pin, "135790"));
    EXPECT_EQ(demo().staff.size(), 120U);
}

TEST(DemoDistrict, RegularsTakeWhatIsOnTheMenu) {
    EXPECT_GT(demo().usuals.size(), 20U);
    for (const auto& usual : demo().usuals) {
        const Menu menu = demo().menu_for(kFirstDay, usual.meal);
        EXPECT_TRUE(std::any_of(menu.items.begin(), menu.items.end(),
                                [&](const MenuItem& item) { return item.id == usual.item && !item.sold_out; }))
            << usual.diner.text();
    }
}

TEST(DemoDistrict, NamesTheWordListThatIsMissingOrBroken) {
    const auto missing = make_demo_district("assets/nowhere", kFirstDay);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, payment::ErrorCode::not_found);
    EXPECT_NE(missing.error().message.find("places.json"), std::string::npos);

    const std::filesystem::path copy = testing::TempDir() + "mulin_demo_broken";
    std::filesystem::remove_all(copy);
    std::filesystem::copy("assets/demo", copy);
    std::ofstream(copy / "menus.json") << "{\"dishes\": 3}";
    const auto broken = make_demo_district(copy, kFirstDay);
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, payment::ErrorCode::invalid_input);
    EXPECT_NE(broken.error().message.find("menus.json"), std::string::npos);
    std::filesystem::remove_all(copy);
}

}  // namespace
}  // namespace mulin::sync
