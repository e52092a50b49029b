// Refunds and top-ups at the district: once, on their own day, beside the sales.

#include <gtest/gtest.h>

#include "sync/district/database_ledger.h"
#include "sync/district/ingest.h"
#include "sync/district/report.h"
#include "sync/district/schema.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"
#include "tests/support/sync_product.h"

namespace mulin::sync::server {
namespace {

using namespace test;

class MoneyBack : public ::testing::Test {
  protected:
    MoneyBack() : chain_("T1", 11) {
        file_ = open_fresh_database(folder_.path() / "d.db");
        EXPECT_TRUE(migrate(*file_));
        ledger_ = std::make_unique<DatabaseLedger>(*file_);
        till_.id = TillId("T1");
        till_.signing_key = chain_.key().public_key().text();
        entries_ = {chain_.open_epoch("E1"), chain_.sell()};
    }
    // All of it but `kept` of the fen at the payers.
    RefundRecord refund_of(const Entry& sale) {
        const Sale sold = plain_sale(1);
        RefundRecord record;
        record.target = sale.key;
        record.ref = "r1";
        record.business_date = sold.business_date;
        record.at = sold.at;
        record.site = SiteId("S1");
        record.reason = "cold";
        record.cashier = StaffId("C1");
        record.approver = StaffId("M1");
        record.lines = {{0, 1, Money::fen(1500)}};
        record.benefits = sold.benefits;
        record.paid = Money::fen(1200);
        record.payments = {{"cash", "cash", sold.payments[0].attempt, {}, Money::fen(1200)}};
        record.whole = true;
        return record;
    }
    TopUpRecord top_up() {
        TopUpRecord record;
        record.ref = "t1";
        record.business_date = plain_sale(1).business_date;
        record.at = plain_sale(1).at;
        record.site = SiteId("S1");
        record.card = std::string(64, 'c');
        record.amount = Money::fen(5000);
        record.payments = {{"cash", "cash", {}, payment::Outcome::approved, Money::fen(5000), {}, {}, {}}};
        return record;
    }
    IngestOutcome send() {
        UploadRequest request;
        request.till = till_.id;
        request.lines = lines_of(entries_);
        database::Transaction transaction(*file_);
        auto outcome = ingest(*ledger_, till_, request, check_lines(request.lines, {till_.signing_key}), {1000});
        EXPECT_TRUE(outcome);
        EXPECT_TRUE(transaction.commit());
        return *outcome;
    }
    Report that_day() {
        const Date date = plain_sale(1).business_date;
        return *report_of(*file_, date, date);
    }

    Folder folder_;
    TillChain chain_;
    std::unique_ptr<database::Database> file_;
    std::unique_ptr<DatabaseLedger> ledger_;
    TillRecord till_;
    std::vector<Entry> entries_;
};

TEST_F(MoneyBack, IsTakenInOnceAndCountedBesideTheSales) {
    entries_.push_back(chain_.append(refund_of(entries_[1])));
    entries_.push_back(chain_.append(top_up()));
    entries_.push_back(chain_.append(LeaseReturn{"L1", "pool|*|m", 1, {1, Money()}, {2, Money()}, "expired"}));
    const auto outcome = send();
    EXPECT_EQ(outcome.accepted, 5);
    EXPECT_EQ(outcome.quarantined, 0);
    EXPECT_EQ(send().known, 5);
    const Report report = that_day();
    EXPECT_EQ(report.total.sales, 1);
    EXPECT_EQ(report.total.paid, Money::fen(1200));
    EXPECT_EQ(report.refunded.sales, 1);
    EXPECT_EQ(report.refunded.list, Money::fen(1500));
    EXPECT_EQ(report.refunded.benefit, Money::fen(300));
    EXPECT_EQ(report.refunded.paid, Money::fen(1200));
    ASSERT_EQ(report.refunded_by_payer.size(), 2u);
    EXPECT_EQ(report.refunded_by_payer[0].key, "district");
    EXPECT_EQ(report.refunded_by_payer[0].amount, Money::fen(200));
    ASSERT_EQ(report.refunded_by_tender.size(), 1u);
    EXPECT_EQ(report.refunded_by_tender[0].amount, Money::fen(1200));
    EXPECT_EQ(report.top_ups.sales, 1);
    EXPECT_EQ(report.top_ups.amount, Money::fen(5000));
    EXPECT_EQ(report.findings, 0);
}

TEST_F(MoneyBack, ASignedOneThatDoesNotAddUpIsKeptWithAFinding) {
    auto wrong = refund_of(entries_[1]);
    wrong.paid = Money::fen(1100);
    entries_.push_back(chain_.append(wrong));
    auto short_top_up = top_up();
    short_top_up.amount = Money::fen(4000);
    entries_.push_back(chain_.append(short_top_up));
    EXPECT_EQ(send().accepted, 4);
    EXPECT_EQ(that_day().findings, 2);
    EXPECT_EQ(that_day().refunded.sales, 1);
}

}  // namespace
}  // namespace mulin::sync::server
