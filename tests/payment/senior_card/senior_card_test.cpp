// The senior card beside what the contract suite asks: when it goes offline, and when it must not.

#include <gtest/gtest.h>

#include "payment/senior_card/senior_card_adapter.h"
#include "tests/support/account_book.h"

namespace mulin::payment {
namespace {

using testing::AccountBook;

// Grants everything up to a limit, and forgets nothing.
class Allowance final : public OfflineCards {
  public:
    Money left = Money::fen(2'000);
    bool broken = false;
    std::map<std::string, CardReply> notes;

    CardReply spend(const CardDebit& debit) override {
        if (broken) return {};
        CardReply reply{.call = CardCall::answered, .standing = CardStanding::booked, .id = debit.id.text(), .amount = debit.amount};
        if (debit.amount > left) {
            reply.standing = CardStanding::refused;
            reply.code = "offline_limit";
            return reply;
        }
        left -= debit.amount;
        return notes[debit.id.text()] = reply;
    }
    CardReply find(const AttemptId& id) override {
        if (broken) return {};
        const auto at = notes.find(id.text());
        return at != notes.end() ? at->second : CardReply{.call = CardCall::answered, .id = id.text()};
    }
    CardReply give_back(const AttemptId& id) override {
        auto& note = notes.at(id.text());
        if (note.standing == CardStanding::booked) left += note.amount;
        note.standing = CardStanding::returned;
        return note;
    }
};

class SeniorCard : public ::testing::Test {
  protected:
    AttemptResult pay(const std::string& id, std::int64_t fen, const std::string& card = "9310000000000001") {
        AttemptRequest request;
        request.id = AttemptId(id);
        request.amount = Money::fen(fen);
        request.code = card;
        return adapter.start(request);
    }
    static Attempt attempt(const std::string& id, std::int64_t fen) {
        Attempt made;
        made.id = AttemptId(id);
        made.amount = Money::fen(fen);
        return made;
    }
    AccountBook book;
    Allowance allowance;
    SeniorCardAdapter adapter{book, &allowance};
};

TEST_F(SeniorCard, OnlineTheServiceDecidesAndTheAllowanceStaysWhole) {
    EXPECT_EQ(pay("A", 1'200).outcome, Outcome::approved);
    EXPECT_EQ(book.balances.at("9310000000000001"), Money::fen(98'800));
    EXPECT_TRUE(allowance.notes.empty());
    EXPECT_EQ(pay("B", 200'000).channel_code, "insufficient");
    book.blocked.insert("9310000000000001");
    const auto refused = pay("C", 100);
    EXPECT_EQ(refused.outcome, Outcome::declined);
    EXPECT_EQ(refused.channel_code, "blocked");
    EXPECT_TRUE(allowance.notes.empty()) << "a refusal is no reason to go offline";
}

TEST_F(SeniorCard, WithoutAConnectionTheAllowanceIsSpent) {
    book.reachable = false;
    const auto paid = pay("A", 1'200);
    EXPECT_EQ(paid.outcome, Outcome::approved);
    EXPECT_EQ(paid.refs.at("offline"), "true");
    EXPECT_EQ(pay("B", 1'200).outcome, Outcome::declined) << "over the limit";
    EXPECT_EQ(adapter.query(attempt("A", 1'200)).outcome, Outcome::approved);
    EXPECT_EQ(adapter.reverse(attempt("A", 1'200)).outcome, ReverseOutcome::reversed);
    EXPECT_EQ(adapter.query(attempt("A", 1'200)).outcome, Outcome::declined);
    EXPECT_EQ(allowance.left, Money::fen(2'000));
}

TEST_F(SeniorCard, ALostAnswerNeverGoesOffline) {
    book.next.lose_answer = true;
    EXPECT_EQ(pay("A", 1'200).outcome, Outcome::unknown);
    EXPECT_TRUE(allowance.notes.empty());
    book.reachable = false;
    EXPECT_EQ(adapter.query(attempt("A", 1'200)).outcome, Outcome::not_sent);
    EXPECT_EQ(adapter.reverse(attempt("A", 1'200)).outcome, ReverseOutcome::unknown) << "nobody could be told";
    book.reachable = true;
    EXPECT_EQ(adapter.query(attempt("A", 1'200)).outcome, Outcome::approved);
}

TEST_F(SeniorCard, AReverseClosesWhatNeverArrived) {
    book.next.lose_request = true;
    EXPECT_EQ(pay("A", 1'200).outcome, Outcome::unknown);
    EXPECT_EQ(adapter.reverse(attempt("A", 1'200)).outcome, ReverseOutcome::not_paid_closed);
    EXPECT_EQ(pay("A", 1'200).outcome, Outcome::declined) << "the late request finds its id closed";
    EXPECT_EQ(book.held("A"), Money());
}

TEST_F(SeniorCard, AnAllowanceThatCannotBeReadGrantsAndAnswersNothing) {
    allowance.broken = true;
    book.reachable = false;
    EXPECT_EQ(pay("A", 1'200).outcome, Outcome::not_sent);
    EXPECT_EQ(adapter.query(attempt("A", 1'200)).outcome, Outcome::unknown);
    EXPECT_EQ(adapter.reverse(attempt("A", 1'200)).outcome, ReverseOutcome::unknown);
}

TEST_F(SeniorCard, TheAnswerMustBeAboutThisBookingAndAmount) {
    book.next.said_more = 1;
    const auto more = pay("A", 1'200);
    EXPECT_EQ(more.outcome, Outcome::unknown);
    EXPECT_EQ(more.refs.at("alarm"), "mismatch");
}

TEST_F(SeniorCard, NeverHandsTheNumberBack) {
    const auto paid = pay("A", 1'200);
    for (const auto& [key, value] : paid.refs) EXPECT_EQ(value.find("93100000"), std::string::npos) << key;
    EXPECT_EQ((paid.channel_code + paid.channel_text).find("93100000"), std::string::npos);
}

}  // namespace
}  // namespace mulin::payment
