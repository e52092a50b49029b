// What every attempt journal keeps (payment/port/attempt_journal.h): the terminal's database and the
// one in memory that the runner's own tests stand on, so that those tests speak for the till.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "payment/base/check.h"
#include "sync/store/terminal_store.h"
#include "tests/support/pay_memory_journal.h"
#include "tests/support/pay_till.h"

namespace mulin::contract {
namespace {

using payment::Attempt;
using payment::AttemptId;
using payment::AttemptJournal;
using payment::ErrorCode;
using payment::Money;
using payment::Outcome;
using payment::Script;
using payment::UtcInstant;
using testing::AttemptShelf;
using ::testing::ElementsAre;
using testing::Fuse;
using ::testing::IsEmpty;
using testing::MemoryAttemptJournal;
using testing::PayTill;
using testing::PowerCut;
using ::testing::UnorderedElementsAreArray;
using S = payment::AttemptState;

constexpr S kStates[] = {S::created,   S::sending,  S::pending,       S::unknown,
                         S::reversing, S::approved, S::declined,      S::not_sent,
                         S::voided,    S::reversed, S::manual_review, S::late_success};

// A place on "disk" and the journal on it; reopen() is a restart of the program.
class Place {
  public:
    virtual ~Place() = default;
    virtual AttemptJournal& journal() = 0;
    virtual void reopen() = 0;
};

class MemoryPlace final : public Place {
    AttemptJournal& journal() override { return *journal_; }
    void reopen() override { journal_ = std::make_unique<MemoryAttemptJournal>(shelf_); }
    AttemptShelf shelf_;
    std::unique_ptr<MemoryAttemptJournal> journal_ = std::make_unique<MemoryAttemptJournal>(shelf_);
};

class StorePlace final : public Place {
  public:
    StorePlace() {
        std::string pattern = ::testing::TempDir() + "mulin-attempts-XXXXXX";
        MULIN_CHECK(::mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        reopen();
    }
    ~StorePlace() override {
        store_.reset();
        std::filesystem::remove_all(folder_);
    }
    AttemptJournal& journal() override { return store_->attempts(); }
    void reopen() override {
        store_.reset();
        auto opened = sync::TerminalStore::open(folder_, clock_, random_);
        MULIN_CHECK(opened.has_value());
        store_ = std::move(*opened);
    }

  private:
    std::string folder_;
    payment::ManualClock clock_{UtcInstant{1'773'114'300'000}};
    payment::SeededRandom random_{1};
    std::unique_ptr<sync::TerminalStore> store_;
};

std::unique_ptr<Place> make_place(const std::string& kind) {
    if (kind == "memory") return std::make_unique<MemoryPlace>();
    return std::make_unique<StorePlace>();
}

Attempt attempt(const std::string& id, const std::string& order, S state = S::created) {
    Attempt made;
    made.id = AttemptId(id);
    made.order_ref = order;
    made.channel = "simulated";
    made.method = "qr";
    made.amount = Money::fen(1234);
    made.state = state;
    made.state_seq = 1;
    made.created = UtcInstant{1'773'114'300'000};
    made.changed = UtcInstant{1'773'114'300'001};
    return made;
}

std::vector<std::string> ids_of(const std::vector<Attempt>& attempts) {
    std::vector<std::string> ids;
    for (const auto& one : attempts) ids.push_back(one.id.text());
    return ids;
}

void expect_same(const Attempt& a, const Attempt& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.order_ref, b.order_ref);
    EXPECT_EQ(a.channel, b.channel);
    EXPECT_EQ(a.method, b.method);
    EXPECT_EQ(a.amount, b.amount);
    EXPECT_EQ(a.state, b.state);
    EXPECT_EQ(a.state_seq, b.state_seq);
    EXPECT_EQ(a.created, b.created);
    EXPECT_EQ(a.changed, b.changed);
    EXPECT_EQ(a.result.outcome, b.result.outcome);
    EXPECT_EQ(a.result.refs, b.result.refs);
    EXPECT_EQ(a.result.discounts, b.result.discounts);
    EXPECT_EQ(a.result.channel_code, b.result.channel_code);
    EXPECT_EQ(a.result.channel_text, b.result.channel_text);
    EXPECT_EQ(a.polls, b.polls);
    EXPECT_EQ(a.code_hash, b.code_hash);
}

class Journal : public ::testing::TestWithParam<const char*> {
  protected:
    void SetUp() override { place = make_place(GetParam()); }
    std::unique_ptr<Place> place;
};

TEST_P(Journal, KeepsEveryFieldOverARestart) {
    ASSERT_TRUE(place->journal().create(attempt("A1", "sale-1")));
    Attempt changed = attempt("A1", "sale-1", S::approved);
    changed.state_seq = 2;
    changed.changed = UtcInstant{1'773'114'301'234};
    changed.polls = 3;
    changed.code_hash = "00ff";
    changed.result.outcome = Outcome::approved;
    changed.result.refs = {{"gateway_number", "G'1\"; --"}, {"till.reason", "排队 (queue)\n"}};
    changed.result.discounts = {{"platform", Money::fen(100)}, {"bank", Money::fen(20)}};
    changed.result.channel_code = "paid";
    changed.result.channel_text = "支付成功";
    ASSERT_TRUE(place->journal().update(changed));
    place->reopen();
    const auto found = place->journal().find(AttemptId("A1"));
    ASSERT_TRUE(found && *found);
    expect_same(**found, changed);
}

TEST_P(Journal, KnowsWhatItDoesNotHave) {
    const auto found = place->journal().find(AttemptId("nobody"));
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->has_value());
    EXPECT_THAT(*place->journal().of_order("nothing"), IsEmpty());
    EXPECT_THAT(*place->journal().unsettled(), IsEmpty());
    EXPECT_FALSE(place->journal().update(attempt("nobody", "sale-1")));
}

TEST_P(Journal, AnIdIsTakenOnce) {
    ASSERT_TRUE(place->journal().create(attempt("A1", "sale-1", S::declined)));
    EXPECT_EQ(place->journal().create(attempt("A1", "sale-2")).error().code, ErrorCode::conflict);
    EXPECT_EQ((*place->journal().find(AttemptId("A1")))->order_ref, "sale-1");
}

TEST_P(Journal, AnOrderHasOneUnsettledAttempt) {
    for (auto state : kStates) {
        const std::string order = std::string("sale-") + payment::attempt_state_name(state);
        ASSERT_TRUE(place->journal().create(attempt("A-" + order, order, state)));
        const auto second = place->journal().create(attempt("B-" + order, order));
        EXPECT_EQ(second.has_value(), payment::is_settled(state)) << order;
        EXPECT_TRUE(second.has_value() || second.error().code == ErrorCode::conflict);
    }
}

TEST_P(Journal, AChangeFollowsTheOneBefore) {
    ASSERT_TRUE(place->journal().create(attempt("A1", "sale-1")));
    Attempt next = attempt("A1", "sale-1", S::sending);
    for (std::int64_t wrong : {-1, 0, 1, 3, 100}) {
        next.state_seq = wrong;
        const auto written = place->journal().update(next);
        ASSERT_FALSE(written) << wrong;
        EXPECT_EQ(written.error().code, ErrorCode::conflict);
    }
    EXPECT_EQ((*place->journal().find(AttemptId("A1")))->state, S::created)
        << "a refused change changes nothing";
    next.state_seq = 2;
    EXPECT_TRUE(place->journal().update(next));
    EXPECT_FALSE(place->journal().update(next)) << "nor is it taken twice";
}

TEST_P(Journal, ListsWhatIsUnsettled) {
    std::vector<std::string> expected;
    for (auto state : kStates) {
        const std::string name = payment::attempt_state_name(state);
        ASSERT_TRUE(place->journal().create(attempt(name, "sale-" + name, state)));
        if (!payment::is_settled(state)) expected.push_back(name);
    }
    place->reopen();
    EXPECT_THAT(ids_of(*place->journal().unsettled()), UnorderedElementsAreArray(expected));
}

TEST_P(Journal, ListsAnOrdersAttempts) {
    ASSERT_TRUE(place->journal().create(attempt("A1", "sale-1", S::declined)));
    ASSERT_TRUE(place->journal().create(attempt("A2", "sale-1", S::approved)));
    ASSERT_TRUE(place->journal().create(attempt("A3", "sale-10", S::approved)));
    EXPECT_THAT(ids_of(*place->journal().of_order("sale-1")), UnorderedElementsAreArray({"A1", "A2"}));
}

TEST_P(Journal, ListsWhatWasGivenUpSince) {
    for (auto state : kStates) {
        Attempt made = attempt(payment::attempt_state_name(state),
                               std::string("sale-") + payment::attempt_state_name(state), state);
        made.changed = UtcInstant{2'000'000'000'000};
        ASSERT_TRUE(place->journal().create(made));
    }
    place->reopen();
    EXPECT_THAT(ids_of(*place->journal().given_up_since(UtcInstant{2'000'000'000'000})),
                UnorderedElementsAreArray({"reversed", "manual_review", "late_success"}));
    EXPECT_THAT(*place->journal().given_up_since(UtcInstant{2'000'000'000'001}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Journals, Journal, ::testing::Values("memory", "terminal_store"),
                         [](const auto& kind) { return std::string(kind.param); });

// ---- The runner's power-cut story told with the terminal's own database.

// Writes to the database, and to the shelf what the database has taken.
class StoreJournal final : public AttemptJournal {
  public:
    StoreJournal(StorePlace& place, AttemptShelf& shelf, Fuse& fuse)
        : place_(place), shelf_(shelf), fuse_(fuse) {
        place_.reopen();
    }
    payment::Status create(const Attempt& attempt) override {
        return write([&] { return place_.journal().create(attempt); }, attempt);
    }
    payment::Status update(const Attempt& attempt) override {
        return write([&] { return place_.journal().update(attempt); }, attempt);
    }
    payment::Result<std::optional<Attempt>> find(const AttemptId& id) override {
        return place_.journal().find(id);
    }
    payment::Result<std::vector<Attempt>> unsettled() override { return place_.journal().unsettled(); }
    payment::Result<std::vector<Attempt>> of_order(const std::string& order) override {
        return place_.journal().of_order(order);
    }
    payment::Result<std::vector<Attempt>> given_up_since(UtcInstant since) override {
        return place_.journal().given_up_since(since);
    }

  private:
    template <class Write>
    payment::Status write(Write do_write, const Attempt& attempt) {
        fuse_.tick();
        const auto written = do_write();
        if (written) shelf_[attempt.id] = attempt;
        fuse_.tick();
        return written;
    }
    StorePlace& place_;
    AttemptShelf& shelf_;
    Fuse& fuse_;
};

class StoredPayments : public ::testing::TestWithParam<int> {};

TEST_P(StoredPayments, ArePaidOnceWhereverTheTillGoesDown) {
    bool cut = true;
    int points = 0;
    for (; cut; ++points) {
        StorePlace place;
        PayTill till(1, {.poll = {.delays_ms = {20'000}, .give_up_ms = 30'000, .watch_ms = {60'000}}});
        till.make_journal = [&](AttemptShelf& shelf, Fuse& fuse) {
            return std::make_unique<StoreJournal>(place, shelf, fuse);
        };
        till.restart();
        till.fuse.left = points;
        cut = false;
        try {
            const auto begun = till.runner->begin(till.charge("sale-1", static_cast<Script>(GetParam())));
            ASSERT_TRUE(begun);
            (void)till.run_until_settled(begun->id);
        } catch (const PowerCut&) {
            cut = true;
        }
        till.fuse.left = -1;
        till.restart();
        ASSERT_TRUE(till.runner->recover());
        ASSERT_TRUE(till.run_until_quiet());
        ASSERT_TRUE(till.paid("sale-1") ||
                    till.runner->begin(till.charge("sale-1", Script::approve)).has_value());
        ASSERT_TRUE(till.run_until_quiet());
        EXPECT_THAT(till.invariants(true), IsEmpty()) << "power cut at point " << points;
        EXPECT_EQ(till.gateway.net_of_order("sale-1"), Money::fen(1200));
    }
    EXPECT_GE(points, 9);
}

INSTANTIATE_TEST_SUITE_P(Scripts, StoredPayments, ::testing::Range(0, 13),
                         [](const auto& script) { return "script" + std::to_string(script.param); });

}  // namespace
}  // namespace mulin::contract
