// A cloned and a restored till in the district's journal: all branches are checked, and each place is named.

#include "sync/server/journal_check.h"

#include "tests/sync/server/review_district.h"

namespace mulin::sync::server {
namespace {

using namespace test;

struct JournalCheckTest : ::testing::Test {
    JournalCheckTest() {
        record.id = TillId("T1");
        record.signing_key = chain.key().public_key().text();
        send_all({chain.open_epoch("E1"), chain.sell(), chain.sell(), chain.sell()});
    }
    void send_all(const std::vector<Entry>& entries) {
        UploadRequest request;
        request.till = record.id;
        request.lines = lines_of(entries);
        const auto checked = check_lines(request.lines, {record.signing_key});
        auto access = district.district().access();
        database::Transaction transaction(access.database);
        const auto outcome = ingest(access.ledger, record, request, checked, noon(0));
        ASSERT_TRUE(outcome) << outcome.error().message;
        ASSERT_EQ(outcome->quarantined, 0);
        ASSERT_TRUE(transaction.commit());
        sent += static_cast<std::int64_t>(entries.size());
    }
    JournalCheck check() {
        auto access = district.district().access();
        const auto found = check_journal(access, record);
        EXPECT_TRUE(found) << found.error().message;
        return found.value_or(JournalCheck{});
    }
    ReviewDistrict district;
    TillChain chain{"T1", 5};
    TillRecord record;
    std::int64_t sent = 0;
};

TEST_F(JournalCheckTest, AllBranchesAreFollowedAndEachPlaceIsNamedOnce) {
    TillChain clone = chain.clone(), restored = chain.clone(), again = chain.clone();
    send_all({chain.sell(), chain.open_epoch("E2"), chain.sell()});
    EXPECT_TRUE(check().branches.empty());
    send_all({clone.append(plain_sale(70)), clone.append(plain_sale(71)), clone.open_epoch("E3"), clone.sell()});
    send_all({restored.open_epoch("E8"), restored.sell()});
    send_all({again.open_epoch("E9"), again.sell()});
    send_all({chain.open_epoch("E4"), chain.sell()});
    const JournalCheck found = check();
    ASSERT_TRUE(found.status) << found.status.error().message;
    EXPECT_EQ(found.entries, sent);
    ASSERT_EQ(found.branches.size(), 3U);
    EXPECT_EQ(found.branches[0], "Entry T1/E8/1 follows E1/4 beside another entry; both branches were followed.");
    EXPECT_EQ(found.branches[1], "Entry T1/E9/1 follows E1/4 beside another entry; both branches were followed.");
    EXPECT_EQ(found.branches[2], "Entry T1/E1/5 follows E1/4 beside another entry; both branches were followed.");
}

TEST_F(JournalCheckTest, WhatIsWrongOnABranchIsFound) {
    TillChain clone = chain.clone();
    send_all({chain.sell()});
    send_all({clone.append(plain_sale(70)), clone.append(plain_sale(71))});
    ASSERT_TRUE(check().status);
    ASSERT_TRUE(district.district().access().database.execute("UPDATE fork_entry SET sig = prev || prev WHERE seq = 6"));
    const JournalCheck found = check();
    ASSERT_FALSE(found.status);
    EXPECT_NE(found.status.error().message.find("T1/E1/6"), std::string::npos) << found.status.error().message;
}

}  // namespace
}  // namespace mulin::sync::server
