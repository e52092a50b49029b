// verify: whoever changes a stored row behind the program's back is found, entry or table named.

#include <gtest/gtest.h>

#include <sqlite3.h>

#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using namespace test;

class StoreVerify : public testing::TestWithParam<const char*> {
  protected:
    void sell_a_little() {
        ASSERT_TRUE(bench_.store->open_shift(store_shift("shift-1")));
        for (int i = 0; i < 4; ++i) ASSERT_TRUE(bench_.store->commit_sale(store_sale("a" + std::to_string(i), "D00000" + std::to_string(i))));
        ASSERT_TRUE(bench_.store->commit_void(store_void("v1", (*bench_.store->find_sale_by_ref("a1"))->key)));
        ASSERT_TRUE(bench_.store->note({"clock_change", "+1"}, kStoreTestDay));
    }
    void tamper(const std::string& sql) {
        bench_.store.reset();
        sqlite3* db = nullptr;
        ASSERT_EQ(sqlite3_open(bench_.directory.file("till.db").c_str(), &db), SQLITE_OK);
        const auto all = "DROP TRIGGER entry_is_never_changed; DROP TRIGGER entry_is_never_deleted;" + sql;
        char* message = nullptr;
        ASSERT_EQ(sqlite3_exec(db, all.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
        sqlite3_close(db);
    }
    StoreBench bench_;
};

TEST_F(StoreVerify, AnHonestStoreIsWhole) {
    sell_a_little();
    const auto verified = bench_.store->verify();
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->sales, 4);
    EXPECT_EQ(verified->entries, 8);
    // Dropping the triggers alone changes nothing that counts: the control for the cases below.
    tamper("");
    bench_.reopen();
    EXPECT_TRUE(bench_.store->verify());
}

TEST_F(StoreVerify, ABackupMadeWhileSellingIsAWholeStore) {
    sell_a_little();
    const auto copy = bench_.directory.file("copy.db").string();
    ASSERT_TRUE(bench_.store->backup(copy));
    EXPECT_EQ(bench_.store->backup(copy).error().code, ErrorCode::conflict);
    ASSERT_TRUE(bench_.store->commit_sale(store_sale("later")));
    bench_.store.reset();
    std::filesystem::rename(copy, bench_.directory.file("till.db"));
    bench_.clock.advance_ms(1);
    bench_.reopen();
    EXPECT_FALSE(*bench_.store->find_sale_by_ref("later"));
    bench_.store->start_epoch("restored");
    ASSERT_TRUE(bench_.store->commit_sale(store_sale("after")));
    const auto verified = bench_.store->verify();
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->sales, 5);
    const auto opening = bench_.store->entry({TillId("T001"), bench_.store->epochs()->back().epoch, 1});
    EXPECT_EQ(std::get<EpochOpen>(decode_body((**opening).body)->body).reason, "restored");
}

TEST_F(StoreVerify, TheTriggersRefuseToTouchAnEntry) {
    sell_a_little();
    bench_.store.reset();
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(bench_.directory.file("till.db").c_str(), &db), SQLITE_OK);
    EXPECT_NE(sqlite3_exec(db, "UPDATE entry SET body = '{}' WHERE id = 2", nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_NE(sqlite3_exec(db, "DELETE FROM entry WHERE id = 2", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);
}

TEST_P(StoreVerify, EveryKindOfTamperingIsFound) {
    sell_a_little();
    tamper(GetParam());
    auto opened = bench_.try_open();
    if (!opened) {
        EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
        return;
    }
    const auto verified = (*opened)->verify();
    ASSERT_FALSE(verified) << GetParam();
    EXPECT_EQ(verified.error().code, ErrorCode::corrupt);
}

INSTANTIATE_TEST_SUITE_P(
    All, StoreVerify,
    testing::Values("UPDATE entry SET body = replace(body, '\"paid_fen\":1200', '\"paid_fen\":1100') WHERE id = 4",
                    "UPDATE entry SET sig = zeroblob(64) WHERE id = 4", "UPDATE entry SET prev = zeroblob(32) WHERE id = 4",
                    "DELETE FROM entry WHERE id = 4", "DELETE FROM entry WHERE id = 8",
                    "DELETE FROM entry WHERE id = 8; UPDATE epoch SET head_seq = 7, head_hash = (SELECT hash FROM entry WHERE id = 7)"
                    "; DELETE FROM sale",
                    "UPDATE sale SET paid_fen = paid_fen - 100 WHERE entry = 3", "UPDATE sale SET voided_by = 8 WHERE entry = 3",
                    "UPDATE sale SET voided_by = NULL WHERE voided_by IS NOT NULL", "DELETE FROM sale WHERE entry = 3",
                    "INSERT INTO sale SELECT 99, business_date, minute, meal, service, category, diner, shift, training, list_fen, "
                    "delivery_fen, benefit_fen, paid_fen, cash_rounding_fen, voided_by, void_shift, refunded_by FROM sale WHERE entry = 3",
                    "UPDATE sale SET refunded_by = 8 WHERE entry = 3",
                    "INSERT INTO refund VALUES (9, 3, 20522, 'shift-1', 0, 1, 0, 1, 0)",
                    "INSERT INTO top_up VALUES (9, 20522, 'shift-1', 'c', 1, 0, 0)", "INSERT INTO lease_spent VALUES ('L1', 1, 0)",
                    "UPDATE sale SET diner = 'D000009' WHERE entry = 3", "UPDATE sale_line SET quantity = 2 WHERE sale = 3",
                    "UPDATE sale_share SET payer = 'vendor' WHERE sale = 3 AND n = 0", "UPDATE sale_payment SET method = 'qr' WHERE sale = 3",
                    "UPDATE counter SET uses = 0", "DELETE FROM counter", "UPDATE visit SET sales = 2", "DELETE FROM visit",
                    "UPDATE shift SET drawer_float_fen = 0", "UPDATE request SET ref = 'other' WHERE ref = 'a2'",
                    "UPDATE epoch SET head_hash = zeroblob(32)", "UPDATE epoch SET till = 'T002'"));

}  // namespace
}  // namespace mulin::sync
