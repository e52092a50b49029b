#include "tests/support/store_fixtures.h"

#include <stdlib.h>

#include "payment/base/check.h"

namespace mulin::test {

using payment::Money;
using namespace sync;

StoreDirectory::StoreDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "mulin-store-XXXXXX").string();
    MULIN_CHECK(::mkdtemp(name.data()) != nullptr);
    path_ = name;
}

StoreDirectory::~StoreDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

StoreBench::StoreBench(StoreOptions options) {
    auto opened = try_open(std::move(options));
    MULIN_CHECK(opened.has_value());
    store = std::move(*opened);
    MULIN_CHECK(store->set_till(TillId("T001")).has_value());
}

void StoreBench::reopen(StoreOptions options) {
    store.reset();
    auto opened = try_open(std::move(options));
    MULIN_CHECK(opened.has_value());
    store = std::move(*opened);
}

Result<std::unique_ptr<TerminalStore>> StoreBench::try_open(StoreOptions options) {
    return TerminalStore::open(directory.path(), clock, random, std::move(options));
}

Sale store_guest_sale(const std::string& ref) {
    Sale sale;
    sale.ref = ref;
    sale.business_date = kStoreTestDay;
    sale.at = kStoreTestNow;
    sale.site = SiteId("S1");
    sale.vendor = VendorId("V3");
    sale.subdistrict = "310110016000";
    sale.lines = {{ItemId("set-a"), "A套餐", "Set A", ItemClass::set, Money::fen(1500), 1, 0, Money::fen(1500)}};
    sale.list = Money::fen(1500);
    sale.paid = Money::fen(1500);
    sale.payments = {{"cash", "cash", payment::AttemptId(ref + "-cash"), payment::Outcome::approved, Money::fen(1500),
                      Money::fen(2000), Money::fen(500), {}}};
    sale.policy_version = "2026-03-01";
    sale.cashier = StaffId("C0101");
    sale.shift = ShiftId("shift-1");
    return sale;
}

Sale store_sale(const std::string& ref, const std::string& diner) {
    Sale sale = store_guest_sale(ref);
    sale.diner = DinerId(diner);
    sale.category = Category::first;
    sale.benefits = {{"p01-meal", "敬老优惠", "Senior meal", Money::fen(300),
                      {{"district", Money::fen(200)}, {"street", Money::fen(100)}}}};
    sale.operator_amounts = {{"p01-serving", "city", Money::fen(50)}};
    sale.paid = Money::fen(1200);
    sale.payments[0].amount = Money::fen(1200);
    sale.payments[0].change = Money::fen(800);
    sale.uses = {{"p01|" + diner + "|2026-03-10", 1, Money::fen(300), true}};
    return sale;
}

VoidRecord store_void(const std::string& ref, const EntryKey& target) {
    return {target, ref, kStoreTestDay, kStoreTestNow, "按错了", StaffId("C0101"), StaffId("M0101"), ShiftId("shift-1")};
}

ShiftOpen store_shift(const std::string& id) {
    return {ShiftId(id), kStoreTestDay, kStoreTestNow, SiteId("S1"), StaffId("C0101"), Money::fen(10'000)};
}

Diner store_diner(int number, const std::string& name, const std::string& pinyin) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "%06d", number);
    Diner diner;
    diner.id = DinerId(std::string("D") + digits);
    diner.name = name;
    diner.pinyin = pinyin;
    diner.birth_date = *Date::from_ymd(1948, 5, 17);
    diner.id_hash = std::string(58, 'a') + digits;
    diner.id_last4 = std::string(digits + 2);
    diner.phone_last4 = "8000";
    diner.hukou = "310110016";
    diner.residence = "310110016";
    diner.road = "国和路";
    diner.aid = {"dibao", "veteran"};
    diner.cards = {"jinglao"};
    diner.diet = "少盐";
    return diner;
}

payment::Attempt store_attempt(const std::string& id, const std::string& order_ref) {
    payment::Attempt attempt;
    attempt.id = payment::AttemptId(id);
    attempt.order_ref = order_ref;
    attempt.channel = "simulated";
    attempt.method = "qr";
    attempt.amount = Money::fen(1200);
    attempt.created = kStoreTestNow;
    attempt.changed = kStoreTestNow;
    return attempt;
}

}  // namespace mulin::test
