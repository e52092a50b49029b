// Random lunches: random scripts, network faults, power cuts, impatient cashiers; then everything is
// mended and must come to rest with journal and channel agreeing. And the controls: parts that break
// a rule on purpose, which the same lunches must catch.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "payment/port/runner.h"
#include "tests/support/pay_till.h"

namespace mulin::payment {
namespace {

using mulin::testing::AttemptShelf;
using mulin::testing::code_for;
using mulin::testing::Fuse;
using mulin::testing::MemoryAttemptJournal;
using mulin::testing::PayTill;
using mulin::testing::PowerCut;
using ::testing::IsEmpty;
using S = AttemptState;
using Fault = SimulatedGateway::Fault;

constexpr int kScriptCount = static_cast<int>(Script::request_late) + 1;

class Lunch {
  public:
    explicit Lunch(std::uint64_t seed) : till(seed), dice_(seed * 7919 + 1), fault_percent_(dice_.below(40)) {
        till.gateway.set_faults([this](const char*) { return draw_fault(); });
    }

    std::set<std::string> serve() {
        std::set<std::string> broken;
        for (int i = 0; i < 60; ++i) {
            try {
                act();
            } catch (const PowerCut&) {
                come_back();
            }
            for (auto& word : till.invariants(false)) broken.insert(std::move(word));
        }
        till.gateway.set_faults(nullptr);
        till.fuse.left = -1;
        till.restart();
        (void)till.runner->recover();
        if (!till.run_until_quiet(20'000)) broken.insert("never comes to rest");
        for (auto& word : till.invariants(true)) broken.insert(std::move(word));
        return broken;
    }

    PayTill till;
    std::function<void()> before_recovery;  // for controls
    std::set<S> reached;
    int power_cuts = 0;

  private:
    Fault draw_fault() {
        if (dice_.below(100) >= fault_percent_) return Fault::none;
        return static_cast<Fault>(1 + dice_.below(4));
    }

    void come_back() {
        ++power_cuts;
        for (;;) {
            till.fuse.left = dice_.below(3) == 0 ? static_cast<int>(dice_.below(12)) : -1;
            till.restart();
            try {
                if (before_recovery) before_recovery();
                (void)till.runner->recover();
                return;
            } catch (const PowerCut&) {
                ++power_cuts;
            }
        }
    }

    const Attempt* open_attempt(const std::string& order) const {
        for (const auto& [id, attempt] : till.shelf) {
            if (attempt.order_ref == order && !is_settled(attempt.state)) return &attempt;
        }
        return nullptr;
    }

    void act() {
        const std::string order = "sale-" + std::to_string(dice_.below(3));
        if (dice_.below(8) == 0) till.fuse.left = static_cast<int>(dice_.below(10));
        const Attempt* open = open_attempt(order);
        const AttemptId id = open != nullptr ? open->id : AttemptId();
        switch (dice_.below(10)) {
            case 0:
                if (open != nullptr) (void)till.runner->give_up(id);
                break;
            case 1:
                if (open != nullptr) (void)till.runner->query_now(id);
                break;
            case 2:
                if (open != nullptr && dice_.below(6) == 0)
                    (void)till.runner->set_aside(id, "staff-2", "queue");
                break;
            case 3:
                undo_something();
                break;
            case 4:
            case 5:
                wait();
                break;
            default:
                scan(order);
                break;
        }
        for (const auto& [other, attempt] : till.shelf) reached.insert(attempt.state);
    }

    // Also when a payment is open: the runner must refuse.
    void scan(const std::string& order) {
        (void)till.runner->begin(till.charge(order, static_cast<Script>(dice_.below(kScriptCount))));
    }

    void wait() {
        till.clock.advance_ms(static_cast<std::int64_t>(dice_.below(30'000)));
        for (const auto& id : till.runner->due()) (void)till.runner->step(id);
    }

    void undo_something() {
        for (const auto& [id, attempt] : till.shelf) {
            if (attempt.state != S::approved || dice_.below(12) != 0) continue;
            const AttemptId chosen = id;
            (void)till.runner->undo(chosen);
            return;
        }
    }

    SeededRandom dice_;
    std::uint64_t fault_percent_;
};

TEST(RandomLunch, JournalAndChannelAgreeInTheEnd) {
    std::set<S> reached;
    int power_cuts = 0;
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
        Lunch lunch(seed);
        ASSERT_THAT(lunch.serve(), IsEmpty()) << "seed " << seed;
        reached.insert(lunch.reached.begin(), lunch.reached.end());
        power_cuts += lunch.power_cuts;
    }
    EXPECT_GT(power_cuts, 1'000) << "the power was really cut";
    for (auto state : {S::approved, S::declined, S::pending, S::unknown, S::reversing, S::reversed, S::voided,
                       S::not_sent, S::manual_review, S::late_success}) {
        EXPECT_EQ(reached.count(state), 1U) << attempt_state_name(state) << " was never reached";
    }
}

TEST(RandomLunch, IsTheSameForTheSameSeed) {
    const auto story = [](std::uint64_t seed) {
        Lunch lunch(seed);
        (void)lunch.serve();
        std::string text;
        for (const auto& attempt : lunch.till.history) {
            text +=
                attempt.id.text() + attempt_state_name(attempt.state) + to_rfc3339(attempt.changed) + "\n";
        }
        return text;
    };
    EXPECT_EQ(story(42), story(42));
    EXPECT_NE(story(42), story(43));
}

// I6: a payer's code is neither in the journal nor in anything shown.
TEST(RandomLunch, NoCodeIsKept) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Lunch lunch(seed);
        (void)lunch.serve();
        for (const auto& attempt : lunch.till.history) {
            std::string all = attempt.id.text() + attempt.order_ref + attempt.code_hash +
                              attempt.result.channel_code + attempt.result.channel_text;
            for (const auto& [key, value] : attempt.result.refs) all += key + value;
            EXPECT_EQ(all.find(code_for(Script::approve).substr(0, 10)), std::string::npos);
        }
    }
}

// ---- Controls: each breaks one rule on purpose, and the lunches above must notice.

class BrokenAdapter : public Adapter {
  public:
    explicit BrokenAdapter(Adapter& inner) : inner_(inner) {}
    std::string name() const override { return inner_.name(); }
    Capabilities capabilities() const override { return inner_.capabilities(); }
    AttemptResult start(const AttemptRequest& request) override { return inner_.start(request); }
    AttemptResult query(const Attempt& attempt) override { return inner_.query(attempt); }
    ReverseResult reverse(const Attempt& attempt) override { return inner_.reverse(attempt); }

  protected:
    Adapter& inner_;
};

// Sends again when no answer came.
class Resends final : public BrokenAdapter {
    using BrokenAdapter::BrokenAdapter;
    AttemptResult start(const AttemptRequest& request) override {
        const AttemptResult first = inner_.start(request);
        return first.outcome == Outcome::unknown ? inner_.start(request) : first;
    }
};

// Takes silence for a refusal.
class SilenceIsNo final : public BrokenAdapter {
    using BrokenAdapter::BrokenAdapter;
    AttemptResult start(const AttemptRequest& request) override {
        AttemptResult result = inner_.start(request);
        if (result.outcome == Outcome::unknown) result.outcome = Outcome::declined;
        return result;
    }
};

// Takes "no such payment" for "not paid".
class NotFoundIsNo final : public BrokenAdapter {
    using BrokenAdapter::BrokenAdapter;
    AttemptResult query(const Attempt& attempt) override {
        AttemptResult result = inner_.query(attempt);
        if (result.channel_code == "not_found") result.outcome = Outcome::declined;
        return result;
    }
};

// Takes a wait for a yes.
class WaitingIsYes final : public BrokenAdapter {
    using BrokenAdapter::BrokenAdapter;
    AttemptResult start(const AttemptRequest& request) override {
        AttemptResult result = inner_.start(request);
        if (result.outcome == Outcome::pending) result.outcome = Outcome::approved;
        return result;
    }
};

// Takes a reverse without an answer for done.
class SilenceIsReversed final : public BrokenAdapter {
    using BrokenAdapter::BrokenAdapter;
    ReverseResult reverse(const Attempt& attempt) override {
        ReverseResult result = inner_.reverse(attempt);
        if (result.outcome == ReverseOutcome::unknown) result.outcome = ReverseOutcome::reversed;
        return result;
    }
    // And nobody looks for late successes.
    Capabilities capabilities() const override {
        Capabilities can = inner_.capabilities();
        can.poll.watch_ms.clear();
        return can;
    }
};

// A journal that says "durable" while the record is only in memory: a power cut loses it.
class LazyJournal final : public MemoryAttemptJournal {
  public:
    LazyJournal(AttemptShelf& disk, Fuse& fuse)
        : MemoryAttemptJournal(memory_, &fuse), disk_(disk), memory_(disk) {}
    Status create(const Attempt& attempt) override {
        return flush_later(MemoryAttemptJournal::create(attempt));
    }
    Status update(const Attempt& attempt) override {
        return flush_later(MemoryAttemptJournal::update(attempt));
    }

  private:
    Status flush_later(Status status) {
        if (++writes_ % 4 == 0) disk_ = memory_;
        return status;
    }
    AttemptShelf& disk_;
    AttemptShelf memory_;
    int writes_ = 0;
};

// A journal that hides what is open, so that the runner starts a second payment: a blind repeat.
class ForgetfulJournal final : public MemoryAttemptJournal {
  public:
    ForgetfulJournal(AttemptShelf& shelf, Fuse& fuse) : MemoryAttemptJournal(shelf, &fuse) {}
    Status create(const Attempt& attempt) override {
        shelf_[attempt.id] = attempt;
        return ok();
    }
    Result<std::vector<Attempt>> of_order(const std::string&) override { return std::vector<Attempt>{}; }
};

// How many of these lunches notice, and in which words.
template <class Break>
std::string noticed(Break break_it, int lunches = 150) {
    std::string words;
    for (int seed = 1; seed <= lunches; ++seed) {
        Lunch lunch(static_cast<std::uint64_t>(seed));
        [[maybe_unused]] const auto kept_alive = break_it(lunch.till);
        lunch.till.restart();
        for (const auto& word : lunch.serve()) words += word + "\n";
    }
    return words;
}

template <class Broken>
std::string noticed_adapter() {
    return noticed([](PayTill& till) {
        auto broken = std::make_unique<Broken>(till.fused);
        till.adapter = broken.get();
        return broken;
    });
}

using ::testing::HasSubstr;

TEST(RandomLunchControl, SendingAgainIsCaught) { EXPECT_THAT(noticed_adapter<Resends>(), HasSubstr("I4")); }
TEST(RandomLunchControl, SilenceTakenForNoIsCaught) {
    EXPECT_THAT(noticed_adapter<SilenceIsNo>(), HasSubstr("I3"));
}
TEST(RandomLunchControl, NotFoundTakenForNotPaidIsCaught) {
    EXPECT_THAT(noticed_adapter<NotFoundIsNo>(), HasSubstr("I3"));
}
TEST(RandomLunchControl, WaitingTakenForYesIsCaught) {
    EXPECT_THAT(noticed_adapter<WaitingIsYes>(), HasSubstr("I2"));
}
TEST(RandomLunchControl, SilenceTakenForReversedIsCaught) {
    EXPECT_THAT(noticed_adapter<SilenceIsReversed>(), HasSubstr("I3"));
}

// A program start that sends again what was being sent when the power went.
TEST(RandomLunchControl, SendingAgainAfterARestartIsCaught) {
    std::set<std::string> words;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        Lunch lunch(seed);
        lunch.before_recovery = [&] {
            for (const auto& [id, attempt] : lunch.till.shelf) {
                if (attempt.state != S::sending) continue;
                (void)lunch.till.simulated.start(
                    {id, attempt.order_ref, attempt.amount, code_for(Script::approve), 0, attempt.method});
            }
        };
        for (const auto& word : lunch.serve()) words.insert(word.substr(0, 2));
    }
    EXPECT_EQ(words.count("I4"), 1U);
}

TEST(RandomLunchControl, AJournalThatIsNotDurableIsCaught) {
    const auto words = noticed([](PayTill& till) {
        till.make_journal = [](AttemptShelf& shelf, Fuse& fuse) {
            return std::make_unique<LazyJournal>(shelf, fuse);
        };
        return 0;
    });
    EXPECT_THAT(words, HasSubstr("I3"));
}

TEST(RandomLunchControl, ASecondPaymentBesideAnOpenOneIsCaught) {
    const auto words = noticed([](PayTill& till) {
        till.make_journal = [](AttemptShelf& shelf, Fuse& fuse) {
            return std::make_unique<ForgetfulJournal>(shelf, fuse);
        };
        return 0;
    });
    EXPECT_THAT(words, HasSubstr("two unsettled attempts"));
    EXPECT_THAT(words, HasSubstr("I1"));
}

}  // namespace
}  // namespace mulin::payment
