// Slips of the drawer that are printed again from the journal alone: after a restart, and with the same words.

#include <chrono>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "pos/app/after_sale.h"
#include "pos/app/demo_till.h"
#include "pos/app/shift_desk.h"
#include "tests/support/store_fixtures.h"

namespace mulin::pos {
namespace {

using sync::Money;

class SlipsTill : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(make_demo_till(dir_.path(), clock_, random_));
        std::ofstream(dir_.file("mulin.toml")) << "[devices]\nprinter = \"file:receipts\"\n";
        start();
    }
    void TearDown() override { after_sale_.reset(); }
    void start() {
        after_sale_.reset();
        till_.reset();
        auto opened = Till::open(dir_.path(), clock_, random_);
        ASSERT_TRUE(opened) << opened.error().message;
        till_ = std::move(*opened);
        after_sale_ = std::make_unique<AfterSale>(*till_, inbox_, phrases_);
    }
    // The printer works on a thread of its own.
    bool printed(const std::string& part) {
        for (int tries = 0; tries < 500; ++tries) {
            if (std::filesystem::exists(dir_.file("receipts")))
                for (const auto& file : std::filesystem::directory_iterator(dir_.file("receipts")))
                    if (file.path().filename().string().find(part) != std::string::npos) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }
    void close() {
        shift::CloseShift asked;
        asked.shift = (*till_->store().current_shift())->shift;
        asked.counted = {1, 0, 2, 0, 0, 0, 0, 7};
        asked.counts = 1;
        asked.reason = "change_wrong";
        const auto closed = close_counted(*till_, asked, sync::StaffId("C0101"));
        ASSERT_TRUE(closed) << closed.error().message;
    }

    test::StoreDirectory dir_;
    payment::ManualClock clock_{test::kStoreTestNow};
    payment::SeededRandom random_{7};
    Phrases phrases_ = std::move(*Phrases::load());
    Inbox inbox_;
    std::unique_ptr<Till> till_;
    std::unique_ptr<AfterSale> after_sale_;
};

TEST_F(SlipsTill, TheShiftSlipIsPrintedAgainAfterARestart) {
    close();
    after_sale_->shift_closed();
    const auto promised = till_->store().slips().newest("shift_close");
    ASSERT_TRUE(promised && *promised);
    const auto seq = std::to_string((*promised)->key.seq);
    ASSERT_TRUE(printed("-" + seq));
    start();
    after_sale_->reprint_shift();
    EXPECT_TRUE(printed("-" + seq + "-reprint-1"));
    after_sale_->reprint_last();
    EXPECT_TRUE(printed("-" + seq + "-reprint-2")) << "it is the newest slip of all";
}

TEST_F(SlipsTill, TheShiftSlipSaysWhatWasCounted) {
    close();
    const auto promised = till_->store().slips().newest("shift_close");
    const auto slip = shift_slip(*till_, (*promised)->key);
    ASSERT_TRUE(slip);
    EXPECT_EQ(slip->drawer_float, Money::fen(20'000));
    EXPECT_EQ(slip->counted, Money::fen(14'070));
    EXPECT_EQ(slip->reason, "change_wrong");
    ASSERT_EQ(slip->pieces.size(), shift::kPieces.size());
    EXPECT_EQ(slip->pieces[2], std::pair(Money::fen(2'000), std::int64_t{2}));
    EXPECT_EQ(slip->since, test::kStoreTestNow);
    EXPECT_FALSE(shift_slip(*till_, {till_->id(), (*promised)->key.epoch, 1})) << "no close";
}

TEST_F(SlipsTill, ACountThatIsNoneIsRefused) {
    for (const char* text : {"", "{", "[]", R"({"counted":1})", R"({"counted":[1]})", R"({"counted":[{"pieces":-1,"value_fen":10}]})",
                             R"({"counted":[{"pieces":1,"value_fen":10001}]})", R"({"counted":[{"pieces":1.5,"value_fen":10}]})"}) {
        ShiftSlip slip;
        EXPECT_FALSE(read_count(text, slip)) << text;
    }
    for (int i = 0; i < 2'000; ++i) {
        std::string text = R"({"counted":[{"pieces":3,"value_fen":50}],"counts":1,"reason":"","shift":"s"})";
        for (int bad = 0; bad < 4; ++bad) text[random_.below(text.size())] = static_cast<char>(random_.below(256));
        ShiftSlip slip;
        if (!read_count(text, slip)) continue;
        for (const auto& [value, pieces] : slip.pieces) {
            EXPECT_GE(pieces, 0);
            EXPECT_LE(pieces, shift::kMostPieces);
        }
    }
}

}  // namespace
}  // namespace mulin::pos
