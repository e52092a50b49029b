// The store against a model made of plain maps: the same thousand random steps, the same answers.

#include <gtest/gtest.h>

#include <map>

#include "tests/support/store_crash_vfs.h"
#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace test;

struct ModelSale {
    Sale sale;
    EntryKey key;
    bool voided = false;
};

// What a till should know, kept the simplest way.
struct Model {
    std::map<std::string, ModelSale> sales;
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> counters;
    std::int64_t voids = 0;

    void use(const Sale& sale, int sign) {
        for (const auto& use : sale.uses) {
            if (sign < 0 && !use.returns_on_void) continue;
            counters[use.key].first += sign * use.uses;
            counters[use.key].second += sign * use.amount.in_fen();
        }
    }
    std::int64_t meals(const std::string& diner, Date date, Meal meal) const {
        std::int64_t count = 0;
        for (const auto& [ref, one] : sales) {
            count += !one.voided && one.sale.diner && one.sale.diner->text() == diner && one.sale.business_date == date && one.sale.meal == meal;
        }
        return count;
    }
    Tally day(Date date, bool voided) const {
        Tally tally;
        for (const auto& [ref, one] : sales) {
            if (one.sale.business_date != date || one.voided != voided) continue;
            ++tally.sales;
            tally.list += one.sale.list + one.sale.delivery;
            tally.benefit += one.sale.benefit_total();
            tally.paid += one.sale.paid;
        }
        return tally;
    }
    Totals totals() const {
        Totals totals;
        for (const auto& [ref, one] : sales) totals = totals_after(totals, one.sale);
        totals.voids = voids;
        return totals;
    }
};

class StoreModel : public testing::TestWithParam<int> {
  protected:
    void SetUp() override { open(); }
    void open() {
        store_.reset();
        clock_.advance_ms(1);
        StoreOptions options;
        options.vfs = disk_.vfs();
        auto opened = TerminalStore::open(directory_.path(), clock_, ids_, options);
        ASSERT_TRUE(opened) << opened.error().message;
        store_ = std::move(*opened);
        ASSERT_TRUE(store_->set_till(TillId("T001")));
    }
    std::string some_diner() { return "D00000" + std::to_string(dice_.below(5)); }
    std::string some_ref() { return "r" + std::to_string(dice_.below(400)); }

    Sale some_sale() {
        Sale sale = dice_.below(4) == 0 ? store_guest_sale(some_ref()) : store_sale(some_ref(), some_diner());
        sale.business_date = kStoreTestDay.plus_days(static_cast<int>(dice_.below(2)));
        sale.meal = kAllMeals[dice_.below(3)];
        if (dice_.below(3) == 0) sale.uses.push_back({"pool", 1, Money::fen(5), false});
        return sale;
    }
    void sell() {
        const auto sale = some_sale();
        const auto sold = store_->commit_sale(sale);
        ASSERT_TRUE(sold) << sold.error().message;
        const auto known = model_.sales.find(sale.ref);
        ASSERT_EQ(sold->repeated, known != model_.sales.end());
        if (sold->repeated) {
            ASSERT_EQ(sold->key, known->second.key);
            ASSERT_EQ(sold->stored, known->second.sale);
            return;
        }
        model_.sales[sale.ref] = {sale, sold->key, false};
        model_.use(sale, 1);
    }
    void undo() {
        if (model_.sales.empty()) return;
        auto one = model_.sales.begin();
        std::advance(one, static_cast<std::ptrdiff_t>(dice_.below(model_.sales.size())));
        auto record = store_void("void-" + std::to_string(++void_refs_), one->second.key);
        record.business_date = one->second.sale.business_date;
        const auto done = store_->commit_void(record);
        ASSERT_EQ(done.has_value(), !one->second.voided);
        if (!done) return;
        one->second.voided = true;
        ++model_.voids;
        model_.use(one->second.sale, -1);
    }
    void compare() {
        for (int day = 0; day < 2; ++day) {
            const auto date = kStoreTestDay.plus_days(day);
            const auto report = store_->day_report(date);
            ASSERT_EQ(report->total, model_.day(date, false));
            ASSERT_EQ(report->voided, model_.day(date, true));
            for (int diner = 0; diner < 5; ++diner) {
                for (auto meal : kAllMeals) {
                    const auto name = "D00000" + std::to_string(diner);
                    ASSERT_EQ(*store_->meals_served(DinerId(name), date, meal), model_.meals(name, date, meal));
                }
            }
        }
        for (const auto& [key, used] : model_.counters) {
            const auto stored = store_->counter_used(key);
            ASSERT_EQ(stored->uses, used.first) << key;
            ASSERT_EQ(stored->amount, Money::fen(used.second)) << key;
        }
        const auto head = *store_->chain_head();
        ASSERT_EQ(head ? head->totals : Totals{}, model_.totals());
        const auto verified = store_->verify();
        ASSERT_TRUE(verified) << verified.error().message;
        ASSERT_EQ(verified->sales, static_cast<std::int64_t>(model_.sales.size()));
    }

    StoreDirectory directory_;
    CrashDisk disk_{1};
    payment::ManualClock clock_{kStoreTestNow};
    payment::SeededRandom ids_{2};
    payment::SeededRandom dice_{static_cast<std::uint64_t>(GetParam())};
    std::unique_ptr<TerminalStore> store_;
    Model model_;
    int void_refs_ = 0;
};

TEST_P(StoreModel, AgreesAfterEveryHundredSteps) {
    for (int step = 1; step <= 500; ++step) {
        const auto what = dice_.below(20);
        if (what == 0) {
            ASSERT_NO_FATAL_FAILURE(open());
        } else if (what < 5) {
            ASSERT_NO_FATAL_FAILURE(undo());
        } else {
            ASSERT_NO_FATAL_FAILURE(sell());
        }
        if (step % 100 != 0) continue;
        ASSERT_NO_FATAL_FAILURE(compare()) << "step " << step;
    }
    EXPECT_GT(model_.voids, 5);
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreModel, testing::Values(11, 12, 13));

}  // namespace
}  // namespace mulin::sync
