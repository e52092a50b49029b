// What becomes of an upload: once, in order, nothing signed refused, nothing unsigned believed.

#include "sync/district/ingest.h"

#include <gtest/gtest.h>

#include "sync/district/database_ledger.h"
#include "sync/district/report.h"
#include "sync/district/schema.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"
#include "tests/support/sync_product.h"

namespace mulin::sync::server {
namespace {

using namespace test;

class Ingest : public ::testing::Test {
  protected:
    Ingest() : chain("T1", 11) {
        file = open_fresh_database(folder.path() / "d.db");
        EXPECT_TRUE(migrate(*file));
        ledger = std::make_unique<DatabaseLedger>(*file);
        record.id = TillId("T1");
        record.signing_key = chain.key().public_key().text();
        first = chain.open_epoch("E1");
        for (int i = 0; i < 5; ++i) sales.push_back(chain.sell());
    }

    IngestOutcome send(std::vector<std::string> lines) {
        UploadRequest request;
        request.till = record.id;
        request.lines = std::move(lines);
        return send(request);
    }
    IngestOutcome send(const UploadRequest& request) {
        database::Transaction transaction(*file);
        auto outcome = ingest(*ledger, record, request, check_lines(request.lines, {record.signing_key}), {1000});
        EXPECT_TRUE(outcome) << outcome.error().message;
        EXPECT_TRUE(transaction.commit());
        return *outcome;
    }
    IngestOutcome send(const std::vector<Entry>& entries) { return send(lines_of(entries)); }
    std::vector<Entry> all() {
        std::vector<Entry> entries{first};
        entries.insert(entries.end(), sales.begin(), sales.end());
        return entries;
    }
    std::int64_t count(const char* sql) { return *ledger->count(sql); }
    std::int64_t entries() { return count("SELECT count(*) FROM entry WHERE kept = 1"); }
    Report day() {
        const Date date = plain_sale(1).business_date;
        return *report_of(*file, date, date);
    }

    Folder folder;
    TillChain chain;
    std::unique_ptr<database::Database> file;
    std::unique_ptr<DatabaseLedger> ledger;
    TillRecord record;
    Entry first;
    std::vector<Entry> sales;
};

TEST_F(Ingest, StoresEachEntryOnceAndSaysHowFar) {
    const auto outcome = send(all());
    EXPECT_EQ(outcome.accepted, 6);
    ASSERT_EQ(outcome.epochs.size(), 1u);
    EXPECT_EQ(outcome.epochs[0], (ChainPoint{EpochId("E1"), 6, sales.back().hash}));
    const auto again = send(all());
    EXPECT_EQ(again.accepted, 0);
    EXPECT_EQ(again.known, 6);
    EXPECT_EQ(again.epochs, outcome.epochs);
    EXPECT_EQ(entries(), 6);
    EXPECT_EQ(count("SELECT count(*) FROM sale"), 5);
}

TEST_F(Ingest, CountsMoneyByEveryGroup) {
    send(all());
    const auto report = day();
    EXPECT_EQ(report.total.sales, 5);
    EXPECT_EQ(report.total.list.in_fen(), 5 * 1500);
    EXPECT_EQ(report.total.benefit.in_fen(), 5 * 300);
    EXPECT_EQ(report.total.paid.in_fen(), 5 * 1200);
    ASSERT_EQ(report.by_payer.size(), 2u);
    EXPECT_EQ(report.by_payer[0].key, "district");
    EXPECT_EQ(report.by_payer[0].sales, 5);
    EXPECT_EQ(report.by_payer[0].amount.in_fen(), 5 * 200);
    ASSERT_EQ(report.by_service.size(), 2u);
    EXPECT_EQ(report.by_service[0].amounts.sales + report.by_service[1].amounts.sales, 5);
    ASSERT_EQ(report.by_tender.size(), 1u);
    EXPECT_EQ(report.by_tender[0].amount.in_fen(), 5 * 1200);
}

TEST_F(Ingest, AVoidTakesTheSaleOutOfTheCountWhicheverIsFirst) {
    const auto undone = chain.undo(sales[2]);
    auto entries_with_void = all();
    entries_with_void.push_back(undone);
    send(entries_with_void);
    EXPECT_EQ(day().total.sales, 4);
    EXPECT_EQ(day().voided.sales, 1);
    EXPECT_EQ(day().voided.paid.in_fen(), 1200);
}

TEST_F(Ingest, AGapIsAskedForAndNothingBehindItIsTaken) {
    send({first, sales[0]});
    const auto outcome = send({sales[2], sales[3]});
    EXPECT_EQ(outcome.accepted, 0);
    ASSERT_TRUE(outcome.want);
    EXPECT_EQ(outcome.want->epoch, EpochId("E1"));
    EXPECT_EQ(outcome.want->seq, 3);
    EXPECT_TRUE(outcome.epochs.empty());
    EXPECT_EQ(entries(), 2);
}

TEST_F(Ingest, AnEpochWaitsForItsParent) {
    send({first, sales[0]});
    const auto second = chain.open_epoch("E2");
    const auto outcome = send({second});
    ASSERT_TRUE(outcome.want);
    EXPECT_EQ(outcome.want->epoch, EpochId("E1"));
    EXPECT_EQ(outcome.want->seq, 3);
    auto whole = all();
    whole.push_back(second);
    EXPECT_EQ(send(whole).accepted, 5);
    EXPECT_EQ(count("SELECT count(*) FROM finding"), 0);
}

TEST_F(Ingest, EpochsMayFollowInOneBatch) {
    auto whole = all();
    whole.push_back(chain.open_epoch("E2"));
    whole.push_back(chain.sell());
    const auto outcome = send(whole);
    EXPECT_EQ(outcome.accepted, 8);
    EXPECT_FALSE(outcome.want);
    ASSERT_EQ(outcome.epochs.size(), 2u);
    EXPECT_EQ(outcome.epochs[1].seq, 2);
}

TEST_F(Ingest, AChangedEntryGoesToQuarantineAndDoesNotBlockTheRest) {
    auto entries_sent = all();
    Entry bad = entries_sent[3];
    bad.body.replace(bad.body.find("1500"), 4, "1600");
    entries_sent[3] = bad;
    const auto outcome = send(entries_sent);
    EXPECT_EQ(outcome.quarantined, 1);
    EXPECT_EQ(outcome.accepted, 5);
    EXPECT_EQ(outcome.epochs[0].seq, 6);
    EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 1);
    EXPECT_EQ(day().total.sales, 4);
    // The true one may still come, and heals the place.
    const auto healed = send(all());
    EXPECT_EQ(healed.accepted, 1);
    EXPECT_EQ(healed.known, 5);
    EXPECT_EQ(day().total.sales, 5);
    EXPECT_EQ(entries(), 6);
}

TEST_F(Ingest, AnUnreadableLineDoesNotBlockTheRest) {
    auto lines = lines_of(all());
    lines[3] = "{\"broken\":";
    const auto outcome = send(lines);
    EXPECT_EQ(outcome.quarantined, 1);
    EXPECT_EQ(outcome.accepted, 5);
    EXPECT_FALSE(outcome.want);
    EXPECT_EQ(outcome.epochs[0].seq, 6);
}

TEST_F(Ingest, AnotherKeysSignatureIsNotBelieved) {
    TillChain forger("T1", 99);
    const std::vector<Entry> forged{forger.open_epoch("E1"), forger.sell()};
    const auto outcome = send(forged);
    EXPECT_EQ(outcome.accepted, 0);
    EXPECT_EQ(outcome.quarantined, 2);
    EXPECT_EQ(entries(), 0);
    EXPECT_EQ(day().total.sales, 0);
}

TEST_F(Ingest, AForgedLineCannotTakeTheTrueEntrysPlace) {
    TillChain forger("T1", 99);
    send(std::vector<Entry>{forger.open_epoch("E1"), forger.sell()});
    const auto outcome = send(all());
    EXPECT_EQ(outcome.accepted, 6);
    EXPECT_EQ(outcome.epochs[0].seq, 6);
    EXPECT_EQ(day().total.sales, 5);
    EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 2);
}

TEST_F(Ingest, AForkGoesOnAndIsConfirmedToItsOwner) {
    send(all());
    send({chain.sell(), chain.sell()});
    std::vector<Entry> branch;
    TillChain fork("T1", 11);  // the same till again, from the same start
    branch.push_back(fork.open_epoch("E1"));
    for (int i = 0; i < 5; ++i) branch.push_back(fork.sell());
    branch.push_back(fork.append(Note{"clock_change", "branch"}));
    for (int i = 0; i < 3; ++i) branch.push_back(fork.sell());
    const auto outcome = send(branch);
    EXPECT_EQ(outcome.known, 6);
    EXPECT_EQ(outcome.forked, 4);
    EXPECT_FALSE(outcome.want) << "a branch must not be asked for again and again";
    ASSERT_EQ(outcome.epochs.size(), 1u);
    EXPECT_EQ(outcome.epochs[0].seq, 10);
    EXPECT_EQ(outcome.epochs[0].hash, branch.back().hash);
    EXPECT_EQ(count("SELECT count(*) FROM fork_entry"), 4);
    EXPECT_EQ(entries(), 8) << "the first branch is untouched";
    EXPECT_GT(count("SELECT count(*) FROM finding WHERE kind = 'fork'"), 0);
    // The branch goes on in an epoch of its own.
    const auto next = fork.open_epoch("E9", "amnesia");
    const auto after = send({next, fork.sell()});
    EXPECT_EQ(after.accepted, 2);
    EXPECT_FALSE(after.want);
}

TEST_F(Ingest, TwoEpochsFromOneParentAreAFinding) {
    send(all());
    TillChain clone = chain.clone();
    send({chain.open_epoch("E2")});
    EXPECT_EQ(count("SELECT count(*) FROM finding"), 0);
    EXPECT_EQ(send({clone.open_epoch("E3")}).accepted, 1);
    EXPECT_EQ(count("SELECT count(*) FROM finding WHERE kind = 'fork'"), 1);
}

TEST_F(Ingest, ARevokedTillsDataIsKeptAsideAndCountsNowhere) {
    record.revoked = true;
    const auto outcome = send(all());
    EXPECT_EQ(outcome.quarantined, 6);
    EXPECT_EQ(entries(), 0);
    EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'revoked'"), 6);
    send(all());
    EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 6) << "repeats are one";
    record.revoked = false;
    EXPECT_EQ(send(all()).accepted, 6);
}

TEST_F(Ingest, AnotherTillsEntriesAreNotTaken) {
    TillChain other("T2", 12);
    const auto outcome = send({other.open_epoch("E1")});
    EXPECT_EQ(outcome.accepted, 0);
    EXPECT_EQ(outcome.quarantined, 1);
}

TEST_F(Ingest, TotalsThatDoNotFollowAreAFindingAndTheSaleCounts) {
    send(all());
    const auto sale = plain_sale(77);
    Totals wrong;
    wrong.sales = 1;
    const auto text = encode_body(sale, {sale.at, 7, sale.business_date}, wrong);
    ASSERT_TRUE(text);
    const auto entry = seal_entry({TillId("T1"), EpochId("E1"), 7}, sales.back().hash, *text, chain.key());
    EXPECT_EQ(send({*entry}).accepted, 1);
    EXPECT_EQ(count("SELECT count(*) FROM finding WHERE kind = 'totals'"), 1);
    EXPECT_EQ(day().total.sales, 6);
}

TEST_F(Ingest, ABatchThatFailsLeavesNothing) {
    UploadRequest request;
    request.till = record.id;
    request.lines = lines_of(all());
    {
        database::Transaction transaction(*file);
        ASSERT_TRUE(ingest(*ledger, record, request, check_lines(request.lines, {record.signing_key}), {1}));
    }
    EXPECT_EQ(entries(), 0);
    EXPECT_EQ(count("SELECT count(*) FROM sale"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM epoch"), 0);
}

TEST_F(Ingest, WithoutLinesItSaysHowFarItIs) {
    send(all());
    UploadRequest request;
    request.till = record.id;
    request.acked = ChainPoint{EpochId("E1"), 9, sales[0].hash};
    const auto outcome = send(request);
    ASSERT_EQ(outcome.epochs.size(), 1u);
    EXPECT_EQ(outcome.epochs[0].seq, 6);
}

// Every order, every repetition and every cut of the batches ends in the same ledger.
TEST_F(Ingest, AnyOrderAndRepetitionGivesTheSameLedger) {
    auto whole = all();
    whole.push_back(chain.undo(sales[1]));
    whole.push_back(chain.open_epoch("E2"));
    for (int i = 0; i < 4; ++i) whole.push_back(chain.sell());
    payment::SeededRandom random(5);
    for (int i = 0; i < 400; ++i) {
        const auto from = random.below(whole.size());
        const auto to = from + 1 + random.below(whole.size() - from);
        send(std::vector<Entry>(whole.begin() + static_cast<long>(from), whole.begin() + static_cast<long>(to)));
    }
    send(whole);
    EXPECT_EQ(entries(), static_cast<std::int64_t>(whole.size()));
    EXPECT_EQ(count("SELECT count(*) FROM sale"), 9);
    EXPECT_EQ(count("SELECT count(*) FROM fork_entry"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 0);
    EXPECT_EQ(day().total.sales, 8);
}

}  // namespace
}  // namespace mulin::sync::server
