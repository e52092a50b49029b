// What the refund runner relies on in a journal, said once and asked of both: the one in memory, and the
// terminal's database.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "payment/base/check.h"
#include "sync/store/terminal_store.h"
#include "tests/support/pay_memory_refunds.h"

namespace mulin::contract {
namespace {

using namespace mulin::testing;
using payment::AttemptId;
using payment::ErrorCode;
using payment::Money;
using payment::Refund;
using payment::RefundId;
using payment::RefundJournal;
using State = payment::RefundState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

constexpr State kRefundStates[] = {State::created,  State::sending, State::processing, State::unknown,
                               State::refunded, State::refused, State::voided,     State::manual_review};

class RefundPlace {
  public:
    virtual ~RefundPlace() = default;
    virtual RefundJournal& journal() = 0;
    virtual void reopen() = 0;
};

class MemoryRefundPlace final : public RefundPlace {
    RefundJournal& journal() override { return *journal_; }
    void reopen() override { journal_ = std::make_unique<MemoryRefundJournal>(shelf_); }
    RefundShelf shelf_;
    std::unique_ptr<MemoryRefundJournal> journal_ = std::make_unique<MemoryRefundJournal>(shelf_);
};

class StoreRefundPlace final : public RefundPlace {
  public:
    StoreRefundPlace() {
        std::string pattern = ::testing::TempDir() + "mulin-refunds-XXXXXX";
        MULIN_CHECK(::mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        reopen();
    }
    ~StoreRefundPlace() override {
        store_.reset();
        std::filesystem::remove_all(folder_);
    }
    RefundJournal& journal() override { return store_->refund_tasks(); }
    void reopen() override {
        store_.reset();
        auto opened = sync::TerminalStore::open(folder_, clock_, random_);
        MULIN_CHECK(opened.has_value());
        store_ = std::move(*opened);
    }

  private:
    std::string folder_;
    payment::ManualClock clock_{payment::UtcInstant{1'773'114'300'000}};
    payment::SeededRandom random_{1};
    std::unique_ptr<sync::TerminalStore> store_;
};

Refund refund(const std::string& id, std::int64_t fen, State state = State::created, const std::string& attempt = "A1") {
    Refund made;
    made.id = RefundId(id);
    made.attempt = AttemptId(attempt);
    made.order_ref = "sale-1";
    made.channel = "simulated";
    made.attempt_amount = Money::fen(1000);
    made.amount = Money::fen(fen);
    made.reason = "退菜";
    made.approver = "M1";
    made.state = state;
    made.state_seq = 1;
    made.created = {1'773'114'300'000};
    made.changed = {1'773'114'300'001};
    return made;
}

std::vector<std::string> ids_of(const payment::Result<std::vector<Refund>>& refunds) {
    std::vector<std::string> ids;
    for (const auto& one : *refunds) ids.push_back(one.id.text());
    return ids;
}

class RefundJournals : public ::testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        if (std::string(GetParam()) == "memory") place_ = std::make_unique<MemoryRefundPlace>();
        if (!place_) place_ = std::make_unique<StoreRefundPlace>();
    }
    RefundJournal& journal() { return place_->journal(); }
    std::unique_ptr<RefundPlace> place_;
};

TEST_P(RefundJournals, KeepEveryFieldOverARestart) {
    ASSERT_TRUE(journal().create(refund("R1", 300)));
    Refund changed = refund("R1", 300, State::manual_review);
    changed.state_seq = 2;
    changed.changed = {1'773'114'301'234};
    changed.refunded_before = Money();
    changed.sends = 2;
    changed.polls = 3;
    changed.result.outcome = payment::RefundOutcome::processing;
    changed.result.refs = {{"refund_number", "G'1\"; --"}, {"till.reason", "排队\n"}};
    changed.result.channel_code = "WAIT";
    changed.result.channel_text = "退款处理中";
    ASSERT_TRUE(journal().update(changed));
    place_->reopen();
    const auto found = journal().find(RefundId("R1"));
    ASSERT_TRUE(found && *found);
    const Refund& kept = **found;
    EXPECT_EQ(kept.attempt, changed.attempt);
    EXPECT_EQ(kept.order_ref, changed.order_ref);
    EXPECT_EQ(kept.channel, changed.channel);
    EXPECT_EQ(kept.attempt_amount, changed.attempt_amount);
    EXPECT_EQ(kept.amount, changed.amount);
    EXPECT_EQ(kept.cause, changed.cause);
    EXPECT_EQ(kept.reason, changed.reason);
    EXPECT_EQ(kept.approver, changed.approver);
    EXPECT_EQ(kept.state, changed.state);
    EXPECT_EQ(kept.state_seq, 2);
    EXPECT_EQ(kept.created, changed.created);
    EXPECT_EQ(kept.changed, changed.changed);
    EXPECT_EQ(kept.sends, 2);
    EXPECT_EQ(kept.polls, 3);
    EXPECT_EQ(kept.result.outcome, changed.result.outcome);
    EXPECT_EQ(kept.result.refs, changed.result.refs);
    EXPECT_EQ(kept.result.channel_code, "WAIT");
    EXPECT_EQ(kept.result.channel_text, "退款处理中");
}

TEST_P(RefundJournals, KnowWhatTheyDoNotHave) {
    const auto found = journal().find(RefundId("nobody"));
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->has_value());
    EXPECT_THAT(*journal().of_attempt(AttemptId("A1")), IsEmpty());
    EXPECT_FALSE(journal().update(refund("nobody", 1)));
}

TEST_P(RefundJournals, AnIdIsTakenOnce) {
    ASSERT_TRUE(journal().create(refund("R1", 100)));
    EXPECT_EQ(journal().create(refund("R1", 100, State::created, "A2")).error().code, ErrorCode::conflict);
}

TEST_P(RefundJournals, NeverPromiseMoreThanWasPaid) {
    for (const auto state : kRefundStates) {
        const std::string attempt = std::string("A-") + payment::refund_state_name(state);
        ASSERT_TRUE(journal().create(refund("R1-" + attempt, 700, state, attempt)));
        const auto second = journal().create(refund("R2-" + attempt, 301, State::created, attempt));
        EXPECT_EQ(second.has_value(), !payment::counts(state)) << attempt;
        EXPECT_TRUE(second.has_value() || second.error().code == ErrorCode::refused);
        EXPECT_EQ(journal().create(refund("R3-" + attempt, 300, State::created, attempt)).has_value(), true) << attempt;
    }
}

TEST_P(RefundJournals, AChangeFollowsTheOneBefore) {
    ASSERT_TRUE(journal().create(refund("R1", 300)));
    Refund next = refund("R1", 300, State::sending);
    for (const std::int64_t wrong : {-1, 0, 1, 3}) {
        next.state_seq = wrong;
        const auto written = journal().update(next);
        ASSERT_FALSE(written) << wrong;
        EXPECT_EQ(written.error().code, ErrorCode::conflict);
    }
    next.state_seq = 2;
    EXPECT_TRUE(journal().update(next));
    EXPECT_FALSE(journal().update(next)) << "nor is it taken twice";
}

TEST_P(RefundJournals, ListWhatIsUnsettledAndWhatAPersonMustSee) {
    std::vector<std::string> expected;
    for (const auto state : kRefundStates) {
        const std::string name = payment::refund_state_name(state);
        ASSERT_TRUE(journal().create(refund(name, 10, state, "A-" + name)));
        if (!payment::is_settled(state)) expected.push_back(name);
    }
    place_->reopen();
    EXPECT_THAT(ids_of(journal().unsettled()), UnorderedElementsAreArray(expected));
    EXPECT_THAT(ids_of(journal().under_review()), ElementsAre("manual_review"));
    EXPECT_THAT(ids_of(journal().of_attempt(AttemptId("A-refunded"))), ElementsAre("refunded"));
}

INSTANTIATE_TEST_SUITE_P(Both, RefundJournals, ::testing::Values("memory", "terminal_store"),
                         [](const auto& kind) { return std::string(kind.param); });

}  // namespace
}  // namespace mulin::contract
