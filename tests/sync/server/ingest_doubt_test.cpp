// The rare cases of an upload: keys that changed, branches in any order, what nobody has any more, a till taken back.

#include <gtest/gtest.h>

#include "sync/district/database_ledger.h"
#include "sync/district/ingest.h"
#include "sync/district/schema.h"
#include "sync/district/tills.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"
#include "tests/support/sync_product.h"

namespace mulin::sync::server {
namespace {

using namespace test;

constexpr UtcInstant kMarch{1'773'200'000'000};

class IngestDoubt : public ::testing::Test {
  protected:
    IngestDoubt() : chain("T1", 11) {
        file = open_fresh_database(folder.path() / "d.db");
        EXPECT_TRUE(migrate(*file));
        ledger = std::make_unique<DatabaseLedger>(*file);
        record.id = TillId("T1");
        record.signing_key = chain.key().public_key().text();
        add(chain.open_epoch("E1"));
        for (int i = 0; i < 4; ++i) add(chain.sell());
    }
    void add(Entry entry) { made.push_back(std::move(entry)); }
    IngestOutcome send(const std::vector<Entry>& entries, bool gap_stays = false) {
        UploadRequest request;
        request.till = record.id;
        request.lines = lines_of(entries);
        request.gap_stays = gap_stays;
        database::Transaction transaction(*file);
        const auto keys = Tills(*file).signing_keys(record);
        auto outcome = ingest(*ledger, record, request, check_lines(request.lines, *keys), kMarch);
        EXPECT_TRUE(outcome) << outcome.error().message;
        EXPECT_TRUE(transaction.commit());
        return *outcome;
    }
    std::int64_t count(const std::string& sql) {
        static std::vector<std::string> kept;  // the database keeps statements by their text
        return *ledger->count(kept.emplace_back("SELECT count(*) FROM " + sql).c_str());
    }
    std::int64_t findings(const std::string& kind) { return count("finding WHERE kind = '" + kind + "'"); }
    std::string everything() {
        std::string all;
        for (const char* sql : {"SELECT till || epoch || seq || kept || hash FROM entry ORDER BY epoch, seq",
                                "SELECT epoch || seq || hash FROM fork_entry ORDER BY epoch, seq, hash",
                                "SELECT epoch || seq || kind FROM finding ORDER BY epoch, seq, kind"}) {
            auto query = file->prepare(sql);
            while (*query.step()) all += query.text(0) + "\n";
            all += "--\n";
        }
        return all;
    }

    Folder folder;
    TillChain chain;
    std::unique_ptr<database::Database> file;
    std::unique_ptr<DatabaseLedger> ledger;
    TillRecord record;
    std::vector<Entry> made;
};

TEST_F(IngestDoubt, AKeyChangeIsFollowedInOneBatchAndInSeveral) {
    add(chain.name_key(12));
    add(chain.open_epoch("E2", "key_change"));
    add(chain.sell());
    for (const Entry& entry : made) {
        const auto outcome = send({entry});
        EXPECT_EQ(outcome.accepted, 1) << entry_name(entry.key);
        EXPECT_EQ(outcome.quarantined, 0);
    }
    EXPECT_EQ(send(made).known, static_cast<std::int64_t>(made.size())) << "old entries under the old key, again";
    EXPECT_EQ(count("finding"), 0);
    EXPECT_EQ(count("till_key"), 1);
}

TEST_F(IngestDoubt, TheFormerKeySignsNothingAfterItsChange) {
    TillChain thief = chain.clone();
    add(chain.name_key(12));
    add(chain.open_epoch("E2", "key_change"));
    add(chain.sell());
    send(made);
    // It continues from the very entry that ended the former key.
    const TillChain honest = chain;
    thief.append(Note{"filler", ""});
    Entry forged = thief.open_epoch("E9");
    EpochOpen open = std::get<EpochOpen>(decode_body(forged.body)->body);
    open.parent = EpochParent{EpochId("E1"), made[5].key.seq, made[5].hash};
    const auto decoded = *decode_body(forged.body);
    forged = *seal_entry({TillId("T1"), EpochId("E9"), 1}, made[5].hash, *encode_body(open, decoded.stamp, decoded.totals), seeded_key(11));
    const auto outcome = send({forged});
    EXPECT_EQ(outcome.accepted, 0);
    EXPECT_EQ(outcome.quarantined, 1);
    EXPECT_EQ(count("quarantine WHERE reason = 'former_key'"), 1);
    // Nor inside the new key's epoch.
    const Entry other = *seal_entry({TillId("T1"), EpochId("E2"), 3}, chain.sell().prev, made[2].body, seeded_key(11));
    EXPECT_EQ(send({other}).quarantined, 1);
    const auto right = send({TillChain(honest).sell()});
    EXPECT_EQ(right.accepted, 1) << "the true entry takes the place";
}

TEST_F(IngestDoubt, ANewKeyThatHasNotSignedIsNotBelieved) {
    KeyChange change = change_key(TillId("T1"), chain.key().public_key(), seeded_key(12));
    change.public_key = seeded_key(13).public_key().text();
    add(chain.append(change));
    EXPECT_EQ(send(made).accepted, 6) << "the entry itself is signed and kept";
    EXPECT_EQ(findings("key_change"), 1);
    EXPECT_EQ(count("till_key"), 0);
}

// The till was put back to its third entry and opened another epoch there: both orders of arrival.
TEST_F(IngestDoubt, AnEpochThatGoesOnBehindItsChildIsAForkInWhateverOrder) {
    TillChain restored("T1", 11);
    std::vector<Entry> branch{restored.open_epoch("E1"), restored.sell(), restored.sell()};
    branch.push_back(restored.open_epoch("E2", "restored"));
    branch.push_back(restored.sell());
    ASSERT_EQ(branch[2], made[2]);
    std::string first;
    for (const bool branch_first : {true, false}) {
        const Folder other;
        file = std::move(*database::SqliteDatabase::open(other.path() / "d.db", 7, true));
        ASSERT_TRUE(migrate(*file));
        ledger = std::make_unique<DatabaseLedger>(*file);
        send(branch_first ? branch : made);
        send(branch_first ? made : branch);
        EXPECT_EQ(findings("fork"), 1);
        EXPECT_EQ(findings("restored"), 1);
        EXPECT_EQ(count("entry WHERE kept = 1"), 7);
        if (first.empty()) first = everything();
        EXPECT_EQ(everything(), first);
    }
    ledger.reset();
    file.reset();
}

TEST_F(IngestDoubt, ThreeBranchesAreAllKeptAndEachIsConfirmed) {
    send(made);
    for (std::size_t i = 0; i < 3; ++i) {
        TillChain twin = chain.clone();
        std::vector<Entry> own;
        for (int k = 0; k < 4; ++k) own.push_back(twin.append(Note{"branch " + std::to_string(i), std::to_string(k)}));
        const auto outcome = send(own);
        EXPECT_FALSE(outcome.want) << i;
        ASSERT_EQ(outcome.epochs.size(), 1u);
        EXPECT_EQ(outcome.epochs[0].hash, own.back().hash) << "its own version is confirmed to each";
        EXPECT_EQ(outcome.forked, i == 0 ? 0 : 4);
        EXPECT_EQ(send(own).known, 4) << "and the same bytes again are nothing new";
    }
    EXPECT_EQ(count("fork_entry"), 8);
    EXPECT_EQ(count("quarantine"), 0);
}

TEST_F(IngestDoubt, WhatNobodyHasAnyMoreDoesNotBlockWhatFollows) {
    add(chain.open_epoch("E2"));
    add(chain.sell());
    const std::vector<Entry> orphans{made[5], made[6]};
    EXPECT_TRUE(send(orphans).want) << "first it is asked for";
    const auto taken = send(orphans, true);
    EXPECT_EQ(taken.accepted, 2);
    EXPECT_EQ(findings("lost_parent"), 1);
    const auto late = send({made[0], made[3], made[4]}, true);
    EXPECT_EQ(late.accepted, 3);
    EXPECT_EQ(findings("lost_entries"), 1);
    EXPECT_EQ(count("entry WHERE kept = 0"), 2);
    send(made);
    EXPECT_EQ(count("entry WHERE kept = 0"), 0) << "whenever they turn up they take their places";
}

TEST_F(IngestDoubt, ASecondBeginningIsALostJournal) {
    send(made);
    TillChain anew("T1", 11);
    EXPECT_EQ(send({anew.open_epoch("E7"), anew.sell()}).accepted, 2);
    EXPECT_EQ(findings("no_parent"), 1);
}

TEST_F(IngestDoubt, ATillTakenBackGetsItsDataCountedAndNothingTwice) {
    send({made[0], made[1]});
    record.revoked = true;
    send({made[2], made[3], made[4]});
    EXPECT_EQ(count("quarantine"), 3);
    EXPECT_EQ(count("sale"), 1);
    record.revoked = false;
    EXPECT_EQ(*release(*ledger, record, {record.signing_key}, kMarch), 3);
    EXPECT_EQ(count("quarantine"), 0);
    EXPECT_EQ(count("sale"), 4);
    EXPECT_EQ(*release(*ledger, record, {record.signing_key}, kMarch), 0);
    EXPECT_EQ(send(made).known, 5);
}

TEST_F(IngestDoubt, WhatStillLacksItsPlaceStaysInQuarantine) {
    send({made[0]});
    record.revoked = true;
    send({made[3], made[4]});
    record.revoked = false;
    EXPECT_EQ(*release(*ledger, record, {record.signing_key}, kMarch), 0);
    EXPECT_EQ(count("quarantine"), 2) << "kept, not lost";
}

TEST_F(IngestDoubt, ASaleOfAWrongClockCountsAndIsFlagged) {
    Sale suspect = plain_sale(900);
    suspect.clock_suspect = true;
    add(chain.append(suspect));
    EXPECT_EQ(send(made).accepted, 6);
    EXPECT_EQ(findings("clock"), 1);
    EXPECT_EQ(count("sale"), 5);
}

}  // namespace
}  // namespace mulin::sync::server
