#pragma once
// One filled example of every message and record of the wire, for tests.

#include "sync/wire/bundle.h"
#include "sync/wire/messages.h"

namespace mulin::sync::test {

inline std::string repeated(const char* two, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += two;
    return text;
}

inline UtcInstant sample_time() { return {1'773'114'300'123}; }

inline Diner sample_diner() {
    Diner diner;
    diner.id = DinerId("D000123");
    diner.name = "单𠅤英";
    diner.pinyin = "SY DY";
    diner.birth_date = *Date::from_ymd(1950, 1, 2);
    diner.sex = Sex::male;
    diner.id_hash = repeated("ab", 32);
    diner.id_last4 = "301X";
    diner.phone_last4 = "2716";
    diner.hukou = "310110016";
    diner.residence = "310110016000";
    diner.road = "国和路";
    diner.aid = {"dibao"};
    diner.disability_grade = 2;
    diner.care = "light";
    diner.living = {"alone"};
    diner.tags = {"veteran"};
    diner.approved = {"putuo-dinein"};
    diner.cards = {"jinglao"};
    diner.diet = "少盐 · 不吃花生";
    return diner;
}

inline Card sample_card() { return {repeated("cd", 32), "8812", "jinglao", DinerId("D000123"), false}; }

inline EnrollRequest sample_enroll_request() {
    return {"0123456789AB", "-----BEGIN CERTIFICATE REQUEST-----\nx\n", repeated("0f", 32), TillId("T01"), "mulin-pos 1"};
}

inline EnrollReply sample_enroll_reply() {
    return {TillId("T0001"), SiteId("S1"), "yangpu-demo", "杨浦", "Yangpu", "01J", repeated("0e", 32),
            std::string("k\0\xff", 3), "certificate", "authority", sample_time()};
}

inline UploadRequest sample_upload_request() {
    return {TillId("T0001"), "01J", ChainPoint{EpochId("E1"), 12, repeated("aa", 32)},
            ChainPoint{EpochId("E1"), 3, repeated("bb", 32)}, sample_time(), 77, "mulin-pos 1", {"{\"one\":1}", "two"}};
}

inline UploadReply sample_upload_reply() {
    return {TillId("T0001"), "01J", sample_time(), 42, {{EpochId("E1"), 12, repeated("aa", 32)}},
            ChainPoint{EpochId("E0"), 2, ""}, 5, 4, 3, 2};
}

inline HeadReply sample_head_reply() {
    return {TillId("T0001"), "01J", sample_time(), 42,
            {{EpochId("E1"), 12, repeated("aa", 32)}, {EpochId("E2"), 1, repeated("bb", 32)}}};
}

inline DinersRequest sample_diners_request() { return {TillId("T0001"), {{sample_diner(), {sample_card()}}}}; }

inline DinersReply sample_diners_reply() { return {{{DinerId("D1"), DinerId("D9")}}, 43}; }

inline SignedBundle sample_signed_bundle() { return {"{\"v\":1}", repeated("5a", 64)}; }

inline SiteVerdict sample_verdict() {
    return {{TillId("T0002"), EpochId("E1"), 7}, repeated("cf", 32), 2, *Date::from_ymd(2026, 3, 9), Meal::lunch, DinerId("D000123"),
            "double_elsewhere", "2026-03", Money::fen(700), Money::fen(200), Money::fen(100), Money::fen(300), Money::fen(60),
            Money::fen(40), {1'773'100'000'000}};
}

inline Bundle sample_bundle() {
    Bundle bundle;
    bundle.district = "yangpu-demo";
    bundle.incarnation = "01J";
    bundle.till = TillId("T0001");
    bundle.from = 3;
    bundle.to = 9;
    bundle.more = true;
    bundle.issued_at = sample_time();
    bundle.diners = {sample_diner()};
    bundle.cards = {sample_card()};
    bundle.leases = {{"L1", "festival/pool|*|2026-03", 2, bundle.till, EpochId("E1"), 5, Money::fen(1500), {1'773'118'800'000}},
                     {"L2", "budget/fund|*|2026", 1, bundle.till, EpochId("E1"), {}, Money::fen(9), {1'773'118'800'000}}};
    bundle.gone = {DinerId("D000124")};
    bundle.denied = {{"card", repeated("ce", 32), "lost", {1'773'100'000'000}, false},
                     {"diner", "D000125", "suspended", {1'773'100'000'000}, true}};
    bundle.verdicts = {sample_verdict()};
    bundle.not_after = UtcInstant{1'773'373'500'123};
    bundle.allowance = {12, 200};
    SiteSnapshot snapshot;
    snapshot.site = {SiteId("S1"), "新江湾食堂", "Xinjiangwan", "310110016000", "新江湾城", "Xinjiangwan", VendorId("V3"),
                     "canteen", {"halal"}, {{Meal::lunch, 630, 780}}};
    snapshot.subdistricts = {{"310110016000", "新江湾城", "Xinjiangwan"}};
    snapshot.vendors = {{VendorId("V3"), "丰禾", "Fenghe"}};
    snapshot.staff = {{StaffId("C0101"), "林", Role::site_manager, "scrypt$1", true}};
    snapshot.menus = {{SiteId("S1"), *Date::from_ymd(2026, 3, 10), Meal::lunch,
                       {{ItemId("set-a"), "套餐甲", "Set A", "狮子头", "Meatball", ItemClass::set, Money::fen(1500), false, true}}}};
    snapshot.policies = {{"p01.json", "{\"rules\":[]}"}};
    bundle.snapshot = snapshot;
    return bundle;
}

}  // namespace mulin::sync::test
