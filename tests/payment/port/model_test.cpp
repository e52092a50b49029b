// Random histories over the runner and the refund runner, in virtual time, against a channel that is only a
// ledger: payments that wait, answers that are lost, late or doubtful, reverses that are refused, refunds
// that hang, power cuts between any two steps, full disks, impatient people. Every other history has several
// sales whose calls are carried elsewhere: made in any order, answered in any order, and forgotten by a power
// cut before or after the channel has had them. Then all is mended, and at rest
//   I1  captured money is nothing or the order's amount, else a row waits for a person,
//   I2  nothing was ever shown as paid that the channel had not taken,
//   I3  everything the channel holds is known to the till,
//   I4  no start twice under one id, no refund twice under one id,
//   I6  no code in anything kept.
// MULIN_HISTORIES sets how many; the default is 200,000, a tenth in a build for debugging.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "payment/port/refund_runner.h"
#include "payment/port/runner.h"
#include "payment/port/transition.h"
#include "tests/support/pay_memory_refunds.h"

namespace mulin::payment {
namespace {

using mulin::testing::AttemptShelf;
using mulin::testing::Fuse;
using mulin::testing::MemoryAttemptJournal;
using mulin::testing::MemoryRefundJournal;
using mulin::testing::PowerCut;
using mulin::testing::RefundShelf;
using S = AttemptState;

const Money kPrice = Money::fen(1500);
constexpr const char* kCode = "134567890123456789";

// The far side: what is true of each payment, and dice for what is heard of it.
class FarSide {
  public:
    struct Payment {
        int starts = 0;
        bool paid = false, refused = false, closed = false;
        std::int64_t held = 0;
        std::set<std::string> refunds;
        bool refund_twice = false;
    };
    explicit FarSide(Random& dice) : dice_(dice) {}
    bool chance(int percent) { return !calm && dice_.below(100) < static_cast<std::uint64_t>(percent); }

    std::map<std::string, Payment> payments;
    bool calm = false;  // all is mended: every answer is heard, nobody types any more
    Random& dice_;
};

class ModelAdapter final : public Adapter {
  public:
    ModelAdapter(FarSide& far, Capabilities can, Fuse& fuse) : far_(far), can_(std::move(can)), fuse_(fuse) {}
    std::string name() const override { return "model"; }
    Capabilities capabilities() const override { return can_; }

    AttemptResult start(const AttemptRequest& request) override {
        fuse_.tick();
        if (far_.chance(8)) return {.outcome = Outcome::not_sent};
        auto& payment = far_.payments[request.id.text()];
        ++payment.starts;
        if (far_.chance(12)) return {};  // lost on the way there
        decide(payment, request.amount);
        fuse_.tick();
        if (far_.chance(20)) return {};
        return told(payment);
    }
    AttemptResult query(const Attempt& attempt) override {
        fuse_.tick();
        auto& payment = far_.payments[attempt.id.text()];
        if (far_.chance(20)) return {};
        if (!payment.paid && !payment.refused && !payment.closed && payment.starts > 0 && far_.chance(40))
            decide(payment, attempt.amount);
        // Closed, and the payer pays all the same.
        if (payment.closed && !payment.paid && payment.starts > 0 && far_.chance(4)) take(payment, attempt.amount);
        if (far_.chance(10)) return {};
        return told(payment);
    }
    ReverseResult reverse(const Attempt& attempt) override {
        fuse_.tick();
        if (far_.chance(15)) return {};
        if (far_.chance(15)) return {.outcome = ReverseOutcome::refused_retry};
        auto& payment = far_.payments[attempt.id.text()];
        if (payment.paid && far_.chance(8)) return {.outcome = ReverseOutcome::too_late};
        const bool was_paid = payment.held > 0;
        payment.held = 0;
        payment.closed = true;
        payment.paid = false;
        fuse_.tick();
        if (far_.chance(15)) return {};
        return {.outcome = was_paid ? ReverseOutcome::reversed : ReverseOutcome::not_paid_closed};
    }
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override {
        fuse_.tick();
        if (far_.chance(8)) return {.outcome = RefundOutcome::not_sent};
        auto& payment = far_.payments[paid.id.text()];
        const bool again = payment.refunds.contains(request.id.text());
        if (again && !can_.refund_repeatable) payment.refund_twice = true;
        if (!again && (request.amount.in_fen() > payment.held || far_.chance(5))) return {.outcome = RefundOutcome::refused};
        if (!again && far_.chance(15)) return {};  // lost on the way there
        if (!again) {
            payment.refunds.insert(request.id.text());
            payment.held -= request.amount.in_fen();
        }
        fuse_.tick();
        if (far_.chance(20)) return {};
        return {.outcome = far_.chance(20) ? RefundOutcome::processing : RefundOutcome::refunded};
    }
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override {
        fuse_.tick();
        if (far_.chance(20)) return {};
        const bool done = far_.payments[paid.id.text()].refunds.contains(request.id.text());
        return {.outcome = done ? RefundOutcome::refunded : RefundOutcome::unknown};
    }

  private:
    void take(FarSide::Payment& payment, Money amount) {
        payment.paid = true;
        payment.held = amount.in_fen();
    }
    void decide(FarSide::Payment& payment, Money amount) {
        if (payment.closed) return;
        if (far_.calm || far_.dice_.below(10) < 6) take(payment, amount);
        else if (far_.dice_.below(10) < 4) payment.refused = true;
    }
    static AttemptResult told(const FarSide::Payment& payment) {
        if (payment.paid) return {.outcome = Outcome::approved};
        if (payment.refused || payment.closed) return {.outcome = Outcome::declined};
        return {.outcome = payment.starts > 0 ? Outcome::pending : Outcome::unknown};
    }
    FarSide& far_;
    Capabilities can_;
    Fuse& fuse_;
};

// A journal whose writes come after what they should come before.
class LateJournal final : public MemoryAttemptJournal {
  public:
    LateJournal(AttemptShelf& disk, Fuse& fuse) : MemoryAttemptJournal(memory_, &fuse), disk_(disk), memory_(disk) {}
    Status create(const Attempt& attempt) override { return then_flush(MemoryAttemptJournal::create(attempt), attempt); }
    Status update(const Attempt& attempt) override { return then_flush(MemoryAttemptJournal::update(attempt), attempt); }

  private:
    // "Sending" reaches the disk only with the answer.
    Status then_flush(Status status, const Attempt& attempt) {
        if (attempt.state != S::created && attempt.state != S::sending) disk_ = memory_;
        return status;
    }
    AttemptShelf& disk_;
    AttemptShelf memory_;
};

struct Tally {
    std::map<std::pair<S, S>, std::int64_t> moves;
    std::map<std::pair<RefundState, RefundState>, std::int64_t> refund_moves;
    std::int64_t power_cuts = 0, full_disks = 0, late = 0, reviews = 0, histories = 0;
    std::int64_t overtaken = 0;  // answers heard before that of an earlier call
    std::int64_t forgotten = 0;  // answers that a power cut came before
};

class History {
  public:
    History(std::uint64_t seed, Tally& tally, bool write_after_send = false)
        : dice_(seed), ids_dice_(seed + 1), far_(dice_), tally_(tally), late_journal_(write_after_send), carried_(seed % 2 == 0) {
        can_.query = true;
        can_.reverse = dice_.below(5) != 0;
        can_.refund = dice_.below(3) != 0;
        can_.refund_partial = can_.refund && dice_.below(2) == 0;
        can_.refund_query = dice_.below(2) == 0;
        can_.refund_repeatable = dice_.below(2) == 0;
        can_.poll = {.delays_ms = {5'000, 20'000}, .give_up_ms = 45'000, .reverse_not_before_ms = 15'000,
                     .reverse_first_ms = 2'000, .reverse_longest_ms = 4 * 3'600'000, .watch_ms = {60'000, 3'600'000}};
        adapter_.emplace(far_, can_, fuse_);
        begin_anew();
    }

    std::string run() {
        for (int i = 0; i < 14 && problem_.empty(); ++i) {
            try {
                something_happens();
            } catch (const PowerCut&) {
                power_returns();
            }
        }
        far_.calm = true;
        fuse_.left = -1;
        begin_anew();
        (void)runner_->recover(dice_.below(2) == 0 ? Runner::Asking::later : Runner::Asking::now);
        (void)refund_runner_->recover();
        carry_on(true);
        if (!comes_to_rest()) return "never comes to rest";
        return problem_.empty() ? judge() : problem_;
    }

  private:
    void begin_anew() {
        runner_.reset();
        refund_runner_.reset();
        if (late_journal_) journal_ = std::make_unique<LateJournal>(shelf_, fuse_);
        else journal_ = std::make_unique<MemoryAttemptJournal>(shelf_, &fuse_);
        journal_->fault = [this](int) {
            if (!far_.chance(1)) return MemoryAttemptJournal::Fault::none;
            ++tally_.full_disks;
            return dice_.below(2) == 0 ? MemoryAttemptJournal::Fault::fail_before : MemoryAttemptJournal::Fault::fail_after;
        };
        refund_journal_ = std::make_unique<MemoryRefundJournal>(refunds_, &fuse_);
        refund_journal_->fails = [this](int) { return far_.chance(1); };
        refund_runner_ = std::make_unique<RefundRunner>(*refund_journal_, *journal_, clock_, ids_, std::vector<Adapter*>{&*adapter_},
                                                        [this](const Refund& refund) { seen(refund); });
        RunnerSettings settings;
        settings.code_key = "key";
        settings.observe = [this](const Attempt& attempt) { seen(attempt); };
        settings.refunds = refund_runner_.get();
        runner_ = std::make_unique<Runner>(*journal_, clock_, ids_, std::vector<Adapter*>{&*adapter_}, std::move(settings));
        // What an approval completes is written with it, alone, or nobody knows.
        runner_->complete_with([this](const Attempt& approved) { return dice_.below(2) == 0 && journal_->update(approved).has_value(); });
        tally_.forgotten += static_cast<std::int64_t>(answers_.size());
        calls_.clear();
        answers_.clear();
        if (!carried_) return;
        const auto carry = [this](ChannelCall call) { calls_.push_back(std::move(call)); };
        runner_->carry_calls(carry);
        refund_runner_->carry_calls(carry);
    }

    template <class T>
    T take_any(std::vector<T>& from) {
        const auto at = from.begin() + static_cast<std::ptrdiff_t>(dice_.below(from.size()));
        T one = std::move(*at);
        from.erase(at);
        return one;
    }
    // Calls are made and answers heard, some or all of them.
    void carry_on(bool all) {
        while (!calls_.empty() || !answers_.empty()) {
            const auto what = dice_.below(all ? 2 : 4);
            if (what == 0 && !calls_.empty()) {
                const ChannelCall call = take_any(calls_);
                auto answer = carry_out(call);
                answers_.emplace_back(call, std::move(answer));
            } else if (what == 1 && !answers_.empty()) {
                hear(take_any(answers_));
            } else if (what > 1) {
                return;
            }
        }
    }
    void hear(std::pair<ChannelCall, ChannelAnswer> one) {
        for (const auto& [call, answer] : answers_) tally_.overtaken += call.attempt.created < one.first.attempt.created ? 1 : 0;
        if (std::holds_alternative<RefundResult>(one.second)) (void)refund_runner_->heard(one.first, std::move(one.second));
        else (void)runner_->heard(one.first, std::move(one.second));
    }

    void power_returns() {
        for (;;) {
            ++tally_.power_cuts;
            fuse_.left = dice_.below(4) == 0 ? static_cast<int>(dice_.below(8)) : -1;
            begin_anew();
            try {
                (void)runner_->recover();
                (void)refund_runner_->recover();
                fuse_.left = -1;
                return;
            } catch (const PowerCut&) {
            }
        }
    }

    void something_happens() {
        fuse_.left = dice_.below(6) == 0 ? static_cast<int>(dice_.below(9)) : -1;
        carry_on(false);
        const Attempt* open = nullptr;
        const Attempt* paid = nullptr;
        for (const auto& [id, attempt] : shelf_) {
            if (!is_settled(attempt.state) && (open == nullptr || dice_.below(2) == 0)) open = &attempt;
            if (attempt.state == S::approved && (paid == nullptr || dice_.below(2) == 0)) paid = &attempt;
        }
        const auto what = dice_.below(16);
        if (what < 6) pay();
        else if (what < 10) pass(static_cast<std::int64_t>(dice_.below(40'000)));
        else if (what == 10 && open != nullptr) (void)runner_->give_up(AttemptId(open->id));
        else if (what == 11 && open != nullptr) (void)runner_->query_now(AttemptId(open->id));
        else if (what == 12 && open != nullptr && dice_.below(4) == 0) (void)runner_->set_aside(AttemptId(open->id), "staff-2", "queue");
        else if (what == 13 && paid != nullptr && dice_.below(4) == 0) (void)runner_->undo(AttemptId(paid->id));
        else if (what == 14 && paid != nullptr) refund(*paid);
        else pass(static_cast<std::int64_t>(dice_.below(5'000'000)));
        fuse_.left = -1;
    }

    void pay() {
        Charge charge;
        charge.order_ref = "sale-" + std::to_string(carried_ ? dice_.below(3) : 0);
        charge.order_total = kPrice;
        charge.method = "qr";
        charge.channel = "model";
        charge.amount = kPrice;
        charge.code = kCode;
        (void)runner_->begin(charge);
    }
    void refund(const Attempt& paid) {
        const Money part = dice_.below(2) == 0 ? kPrice : Money::fen(1 + dice_.below(1'500));
        (void)refund_runner_->begin({AttemptId(paid.id), part, "soup", "staff-2"});
    }
    void pass(std::int64_t ms) {
        clock_.advance_ms(ms);
        for (const auto& id : runner_->due()) (void)runner_->step(id);
        for (const auto& id : refund_runner_->due()) (void)refund_runner_->step(id);
        carry_on(far_.calm);
    }
    bool comes_to_rest() {
        for (int i = 0; i < 3'000; ++i) {
            auto next = runner_->next_due();
            const auto refund = refund_runner_->next_due();
            if (refund && (!next || *refund < *next)) next = refund;
            if (!next) return true;
            pass(std::max<std::int64_t>(0, next->ms - clock_.monotonic().ms));
        }
        return false;
    }

    void seen(const Attempt& attempt) {
        auto [at, fresh] = last_.try_emplace(attempt.id.text(), S::created);
        if (!fresh) {
            ++tally_.moves[{at->second, attempt.state}];
            at->second = attempt.state;
        }
        if (attempt.state == S::late_success) ++tally_.late;
        if (attempt.state == S::approved) {
            const auto& payment = far_.payments[attempt.id.text()];
            if (!payment.paid || attempt.amount != kPrice) problem_ = "I2: shown as paid, and the channel has not taken it";
        }
        std::string kept = attempt.code_hash + attempt.result.channel_code + attempt.result.channel_text;
        for (const auto& [key, value] : attempt.result.refs) kept += value;
        if (kept.find(kCode) != std::string::npos) problem_ = "I6: the code is kept";
    }
    void seen(const Refund& refund) {
        auto [at, fresh] = last_refund_.try_emplace(refund.id.text(), RefundState::created);
        if (fresh) return;
        ++tally_.refund_moves[{at->second, refund.state}];
        at->second = refund.state;
    }

    // What each sale has, and what the channel holds for it.
    struct Books {
        std::int64_t captured = 0, refunded = 0, approved = 0;
        bool reviewed = false;
    };

    std::string judge() {
        ++tally_.histories;
        std::map<std::string, Books> sales;
        for (const auto& [id, attempt] : shelf_) {
            if (!is_settled(attempt.state)) return "not settled at rest";
            Books& sale = sales[attempt.order_ref];
            sale.reviewed = sale.reviewed || attempt.state == S::manual_review || attempt.state == S::late_success;
            sale.approved += attempt.state == S::approved ? 1 : 0;
        }
        for (const auto& [id, refund] : refunds_) {
            if (!is_settled(refund.state)) return "a refund is not settled at rest";
            Books& sale = sales[refund.order_ref];
            sale.reviewed = sale.reviewed || refund.state == RefundState::manual_review;
            if (refund.state == RefundState::refunded && shelf_.at(refund.attempt).state == S::approved)
                sale.refunded += refund.amount.in_fen();
        }
        for (const auto& [id, payment] : far_.payments) {
            if (payment.starts > 1) return "I4: sent twice";
            if (payment.refund_twice) return "I4: a refund sent twice where that is not safe";
            const auto known = shelf_.find(AttemptId(id));
            if (payment.held != 0 && known == shelf_.end()) return "I3: the till does not know what the channel holds";
            if (known != shelf_.end()) sales[known->second.order_ref].captured += payment.held;
        }
        bool reviewed = false;
        for (const auto& [ref, sale] : sales) {
            reviewed = reviewed || sale.reviewed;
            if (const auto wrong = judge(sale); !wrong.empty()) return ref + ": " + wrong;
        }
        tally_.reviews += reviewed ? 1 : 0;
        return "";
    }
    static std::string judge(const Books& sale) {
        if (sale.reviewed) return "";
        if (sale.approved > 1) return "I1: two approved payments of one sale";
        const std::int64_t expected = sale.approved * kPrice.in_fen() - sale.refunded;
        if (sale.captured == expected) return "";
        return "I1: captured " + std::to_string(sale.captured) + " fen, the till believes " + std::to_string(expected);
    }

    SeededRandom dice_;
    SeededRandom ids_dice_;
    FarSide far_;
    Tally& tally_;
    bool late_journal_;
    bool carried_;
    std::vector<ChannelCall> calls_;  // given away, not yet made
    std::vector<std::pair<ChannelCall, ChannelAnswer>> answers_;
    Capabilities can_;
    Fuse fuse_;
    AttemptShelf shelf_;
    RefundShelf refunds_;
    ManualClock clock_{UtcInstant{1'773'114'300'000}};
    IdSource ids_{clock_, ids_dice_};
    std::optional<ModelAdapter> adapter_;
    std::unique_ptr<MemoryAttemptJournal> journal_;
    std::unique_ptr<MemoryRefundJournal> refund_journal_;
    std::unique_ptr<RefundRunner> refund_runner_;
    std::unique_ptr<Runner> runner_;
    std::map<std::string, S> last_;
    std::map<std::string, RefundState> last_refund_;
    std::string problem_;
};

std::int64_t histories(std::int64_t otherwise) {
    const char* asked = std::getenv("MULIN_HISTORIES");
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    otherwise /= 100;
#elif !defined(NDEBUG)
    otherwise /= 10;
#endif
    return asked != nullptr ? std::atoll(asked) : otherwise;
}

TEST(Model, AtRestTheMoneyIsThereOnceOrNotAtAllOrAPersonLooks) {
    Tally tally;
    const std::int64_t count = histories(200'000);
    for (std::int64_t seed = 1; seed <= count; ++seed) {
        History history(static_cast<std::uint64_t>(seed) * 2'654'435'761U, tally);
        ASSERT_EQ(history.run(), "") << "seed " << seed;
    }
    std::cout << tally.histories << " histories, " << tally.power_cuts << " power cuts, " << tally.full_disks
              << " full disks, " << tally.late << " late successes, " << tally.reviews << " with a person's review, "
              << tally.overtaken << " answers overtaken, " << tally.forgotten << " forgotten by a power cut\n";
    EXPECT_EQ(tally.histories, count);
    if (count < 2'000) return;
    EXPECT_GT(tally.overtaken, count / 10);
    EXPECT_GT(tally.forgotten, count / 100);
    // Everything the tables allow really happened, but for what only a person or a lost channel does.
    for (auto from : {S::created, S::sending, S::pending, S::unknown, S::reversing, S::approved, S::late_success}) {
        for (auto to : {S::sending, S::pending, S::unknown, S::approved, S::declined, S::not_sent, S::voided, S::reversing,
                        S::reversed, S::manual_review, S::late_success}) {
            if (from == to || !may_move(from, to)) continue;
            const bool by_a_person = from == S::sending && (to == S::manual_review || to == S::reversing);
            if (by_a_person) continue;
            EXPECT_GT((tally.moves[{from, to}]), 0) << attempt_state_name(from) << " to " << attempt_state_name(to);
        }
    }
    EXPECT_GT((tally.moves[{S::reversed, S::late_success}]), 0);
    using R = RefundState;
    for (const auto& [from, to] : std::vector<std::pair<R, R>>{{R::created, R::sending}, {R::sending, R::refunded},
             {R::sending, R::processing}, {R::sending, R::unknown}, {R::sending, R::created}, {R::sending, R::refused},
             {R::processing, R::refunded}, {R::unknown, R::refunded}, {R::unknown, R::sending}, {R::unknown, R::manual_review}})
        EXPECT_GT((tally.refund_moves[{from, to}]), 0) << refund_state_name(from) << " to " << refund_state_name(to);
    EXPECT_GT(tally.reviews, count / 100);
    EXPECT_LT(tally.reviews, count / 2) << "reviews are the exception";
}

// Called where it is asked, and carried elsewhere.
TEST(ModelControl, AWriteThatComesAfterTheSendIsCaught) {
    Tally tally;
    int caught[2] = {0, 0};
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        History history(seed * 2'654'435'761U, tally, true);
        caught[seed % 2] += history.run().empty() ? 0 : 1;
    }
    EXPECT_GT(caught[0], 10);
    EXPECT_GT(caught[1], 10);
}

TEST(Model, TheSameSeedIsTheSameHistory) {
    Tally one, two;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        EXPECT_EQ(History(seed, one).run(), History(seed, two).run());
    }
    EXPECT_EQ(one.moves, two.moves);
    EXPECT_EQ(one.refund_moves, two.refund_moves);
}

}  // namespace
}  // namespace mulin::payment
