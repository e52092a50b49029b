// A shared pool at the counter: only as far as the lease goes, said on the slip where it does not, and
// given back by a void as the rule says.

#include <gtest/gtest.h>

#include "pos/app/checkout.h"
#include "pos/app/demo_till.h"
#include "pos/app/pricing.h"
#include "pos/app/void_sale.h"
#include "sync/store/lease_store.h"
#include "tests/support/store_fixtures.h"

namespace mulin::pos {
namespace {

using sync::Money;

std::string pool_rules(const std::string& on_void) {
    return R"({"mulin_policy": 1, "id": "festival", "version": "1", "name": {"zh": "重阳立减", "en": "Festival"},
  "source": "invented", "effective": {"from": "2026-01-01", "through": null}, "order": 1,
  "limits": {"pool": {"per": "month", "for": "everyone", "max_fen": 100000, "on_void": ")" +
           on_void + R"("}},
  "rules": [{"id": "five", "name": {"zh": "立减", "en": "Off"}, "if": {"guest": false},
    "benefit": {"kind": "amount", "amount_fen": 500}, "limits": ["pool"], "payers": "district"}]})";
}

class LeasedPool : public testing::Test {
  protected:
    void open(const std::string& on_void = "give_back") {
        till_.reset();
        const bool fresh = !std::filesystem::exists(dir_.file("till.db"));
        ASSERT_TRUE(!fresh || make_demo_till(dir_.path(), clock_, random_));
        {
            auto store = sync::TerminalStore::open(dir_.path(), clock_, random_);
            const std::vector<sync::PolicyText> rules{{"festival.json", pool_rules(on_void)}};
            ASSERT_TRUE((*store)->replace_policies(rules));
            ASSERT_TRUE((*store)->set_setting(setting::kServer, "https://127.0.0.1:1"));
        }
        auto opened = Till::open(dir_.path(), clock_, random_);
        ASSERT_TRUE(opened) << opened.error().message;
        till_ = std::move(*opened);
        ASSERT_EQ(till_->rules_problem(), "");
        ASSERT_TRUE(till_->store().leases().open_epoch(test::kStoreTestDay));
    }
    Order order() {
        Order asked;
        asked.diner = sync::DinerId("D000001");
        asked.items = {{sync::ItemId("set-a"), 1, 0}};
        asked.tender = "cash";
        return asked;
    }
    // A lease on the pool of the month, by the key that an unleased sale would have used.
    void grant(std::int64_t fen) {
        const auto head = *till_->store().chain_head();
        const sync::Lease lease{"L" + std::to_string(++leases_), "festival/pool|*|2026-03", 1, till_->id(), head->key.epoch,
                                std::nullopt, Money::fen(fen), {clock_.utc().ms + 3'600'000}};
        const sync::Lease all[] = {lease};
        const auto granted = till_->store().leases().grant(all);
        ASSERT_TRUE(granted) << granted.error().message;
    }
    PricedOrder priced() {
        auto answer = price_order(*till_, order());
        EXPECT_TRUE(answer) << answer.error().message;
        return *answer;
    }
    sync::Sale sale_of(const PricedOrder& from, const std::string& ref) {
        sync::Sale sale = from.draft;
        sale.ref = ref;
        sync::Payment cash;
        cash.method = cash.channel = "cash";
        cash.amount = cash.given = sale.paid;
        sale.payments = {cash};
        return sale;
    }
    Money left() {
        const auto best = *till_->store().leases().best("festival/pool|*|2026-03");
        return best ? best->left.amount : Money();
    }

    test::StoreDirectory dir_;
    payment::ManualClock clock_{test::kStoreTestNow};
    payment::SeededRandom random_{5};
    std::unique_ptr<Till> till_;
    int leases_ = 0;
};

TEST_F(LeasedPool, WithoutALeaseThePriceIsWithoutItAndTheSlipSaysSo) {
    open();
    const auto without = priced();
    EXPECT_TRUE(without.quote.benefits.empty());
    ASSERT_EQ(till_->slip_notes(without.draft.at).size(), 1u);
    EXPECT_NE(till_->slip_notes(without.draft.at)[0].find("名额"), std::string::npos);
    grant(500);
    clock_.advance_ms(1000);
    const auto with = priced();
    ASSERT_EQ(with.quote.benefits.size(), 1u);
    EXPECT_EQ(with.quote.benefits[0].amount, Money::fen(500));
    EXPECT_TRUE(till_->slip_notes(with.draft.at).empty());
}

TEST_F(LeasedPool, ATillThatStandsAloneNeedsNone) {
    open();
    ASSERT_TRUE(till_->store().set_setting(setting::kServer, ""));
    EXPECT_EQ(priced().quote.benefits.size(), 1u);
}

TEST_F(LeasedPool, TwoOpenOrdersShareWhatIsLeft) {
    open();
    grant(700);
    Checkout checkout(*till_);
    const auto first = priced();
    const auto second = priced();
    EXPECT_EQ(second.quote.benefits[0].amount, Money::fen(500)) << "both were quoted";
    ASSERT_TRUE(checkout.commit_at_once(sale_of(first, "a1")));
    const auto refused = checkout.commit_at_once(sale_of(second, "a2"));
    ASSERT_FALSE(refused);
    EXPECT_TRUE(sync::is_price_again(refused.error())) << refused.error().message;
    const auto again = priced();
    ASSERT_EQ(again.quote.benefits.size(), 1u);
    EXPECT_EQ(again.quote.benefits[0].amount, Money::fen(200)) << "the last two yuan";
    ASSERT_TRUE(checkout.commit_at_once(sale_of(again, "a3")));
    EXPECT_TRUE(priced().quote.benefits.empty());
}

TEST_F(LeasedPool, AnOrderWhosePaymentIsUnderWayKeepsItsPart) {
    open();
    grant(500);
    Checkout checkout(*till_);
    ASSERT_TRUE(checkout.remember(sale_of(priced(), "a1")));
    EXPECT_EQ(left(), Money());
    EXPECT_TRUE(priced().quote.benefits.empty());
    ASSERT_TRUE(checkout.forget("a1"));
    EXPECT_EQ(left(), Money::fen(500));
}

TEST_F(LeasedPool, AVoidGivesBackOrKeepsAsTheRuleSays) {
    for (const bool gives_back : {true, false}) {
        open(gives_back ? "give_back" : "keep");
        if (gives_back) grant(500);  // and it is there again for the second round
        Checkout checkout(*till_);
        const auto before = left();
        const auto sold = checkout.commit_at_once(sale_of(priced(), gives_back ? "b1" : "b2"));
        ASSERT_TRUE(sold) << sold.error().message;
        EXPECT_EQ(left(), before - Money::fen(500));
        VoidAsked asked{gives_back ? "v1" : "v2", sold->key.epoch, sold->key.seq, "mistake", sync::StaffId("C0101"), "manager"};
        const auto voided = void_sale(*till_, asked);
        ASSERT_TRUE(voided) << voided.error().message;
        EXPECT_EQ(left(), gives_back ? before : before - Money::fen(500));
        const auto used = *till_->store().counter_used("festival/pool|*|2026-03");
        EXPECT_EQ(used.uses, gives_back ? 0 : 1);
    }
}

}  // namespace
}  // namespace mulin::pos
