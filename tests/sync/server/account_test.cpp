// The account service over the district's own database: each booking once, nothing lost, nothing below the
// tolerance, and every fen found again by adding up.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "payment/base/check.h"
#include "payment/base/id.h"
#include "sync/district/directory.h"
#include "sync/district/schema.h"
#include "sync/server/account_service.h"
#include "tests/support/sync_folder.h"
#include "tests/support/sync_product.h"

namespace mulin::sync::server {
namespace {

using payment::ManualClock;
using payment::SeededRandom;

constexpr std::int64_t kNow = 1'773'114'300'000;
std::string hash_of(int n) { return std::string(62, 'a') + (n < 10 ? "0" : "") + std::to_string(n); }
CardCaller till(int n) { return {TillId("T" + std::to_string(n)), SiteId("S" + std::to_string(n))}; }

class Accounts : public ::testing::Test {
  protected:
    Accounts() {
        MULIN_CHECK(migrate(*file).has_value());
        Directory directory(*file, UtcInstant{kNow});
        for (int n = 0; n < 6; ++n) {
            Card card;
            card.hash = hash_of(n);
            card.last4 = "0000";
            card.kind = "jinglao";
            card.diner = DinerId("D" + std::to_string(n / 2));  // two cards each
            MULIN_CHECK(directory.put(card).has_value());
        }
    }
    CardAnswer ask(const CardRequest& request, int from = 1) {
        database::Transaction transaction(*file);
        const auto answer = answer_card_request(ledger, till(from), request, {kNow});
        MULIN_CHECK(answer.has_value());
        MULIN_CHECK(transaction.commit().has_value());
        return *answer;
    }
    CardAnswer debit(const std::string& id, std::int64_t fen, int card = 0, bool offline = false, std::int64_t at = kNow, int from = 1) {
        return ask({"debit", id, hash_of(card), "", Money::fen(fen), {at}, offline}, from);
    }
    CardAnswer top_up(const std::string& id, std::int64_t fen, int card = 0, bool offline = false) {
        return ask({"top_up", id, hash_of(card), "", Money::fen(fen), {kNow}, offline});
    }
    CardAnswer reverse(const std::string& id, int from = 1) { return ask({"reverse", id, "", "", Money(), {kNow}, false}, from); }
    CardAnswer refund(const std::string& id, const std::string& of, std::int64_t fen) {
        return ask({"refund", id, "", of, Money::fen(fen), {kNow}, false});
    }
    std::int64_t balance(int diner = 0) {
        return ledger.sums("diner:D" + std::to_string(diner))->balance().in_fen();
    }
    std::vector<std::string> doubts() {
        std::vector<std::string> found;
        const auto open = ledger.doubts(true);
        for (const Doubt& doubt : *open) found.push_back(doubt.booking + " " + doubt.kind + " " + std::to_string(doubt.amount.in_fen()));
        return found;
    }
    void set_tolerance(std::int64_t fen) {
        CardRules rules;
        rules.tolerance = Money::fen(fen);
        ASSERT_TRUE(ledger.set_rules(rules));
    }

    mulin::sync::test::Folder scratch;
    std::filesystem::path folder = scratch.path();
    std::unique_ptr<database::Database> file = mulin::sync::test::open_fresh_database(folder / "accounts.db");
    AccountLedger ledger{*file};
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(Accounts, OneIdIsOneBooking) {
    EXPECT_EQ(top_up("U1", 5'000).standing, "booked");
    EXPECT_EQ(top_up("U1", 5'000).standing, "booked");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(debit("A1", 1'200).standing, "booked");
    EXPECT_EQ(balance(), 3'800);
    EXPECT_EQ(debit("A1", 1'300).code, "conflict") << "another amount under the same id";
    EXPECT_EQ(debit("A1", 1'200, 2).code, "conflict") << "another card under the same id";
    EXPECT_EQ(balance(), 3'800);
    EXPECT_THAT(doubts(), ElementsAre("A1 conflict 0"));
    EXPECT_TRUE(ledger.audit());
}

TEST_F(Accounts, ACardReportedLostIsBlockedSinceThen) {
    top_up("U1", 5'000);
    const CardRequest lost{"lost", "lost-1", hash_of(0), "", Money(), {kNow - 1'000}, false};
    for (int i = 0; i < 2; ++i) EXPECT_EQ(ask(lost).standing, "booked");
    EXPECT_EQ(ask(lost).card_state, "blocked");
    EXPECT_EQ(debit("A1", 100).code, "blocked");
    EXPECT_EQ(debit("A2", 100, 1).standing, "booked") << "the diner's other card pays on";
    EXPECT_EQ(debit("A3", 300, 0, true, kNow - 2'000).standing, "booked");
    EXPECT_EQ(balance(), 4'600) << "eaten before the loss: the diner's";
    EXPECT_EQ(debit("A4", 300, 0, true, kNow - 500).standing, "booked");
    EXPECT_EQ(balance(), 4'600) << "eaten after it: a person looks";
    EXPECT_THAT(doubts(), ElementsAre("A4 after_block 300"));
    CardRequest future = lost;
    future.card = hash_of(2);
    future.at = {kNow + 86'400'000};
    ask(future);
    EXPECT_EQ(ledger.card(hash_of(2))->since, UtcInstant{kNow}) << "a till's clock that runs ahead blocks nothing later";
    future.card = std::string(64, 'f');
    EXPECT_EQ(ask(future).code, "unknown_card");
}

TEST_F(Accounts, OnlineNothingGoesBelowNothing) {
    set_tolerance(10'000);
    top_up("U1", 1'000);
    EXPECT_EQ(debit("A1", 1'001).code, "insufficient");
    top_up("U2", 1'000);
    EXPECT_EQ(debit("A1", 1'001).code, "insufficient") << "what was refused stays refused";
    EXPECT_EQ(debit("A2", 2'000).standing, "booked");
    EXPECT_EQ(balance(), 0);
}

TEST_F(Accounts, TwoTillsCannotSpendTheSameMoney) {
    top_up("U1", 1'500);
    const auto first = debit("A1", 1'200, 0, false, kNow, 1);
    const auto second = debit("A2", 1'200, 1, false, kNow, 2);
    EXPECT_EQ(first.standing, "booked");
    EXPECT_EQ(second.code, "insufficient") << "two cards, one account";
}

TEST_F(Accounts, AReverseGivesBackOnceAndClosesWhatNeverCame) {
    top_up("U1", 2'000);
    debit("A1", 1'200);
    EXPECT_EQ(reverse("A1").standing, "returned");
    EXPECT_EQ(reverse("A1").standing, "returned");
    EXPECT_EQ(balance(), 2'000);
    EXPECT_EQ(debit("A1", 1'200).standing, "returned") << "a late copy of the request";
    EXPECT_EQ(reverse("A2").standing, "closed");
    EXPECT_EQ(debit("A2", 1'200).standing, "closed");
    EXPECT_EQ(balance(), 2'000);
    debit("A3", 100);
    EXPECT_EQ(reverse("A3", 2).code, "conflict") << "another till's payment";
    EXPECT_EQ(balance(), 1'900);
}

TEST_F(Accounts, RefundsNeverPassThePayment) {
    top_up("U1", 2'000);
    debit("A1", 1'200);
    EXPECT_EQ(refund("R1", "A1", 500).standing, "booked");
    EXPECT_EQ(refund("R1", "A1", 500).standing, "booked");
    EXPECT_EQ(balance(), 1'300);
    EXPECT_EQ(refund("R2", "A1", 701).code, "too_much");
    EXPECT_EQ(refund("R3", "A1", 700).standing, "booked");
    EXPECT_EQ(balance(), 2'000);
    EXPECT_EQ(refund("R4", "nothing", 1).code, "no_such_debit");
    debit("nothing", 100);
    EXPECT_EQ(refund("R4", "nothing", 1).standing, "booked") << "the payment came later";
}

TEST_F(Accounts, OfflineBeyondTheToleranceStandsInSuspenseForAPerson) {
    set_tolerance(1'000);
    top_up("U1", 500);
    EXPECT_EQ(debit("A1", 1'200, 0, true).standing, "booked");
    EXPECT_EQ(balance(), -700);
    EXPECT_EQ(debit("A2", 1'200, 0, true).standing, "booked") << "the meal is eaten";
    EXPECT_EQ(balance(), -1'000) << "never below the tolerance";
    EXPECT_THAT(doubts(), ElementsAre("A2 overdrawn 900"));
    EXPECT_EQ(refund("R1", "A2", 1'000).standing, "booked");
    EXPECT_EQ(balance(), -900) << "what the diner did not pay they do not get back";
    EXPECT_TRUE(ledger.audit());
}

TEST_F(Accounts, APersonDecidesAboutSuspense) {
    set_tolerance(0);
    debit("A1", 300, 0, true);
    debit("A2", 400, 0, true);
    ASSERT_TRUE(resolve_doubt(ledger, "A1", true, "Zhang and Li", {kNow}));
    EXPECT_EQ(balance(), -300);
    ASSERT_TRUE(resolve_doubt(ledger, "A2", false, "Zhang and Li", {kNow}));
    EXPECT_EQ(balance(), -300);
    EXPECT_EQ(ledger.sums(kLoss)->debits, Money::fen(400));
    EXPECT_EQ(ledger.sums(kSuspense)->balance(), Money());
    EXPECT_THAT(doubts(), IsEmpty());
    EXPECT_FALSE(resolve_doubt(ledger, "A2", false, "", {kNow}));
    EXPECT_TRUE(ledger.audit());
}

TEST_F(Accounts, ABlockedCardIsRefusedAtOnceAndItsLateDebitsAreNobodysYet) {
    top_up("U1", 5'000);
    ASSERT_TRUE(block_card(ledger, hash_of(0), {kNow}));
    EXPECT_EQ(debit("A1", 100).code, "blocked");
    EXPECT_EQ(debit("A2", 100, 0, true, kNow - 1).standing, "booked") << "before the block: the diner's";
    EXPECT_EQ(balance(), 4'900);
    EXPECT_EQ(debit("A3", 100, 0, true, kNow + 1).standing, "booked");
    EXPECT_EQ(balance(), 4'900) << "after it: not the diner's";
    EXPECT_THAT(doubts(), ElementsAre("A3 after_block 100"));
    EXPECT_EQ(debit("A4", 100, 1).standing, "booked") << "the other card of the same account";
}

TEST_F(Accounts, TheBalanceMovesToTheNewCard) {
    top_up("U1", 5'000);
    ASSERT_TRUE(replace_card(ledger, hash_of(0), hash_of(1), {kNow}));
    EXPECT_EQ(debit("A1", 100, 0).code, "replaced");
    EXPECT_EQ(debit("A2", 5'000, 1).standing, "booked");
    EXPECT_EQ(balance(), 0);
    EXPECT_FALSE(replace_card(ledger, hash_of(2), hash_of(4), {kNow})) << "somebody else's card";
    EXPECT_FALSE(replace_card(ledger, hash_of(1), hash_of(0), {kNow})) << "not back to a dead card";
    EXPECT_FALSE(unblock_card(ledger, hash_of(0), {kNow}));
}

TEST_F(Accounts, CashTakenOfflineIsNeverRefused) {
    ASSERT_TRUE(block_card(ledger, hash_of(0), {kNow}));
    EXPECT_EQ(top_up("U1", 1'000).code, "blocked");
    EXPECT_EQ(top_up("U2", 1'000, 0, true).standing, "booked");
    EXPECT_EQ(balance(), 1'000);
    EXPECT_EQ(ask({"top_up", "U3", std::string(64, 'b'), "", Money::fen(700), {kNow}, true}).standing, "booked");
    EXPECT_THAT(doubts(), ElementsAre("U3 unknown_card 700"));
    EXPECT_EQ(ledger.sums(kSuspense)->balance(), Money::fen(700));
}

TEST_F(Accounts, ARefusalThatATillDidNotHearAndWentOfflineOnIsShown) {
    set_tolerance(5'000);
    EXPECT_EQ(debit("A1", 1'200).code, "insufficient");
    EXPECT_EQ(debit("A1", 1'200, 0, true).standing, "booked");
    EXPECT_EQ(balance(), -1'200);
    EXPECT_THAT(doubts(), ElementsAre("A1 refused_before 0"));
}

TEST_F(Accounts, TheAuditFindsWhatWasChanged) {
    top_up("U1", 5'000);
    debit("A1", 100);
    ASSERT_TRUE(ledger.audit());
    ASSERT_TRUE(file->execute("UPDATE card_move SET amount_fen = 99 WHERE booking = 'A1'"));
    EXPECT_FALSE(ledger.audit());
    ASSERT_TRUE(file->execute("UPDATE card_move SET amount_fen = 100 WHERE booking = 'A1'"));
    ASSERT_TRUE(ledger.audit());
    ASSERT_TRUE(file->execute("UPDATE card_account SET debits_fen = debits_fen + 1 WHERE account = 'diner:D0'"));
    EXPECT_FALSE(ledger.audit());
}

// Against a plain model: balance = opening + top-ups - debits + what went back, as far as it was the
// diner's; whatever is repeated, late, or told twice by two tills.
TEST_F(Accounts, RandomHistoriesAddUp) {
    SeededRandom random(20260310);
    set_tolerance(2'000);
    struct Paid {
        int diner, till;
        std::int64_t diners, rest;
    };
    std::map<std::string, Paid> open;
    std::map<int, std::int64_t> model;
    std::int64_t suspense = 0;
    std::vector<CardRequest> sent;
    std::vector<int> sent_from;
    int refused = 0, overdrawn = 0, repeated = 0, returned = 0;
    for (int i = 0; i < 2'500; ++i) {
        const int diner = static_cast<int>(random.below(3));
        const int from = 1 + static_cast<int>(random.below(3));
        const std::string id = "X" + std::to_string(i);
        CardRequest request{"debit", id, hash_of(diner * 2 + static_cast<int>(random.below(2))), "", Money::fen(1 + static_cast<std::int64_t>(random.below(1'500))), {kNow}, false};
        const auto kind = random.below(10);
        if (kind < 3) {
            request.op = "top_up";
            request.offline = random.below(2) == 0;
            model[diner] += request.amount.in_fen();
        } else if (kind < 7) {
            request.offline = random.below(2) == 0;
        } else if (kind < 9 && !open.empty()) {
            auto at = open.begin();
            std::advance(at, static_cast<std::ptrdiff_t>(random.below(open.size())));
            if (random.below(2) == 0) {
                request = {"reverse", at->first, "", "", Money(), {kNow}, false};
                model[at->second.diner] += at->second.diners;
                suspense -= at->second.rest;
                const auto answer = ask(request, at->second.till);
                EXPECT_EQ(answer.standing, "returned");
                sent.push_back(request);
                sent_from.push_back(at->second.till);
                open.erase(at);
                ++returned;
                continue;
            }
            const auto total = at->second.diners + at->second.rest;
            const auto back = 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(total)));
            request = {"refund", id, "", at->first, Money::fen(back), {kNow}, false};
            EXPECT_EQ(ask(request, from).standing, "booked");
            const auto of_rest = std::min(back, at->second.rest);
            at->second.rest -= of_rest;
            at->second.diners -= back - of_rest;
            suspense -= of_rest;
            model[at->second.diner] += back - of_rest;
            if (at->second.diners + at->second.rest == 0) open.erase(at);
            sent.push_back(request);
            sent_from.push_back(from);
            continue;
        } else if (!sent.empty()) {
            const auto n = random.below(sent.size());
            ask(sent[n], sent_from[n]);
            ++repeated;
            continue;
        }
        const auto answer = ask(request, from);
        sent.push_back(request);
        sent_from.push_back(from);
        if (request.op != "debit") continue;
        const auto fen = request.amount.in_fen();
        if (answer.standing == "refused") {
            EXPECT_GT(fen, model[diner]);
            ++refused;
            continue;
        }
        const auto diners = request.offline ? std::min(fen, std::max<std::int64_t>(0, model[diner] + 2'000)) : fen;
        if (diners < fen) ++overdrawn;
        model[diner] -= diners;
        suspense += fen - diners;
        open[id] = {diner, from, diners, fen - diners};
    }
    for (int diner = 0; diner < 3; ++diner) {
        EXPECT_EQ(balance(diner), model[diner]) << diner;
        EXPECT_GE(balance(diner), -2'000);
    }
    EXPECT_EQ(ledger.sums(kSuspense)->balance().in_fen(), -suspense);
    const auto audit = ledger.audit();
    ASSERT_TRUE(audit);
    EXPECT_EQ(audit->debits, audit->credits);
    for (const int reached : {refused, overdrawn, repeated, returned}) EXPECT_GT(reached, 10);
}

}  // namespace
}  // namespace mulin::sync::server
