// Finding people, the usual meal, registration, staff and PINs, menus: what the counter asks of the store.

#include <gtest/gtest.h>

#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using namespace test;

const LookupAt kLunch{kStoreTestDay, Meal::lunch, 10};

std::vector<std::string> ids(const Result<std::vector<DinerMatch>>& matches) {
    EXPECT_TRUE(matches) << matches.error().message;
    std::vector<std::string> found;
    for (const auto& match : *matches) found.push_back(match.diner.id.text());
    return found;
}

class StorePeople : public testing::Test {
  protected:
    void SetUp() override {
        people_ = {store_diner(1, "王秀英", "WXY"), store_diner(2, "王秀英", "WXY"), store_diner(3, "单晓𠅤", "SXY DXY"),
                   store_diner(4, "Lee Maria", "LM"), store_diner(5, "王学友", "WXY")};
        people_[3].id_last4 = "301X";
        people_[4].active = false;
        ASSERT_TRUE(store().upsert_diners(people_));
        ASSERT_TRUE(store().upsert_cards(std::vector<Card>{{"cardhash1", "4321", "jinglao", people_[0].id, false}}));
    }
    TerminalStore& store() { return *bench_.store; }
    EntryKey eat(const std::string& ref, const std::string& diner, const std::string& item = "set-a", int days_ago = 0) {
        Sale sale = store_sale(ref, diner);
        sale.business_date = kStoreTestDay.plus_days(-days_ago);
        sale.lines[0].item = ItemId(item);
        const auto sold = store().commit_sale(sale);
        EXPECT_TRUE(sold) << sold.error().message;
        return sold->key;
    }
    StoreBench bench_;
    std::vector<Diner> people_;
};

TEST_F(StorePeople, ADinerComesBackAsTheyWere) {
    bench_.reopen();
    for (const auto& person : people_) EXPECT_EQ(**store().diner(person.id), person);
    EXPECT_FALSE(*store().diner(DinerId("D999999")));
    EXPECT_EQ((**store().diner_by_id_hash(people_[2].id_hash)).name, "单晓𠅤");
    EXPECT_FALSE(*store().diner_by_id_hash(""));
    const auto by_card = store().diner_by_card("cardhash1");
    ASSERT_TRUE(by_card && *by_card);
    EXPECT_EQ((*by_card)->diner, people_[0]);
    EXPECT_EQ((*by_card)->card.last4, "4321");
    EXPECT_FALSE(*store().diner_by_card("unknown"));
    EXPECT_EQ(*store().diner_count(), 5);
}

TEST_F(StorePeople, RoadsOfASubdistrictComeMostFrequentFirst) {
    people_[1].road = "长海路";
    people_[2].residence = "310110021";
    people_[2].road = "市光路";
    people_[3].road = "";
    ASSERT_TRUE(store().upsert_diners(people_));
    EXPECT_EQ(*store().roads_of("310110016", 10), (std::vector<std::string>{"国和路", "长海路"}));
    EXPECT_EQ(*store().roads_of("310110016", 1), (std::vector<std::string>{"国和路"}));
    EXPECT_TRUE(store().roads_of("310199999", 10)->empty());
}

TEST_F(StorePeople, LastDigitsFindIdentityAndPhone) {
    EXPECT_EQ(ids(store().diners_by_last4("0003", kLunch)), (std::vector<std::string>{"D000003"}));
    EXPECT_EQ(ids(store().diners_by_last4("301X", kLunch)), (std::vector<std::string>{"D000004"}));
    EXPECT_EQ(ids(store().diners_by_last4("8000", kLunch)).size(), 4u);  // all but the inactive one
    EXPECT_EQ(store().diners_by_last4("80", kLunch).error().code, ErrorCode::invalid_input);
}

TEST_F(StorePeople, EveryReadingOfANameFindsIt) {
    EXPECT_EQ(ids(store().diners_by_pinyin("SX", kLunch)), (std::vector<std::string>{"D000003"}));
    EXPECT_EQ(ids(store().diners_by_pinyin("dxy", kLunch)), (std::vector<std::string>{"D000003"}));
    EXPECT_EQ(ids(store().diners_by_pinyin("W", kLunch)), (std::vector<std::string>{"D000001", "D000002"}));
    EXPECT_TRUE(ids(store().diners_by_pinyin("WXYZ", kLunch)).empty());
    EXPECT_EQ(store().diners_by_pinyin("W%", kLunch).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(store().diners_by_pinyin("", kLunch).error().code, ErrorCode::invalid_input);
}

TEST_F(StorePeople, WhoUsuallyComesStandsFirst) {
    eat("a1", "D000002", "set-a", 1);
    eat("a2", "D000002", "set-a", 2);
    eat("a3", "D000001", "set-a", 3);
    EXPECT_EQ(ids(store().diners_by_pinyin("W", kLunch)), (std::vector<std::string>{"D000002", "D000001"}));
    EXPECT_EQ(ids(store().diners_by_last4("8000", kLunch))[0], "D000002");
    EXPECT_EQ(ids(store().usually_here(kLunch)), (std::vector<std::string>{"D000002", "D000001"}));
    EXPECT_TRUE(ids(store().usually_here({kStoreTestDay, Meal::dinner, 10})).empty());
    const auto match = store().diners_by_pinyin("W", kLunch)->front();
    EXPECT_EQ(match.visits, 2);
    EXPECT_EQ(match.last_visit, kStoreTestDay.plus_days(-1));
    // Long ago does not count as usual.
    EXPECT_EQ(ids(store().diners_by_pinyin("W", {kStoreTestDay.plus_days(200), Meal::lunch, 10}))[0], "D000001");
}

TEST_F(StorePeople, ANewSpellingOfTheNameIsFoundAndTheOldOneIsNot) {
    eat("a1", "D000001");
    people_[0].pinyin = "ZQ";
    ASSERT_TRUE(store().upsert_diners(std::span(people_).first(1)));
    EXPECT_EQ(ids(store().diners_by_pinyin("ZQ", kLunch)), (std::vector<std::string>{"D000001"}));
    EXPECT_EQ(ids(store().diners_by_pinyin("W", kLunch)), (std::vector<std::string>{"D000002"}));
}

TEST_F(StorePeople, TheUsualIsWhatIsTakenMostOften) {
    const DinerId diner("D000001");
    EXPECT_TRUE(store().usual(diner, Meal::lunch)->empty());
    ASSERT_TRUE(store().replace_usual_hints(std::vector<UsualHint>{{diner, Meal::lunch, ItemId("noodles")}}));
    EXPECT_EQ((*store().usual(diner, Meal::lunch))[0].item, ItemId("noodles"));
    eat("a1", "D000001", "fish", 4);
    eat("a2", "D000001", "set-a", 3);
    eat("a3", "D000001", "fish", 2);
    const auto latest = eat("a4", "D000001", "soup", 1);
    EXPECT_EQ((*store().usual(diner, Meal::lunch))[0].item, ItemId("fish"));
    EXPECT_TRUE(store().usual(diner, Meal::dinner)->empty());
    // Of equals, the latest.
    auto undo = store_void("v1", latest);
    undo.business_date = kStoreTestDay.plus_days(-1);
    ASSERT_TRUE(store().commit_void(undo));
    eat("a5", "D000001", "set-a", 1);
    EXPECT_EQ((*store().usual(diner, Meal::lunch))[0].item, ItemId("set-a"));
}

TEST_F(StorePeople, TheSecondMealOfADayIsSeenAlsoAfterAStart) {
    const DinerId diner("D000001");
    EXPECT_EQ(*store().meals_served(diner, kStoreTestDay, Meal::lunch), 0);
    eat("a1", "D000001");
    bench_.clock.advance_ms(1);
    bench_.reopen();
    EXPECT_EQ(*store().meals_served(diner, kStoreTestDay, Meal::lunch), 1);
    EXPECT_EQ(*store().meals_served(diner, kStoreTestDay, Meal::dinner), 0);
    eat("a2", "D000001");
    EXPECT_EQ(*store().meals_served(diner, kStoreTestDay, Meal::lunch), 2);
}

TEST_F(StorePeople, RegisteringTwiceIsRefusedAndTheFirstWaitsForTheDistrict) {
    Diner fresh = store_diner(77, "曾华", "ZH CH");
    const Card card{"cardhash77", "7777", "jinglao", fresh.id, false};
    ASSERT_TRUE(store().register_diner(fresh, std::span(&card, 1)));
    EXPECT_EQ(store().register_diner(fresh).error().code, ErrorCode::conflict);
    Diner same_person = fresh;
    same_person.id = DinerId("D000078");
    EXPECT_EQ(store().register_diner(same_person).error().code, ErrorCode::conflict);
    Diner other = store_diner(79, "仇平", "QP");
    Card taken = card;
    taken.diner = other.id;
    EXPECT_EQ(store().register_diner(other, std::span(&taken, 1)).error().code, ErrorCode::conflict);
    EXPECT_FALSE(*store().diner(other.id)) << "a refused registration leaves nothing";
    const auto waiting = store().waiting_diners(10);
    ASSERT_EQ(waiting->size(), 1u);
    EXPECT_EQ(waiting->front().diner, fresh);
    EXPECT_EQ(waiting->front().cards, std::vector<Card>{card});
    EXPECT_EQ(store().sync_state()->waiting_diners, 1);
    ASSERT_TRUE(store().mark_diner_uploaded(waiting->front().id));
    EXPECT_TRUE(store().waiting_diners(10)->empty());
    EXPECT_TRUE(*store().diner(fresh.id));
}

TEST_F(StorePeople, WrongPinsAreCountedBeforeTheyAreLookedAt) {
    const StaffId staff("C0101");
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(store().begin_pin_try(staff)->allowed);
    EXPECT_FALSE(store().begin_pin_try(staff)->allowed);
    bench_.reopen();  // switching off gains nothing
    EXPECT_FALSE(store().begin_pin_try(staff)->allowed);
    EXPECT_TRUE(store().begin_pin_try(StaffId("M0101"))->allowed);
    // Never more than five in a quarter of an hour, however patient.
    int tries = 3;
    for (int second = 0; second < 900; ++second) {
        bench_.clock.advance_ms(1000);
        tries += store().begin_pin_try(staff)->allowed ? 1 : 0;
    }
    EXPECT_LE(tries, 5);
    EXPECT_GE(tries, 4);
    // A clock set back must not lock for years.
    bench_.clock.set_utc({0});
    EXPECT_FALSE(store().begin_pin_try(staff)->allowed);
    bench_.clock.advance_ms(3'600'000);
    EXPECT_TRUE(store().begin_pin_try(staff)->allowed);
    ASSERT_TRUE(store().pin_accepted(staff));
    EXPECT_EQ(store().begin_pin_try(staff)->failed, 1);
}

TEST_F(StorePeople, MenusFallBackFromOwnToDistrictToStanding) {
    const SiteId here("S1");
    const auto menu_of = [](const std::string& site, Date date, const std::string& item) {
        return Menu{SiteId(site), date, Meal::lunch, {{ItemId(item), "套餐", "Set", "", "", ItemClass::set, Money::fen(1500), false, false}}};
    };
    const Date standing = Date::from_days(5);  // Tuesday, 1970-01-06
    ASSERT_TRUE(store().replace_menus(std::vector<Menu>{menu_of("", standing, "standing"), menu_of("", kStoreTestDay, "district"),
                                                        menu_of("S1", kStoreTestDay, "own")}));
    EXPECT_EQ((**store().menu(here, kStoreTestDay, Meal::lunch)).items[0].id, ItemId("own"));
    EXPECT_EQ((**store().menu(SiteId("S2"), kStoreTestDay, Meal::lunch)).items[0].id, ItemId("district"));
    const Date next = kStoreTestDay.plus_days(7);
    EXPECT_EQ((**store().menu(here, next, Meal::lunch)).items[0].id, ItemId("standing"));
    EXPECT_EQ((**store().menu(here, next, Meal::lunch)).date, next);
    EXPECT_FALSE(*store().menu(here, next.plus_days(1), Meal::lunch));
    EXPECT_FALSE(*store().menu(here, kStoreTestDay, Meal::dinner));
    ASSERT_TRUE(store().set_sold_out(here, next, Meal::lunch, ItemId("standing"), true));
    EXPECT_TRUE((**store().menu(here, next, Meal::lunch)).items[0].sold_out);
    EXPECT_FALSE((**store().menu(here, next.plus_days(7), Meal::lunch)).items[0].sold_out);
}

TEST_F(StorePeople, WhatTheDistrictSendsReplacesWhatWasThere) {
    const Site site{SiteId("S1"), "国和路小厨", "Guohe Road", "310110016000", "五角场", "Wujiaochang", VendorId("V3"), "canteen",
                    {"a", "b"}, {{Meal::lunch, 630, 780}}};
    ASSERT_TRUE(store().replace_sites(std::vector<Site>{site, {SiteId("S0")}}));
    EXPECT_EQ(**store().site(SiteId("S1")), site);
    EXPECT_EQ(store().sites()->at(0), site);
    ASSERT_TRUE(store().replace_sites(std::vector<Site>{site}));
    EXPECT_EQ(store().sites()->size(), 1u);
    const std::vector<Vendor> vendors{{VendorId("V9"), "甲", "A"}, {VendorId("V3"), "乙", "B"}};
    ASSERT_TRUE(store().replace_vendors(vendors));
    EXPECT_EQ(*store().vendors(), vendors);
    const std::vector<Subdistrict> subdistricts{{"310110016000", "五角场", "Wujiaochang"}};
    ASSERT_TRUE(store().replace_subdistricts(subdistricts));
    EXPECT_EQ(*store().subdistricts(), subdistricts);
    const std::vector<Staff> staff{{StaffId("C1"), "甲", Role::cashier, "scrypt$…", true}, {StaffId("M1"), "乙", Role::site_manager, "", false}};
    ASSERT_TRUE(store().replace_staff(staff));
    EXPECT_EQ(*store().staff(), staff);
    const std::vector<PolicyText> policies{{"p01.json", "{}"}, {"p03.json", "{\"a\":1}"}};
    ASSERT_TRUE(store().replace_policies(policies));
    EXPECT_EQ(*store().policies(), policies);
    ASSERT_TRUE(store().set_setting("server", "https://127.0.0.1"));
    EXPECT_EQ(**store().setting("server"), "https://127.0.0.1");
    EXPECT_FALSE(*store().setting("other"));
    EXPECT_FALSE(store().set_setting("till", "T666"));
}

}  // namespace
}  // namespace mulin::sync
