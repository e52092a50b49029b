// The answer that completes a sale: result, sale, benefits and slip are on the disk together or not at all,
// wherever power goes; the control, two transactions, leaves a half paid sale somewhere. A sale that cannot be
// written takes nothing away from the answer.

#include <gtest/gtest.h>

#include <limits>

#include "payment/port/runner.h"
#include "sync/store/slip_queue.h"
#include "tests/support/store_crash_vfs.h"
#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace test;
using payment::Attempt;
using payment::AttemptState;

constexpr const char* kSaleRef = "order-1";

class Approves final : public payment::Adapter {
  public:
    std::string name() const override { return "gate"; }
    payment::Capabilities capabilities() const override { return {.query = true, .reverse = true}; }
    payment::AttemptResult start(const payment::AttemptRequest&) override {
        return {.outcome = payment::Outcome::approved, .refs = {{"number", "G1"}}};
    }
    payment::AttemptResult query(const Attempt&) override { return {.outcome = payment::Outcome::approved}; }
    payment::ReverseResult reverse(const Attempt&) override { return {}; }
};

Sale sale_paid_by(const Attempt& attempt) {
    Sale sale = store_sale(kSaleRef);
    auto& part = sale.payments.front();
    part.method = attempt.method;
    part.channel = attempt.channel;
    part.attempt = attempt.id;
    part.given = part.change = {};
    return sale;
}

class OneCommit : public testing::Test {
  protected:
    std::unique_ptr<TerminalStore> open_store() {
        clock_.advance_ms(1);
        StoreOptions options;
        options.vfs = disk_.vfs();
        auto opened = TerminalStore::open(directory_.path(), clock_, random_, options);
        if (!opened) return nullptr;
        (*opened)->slips().enable(true);
        return std::move(*opened);
    }
    CrashDisk::Image ready_disk() {
        auto store = open_store();
        EXPECT_TRUE(store && store->set_till(TillId("T001")) && store->open_shift(store_shift("shift-1")));
        store.reset();
        return disk_.image();
    }
    // True when the sale was acknowledged.
    bool sell(TerminalStore& store, bool together) {
        payment::RunnerSettings settings;
        settings.code_key = "key";
        payment::Runner runner(store.attempts(), clock_, ids_, {&gate_}, settings);
        const auto commit = [&](const Attempt& approved) {
            return store.commit_sale(sale_paid_by(approved), std::span(&approved, 1)).has_value();
        };
        if (together) runner.complete_with(commit);
        const auto due = store_sale(kSaleRef).payments.front().amount;
        const auto attempt = runner.begin({kSaleRef, due, "qr", "gate", due, "131234567890123400"});
        if (!attempt || attempt->state != AttemptState::approved) return false;
        return together ? store.find_sale_by_ref(kSaleRef).value_or(std::nullopt).has_value() : commit(*attempt);
    }
    struct Found {
        bool approved, sold, counted, slip;
    };
    static Found look(TerminalStore& store) {
        Found found{};
        const auto attempts = store.attempts().of_order(kSaleRef);
        EXPECT_TRUE(attempts);
        for (const auto& attempt : *attempts) found.approved = found.approved || attempt.state == AttemptState::approved;
        found.sold = store.find_sale_by_ref(kSaleRef)->has_value();
        found.counted = store.counter_used(store_sale(kSaleRef).uses.front().key)->uses > 0;
        found.slip = !store.slips().waiting()->empty();
        return found;
    }
    // How often power left one thing without another; `whole`: how often all of it was there.
    int halves(bool together, int& whole) {
        const auto image = ready_disk();
        int halves = 0;
        for (std::int64_t at = 1;; ++at) {
            disk_.load(image);
            disk_.plan(DiskFault::power_cut, at);
            auto store = open_store();
            const bool acknowledged = store && sell(*store, together);
            store.reset();
            if (!disk_.fired()) return halves;
            disk_.reboot();
            store = open_store();
            EXPECT_TRUE(store) << "cut at " << at;
            if (!store) return halves;
            const Found found = look(*store);
            EXPECT_TRUE(found.sold == found.counted && found.sold == found.slip) << "cut at " << at;
            EXPECT_TRUE(!acknowledged || found.sold) << "cut at " << at;
            halves += found.approved != found.sold ? 1 : 0;
            whole += found.approved && found.sold ? 1 : 0;
        }
    }

    StoreDirectory directory_;
    payment::ManualClock clock_{kStoreTestNow};
    payment::SeededRandom random_{7};
    payment::IdSource ids_{clock_, random_};
    CrashDisk disk_{20260310};
    Approves gate_;
};

TEST_F(OneCommit, ResultSaleBenefitsAndSlipAreThereTogetherOrNotAtAll) {
    int whole = 0;
    EXPECT_EQ(halves(true, whole), 0);
    EXPECT_GT(whole, 0);
}

TEST_F(OneCommit, ControlTwoTransactionsLeaveAHalfPaidSaleSomewhere) {
    int whole = 0;
    EXPECT_GT(halves(false, whole), 0);
}

TEST_F(OneCommit, ASaleThatCannotBeWrittenTakesNothingFromTheAnswer) {
    ready_disk();
    auto store = open_store();
    StoreOptions full;
    full.vfs = disk_.vfs();
    full.min_free_bytes = std::numeric_limits<std::int64_t>::max();
    store.reset();
    store = std::move(*TerminalStore::open(directory_.path(), clock_, random_, full));
    EXPECT_FALSE(sell(*store, true));
    Found found = look(*store);
    EXPECT_TRUE(found.approved && !found.sold && !found.counted && !found.slip);
    store.reset();
    // Room again: the sale follows from what is there, as of a store that an earlier version wrote.
    store = open_store();
    const auto approved = store->attempts().of_order(kSaleRef)->front();
    ASSERT_TRUE(store->commit_sale(sale_paid_by(approved), std::span(&approved, 1)));
    found = look(*store);
    EXPECT_TRUE(found.approved && found.sold && found.counted && found.slip);
}

}  // namespace
}  // namespace mulin::sync
