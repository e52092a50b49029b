// A long random walk over taking money: at most one try is out at a time, cash is never committed while
// a try is unsettled, and every sale is handed back exactly once.

#include <utility>

#include <gtest/gtest.h>

#include "payment/base/id.h"
#include "pos/tender/tender.h"

namespace mulin::pos::tender {
namespace {

using payment::AttemptState;

bool settled_without_money(AttemptState state) {
    return state == AttemptState::declined || state == AttemptState::not_sent || state == AttemptState::voided ||
           state == AttemptState::reversed;
}

class Watcher {
  public:
    void begin(const std::string& ref) { *this = Watcher(ref); }

    std::string see(const Effect& effect) {
        if (over_) return "something was asked for after the sale was handed back";
        if (auto* start = std::get_if<StartAttempt>(&effect)) {
            if (out_) return "a second try over an unsettled one";
            if (start->ref != ref_ || start->attempt != attempt_ + 1) return "a try of another sale or number";
            attempt_ = start->attempt;
            out_ = true;
        }
        const bool cash = std::holds_alternative<CommitCash>(effect) || std::holds_alternative<CommitFree>(effect) ||
                          std::holds_alternative<TakeCash>(effect);
        if (auto* part = std::get_if<TakeCash>(&effect)) attempt_ = part->number;
        if (std::holds_alternative<GiveBackPart>(effect) && out_) return "something goes back while a try is unsettled";
        if (cash && out_) return "cash taken while a try is unsettled";
        if (auto* commit = std::get_if<CommitCash>(&effect)) {
            if (commit->given < commit->due) return "less was given than is due";
            if (commit->given - commit->due != commit->change) return "wrong change";
        }
        const bool leaves = std::holds_alternative<Finish>(effect) || std::holds_alternative<Abandon>(effect) ||
                            std::holds_alternative<Park>(effect) || std::holds_alternative<IdentifyNext>(effect);
        if (std::holds_alternative<Abandon>(effect) && out_) return "left with a try unsettled";
        over_ = leaves;
        return {};
    }
    void told(std::int64_t attempt, AttemptState state) {
        if (attempt == attempt_ && (settled_without_money(state) || state == AttemptState::approved)) out_ = false;
    }
    bool out() const { return out_; }
    bool over() const { return over_; }
    std::int64_t attempt() const { return attempt_; }

    explicit Watcher(std::string ref = "") : ref_(std::move(ref)) {}

  private:
    std::string ref_;
    std::int64_t attempt_ = 0;
    bool out_ = false;
    bool over_ = false;
};

class Walk {
  public:
    explicit Walk(std::uint64_t seed) : random_(seed) {}

    std::string run(int steps) {
        begin();
        for (int i = 0; i < steps && wrong_.empty(); ++i) {
            if (watcher_.over()) begin();
            one();
        }
        return wrong_;
    }
    int sales = 0;
    int done = 0;
    int parts_taken = 0;

  private:
    std::uint64_t upto(std::uint64_t bound) { return random_.below(bound); }

    void step(const Intent& intent) {
        for (const Effect& effect : update(state_, intent)) {
            if (std::holds_alternative<CommitCash>(effect) || std::holds_alternative<CommitFree>(effect) ||
                std::holds_alternative<CommitPaid>(effect))
                cash_ = true;
            if (auto* part = std::get_if<TakeCash>(&effect)) part_ = *part;
            if (auto* back = std::get_if<GiveBackPart>(&effect)) back_ = back->number;
            if (wrong_.empty()) wrong_ = too_much(effect);
            if (std::holds_alternative<Finish>(effect)) ++done;
            if (wrong_.empty()) wrong_ = watcher_.see(effect);
        }
    }

    // What is asked for never comes to more than the sale, with all that was taken.
    std::string too_much(const Effect& effect) const {
        sync::Money taken;
        for (const Part& part : state_.taken) taken += part.amount - part.rounding;
        if (auto* start = std::get_if<StartAttempt>(&effect))
            return taken + start->amount <= start->total ? "" : "a try for more than is left";
        if (auto* cash = std::get_if<TakeCash>(&effect))
            return taken + cash->amount - cash->rounding <= cash->total ? "" : "more cash than is left";
        if (std::holds_alternative<CommitCash>(effect) && !state_.taken.empty()) return "all in cash over what was taken";
        if (std::holds_alternative<Abandon>(effect) && !state_.taken.empty()) return "left with money of the diner";
        return {};
    }

    void parts() {
        if (back_ != 0) {
            const auto number = std::exchange(back_, 0);
            return upto(3) == 0 ? step(PartStays{state_.ref, number, "no"}) : step(PartReturned{state_.ref, number});
        }
        if (part_.number != 0) {
            const auto part = std::exchange(part_, TakeCash{});
            if (upto(4) == 0) return step(CommitFailed{state_.ref, "disk"});
            ++parts_taken;
            step(PartTaken{state_.ref, part.number});
            if (state_.phase == Phase::committing) step(SaleCommitted{state_.ref, 1, now_ += 10});
            return;
        }
        switch (upto(4)) {
            case 0: return step(PayPart{});
            case 1: return step(PartKey{static_cast<char>('0' + upto(10))});
            case 2:
                step(OpenKeypad{});
                step(GivenKey{static_cast<char>('1' + upto(9))});
                step(GivenKey{'0'});
                return step(TakePart{});
            default: return step(GiveBack{state_.taken.empty() ? 0 : (upto(2) ? state_.taken.front().number : 0)});
        }
    }

    void begin() {
        part_ = {};
        back_ = 0;
        Begin begin;
        begin.ref = "sale-" + std::to_string(++sales);
        for (const char* tender : {"senior_card", "qr", "cash"}) {
            sync::Quote quote;
            quote.paid = sync::Money::fen(static_cast<std::int64_t>(upto(5) ? 1 + upto(4000) : 0));
            begin.options.push_back({tender, quote});
        }
        begin.tender = begin.options[upto(3)].tender;
        if (upto(2)) begin.presented_kind = "jinglao";
        if (upto(2)) begin.presented_code = "62001";
        cash_ = false;
        watcher_.begin(begin.ref);
        step(begin);
    }

    // The runner: answers about the newest try, sometimes about a former one.
    void runner() {
        const bool late = upto(4) == 0;
        const std::int64_t attempt = watcher_.attempt() - (late ? 1 : 0);
        auto to = static_cast<AttemptState>(upto(12));
        if (late && to != AttemptState::approved) to = AttemptState::approved;
        if (!late && !watcher_.out()) return;
        if (!late) watcher_.told(attempt, to);
        step(AttemptChanged{state_.ref, attempt, to, "", 0, now_ += 100});
        if (!late && to == AttemptState::approved) {
            if (upto(4) == 0) return step(CommitFailed{state_.ref, "disk"});
            if (state_.phase == Phase::committing) step(SaleCommitted{state_.ref, 1, now_ += 10});
        }
    }

    void store() {
        if (!cash_ || state_.phase != Phase::committing) return;
        cash_ = false;
        if (upto(3) == 0) return step(CommitFailed{state_.ref, "disk"});
        step(SaleCommitted{state_.ref, 1, now_ += 10});
    }

    void one() {
        switch (upto(20)) {
            case 0: return step(state_.notes.empty() ? Intent(ExactGiven{})
                                                     : Intent(NoteGiven{state_.notes[upto(state_.notes.size())]}));
            case 1: return step(OpenKeypad{});
            case 2: return step(GivenKey{static_cast<char>('0' + upto(10))});
            case 3: case 4: return step(Confirm{});
            case 5: return step(QueryNow{});
            case 6: return step(ChangeTender{});
            case 7: return step(Choose{upto(2) ? "cash" : (upto(2) ? "qr" : "senior_card")});
            case 8: return step(upto(8) ? Intent(Tick{now_ += 500}) : Intent(SetAside{}));
            case 9: return step(upto(6) ? Intent(Next{}) : Intent(Back{}));
            case 10: case 11: return step(ScanArrived{"13", now_ += 50, upto(4) != 0, ""});
            case 12: return step(SaleCommitted{"sale-0", 1, now_});
            case 13: return store();
            case 14: case 15: case 16: case 17: return parts();
            default: return runner();
        }
    }

    payment::SeededRandom random_;
    State state_;
    Watcher watcher_;
    bool cash_ = false;
    TakeCash part_;
    std::int64_t back_ = 0;
    std::int64_t now_ = 1000;
    std::string wrong_;
};

TEST(Walk, OneTryAtATimeAndOneEnd) {
    int sales = 0;
    int done = 0;
    int parts = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Walk walk(seed);
        EXPECT_EQ(walk.run(5000), "") << "seed " << seed;
        sales += walk.sales;
        done += walk.done;
        parts += walk.parts_taken;
    }
    EXPECT_GT(parts, 100) << "sales in several parts must really happen";
    EXPECT_GT(sales, 1000) << "the walk must really sell";
    EXPECT_GT(done, 300);
}

TEST(Walk, TheWatcherSeesWhatItIsThereFor) {
    const StartAttempt first{"s", 1, "qr", sync::Money::fen(100), "13"};
    const StartAttempt second{"s", 2, "qr", sync::Money::fen(100), "13"};
    Watcher twice("s");
    EXPECT_EQ(twice.see(first), "");
    EXPECT_NE(twice.see(second), "");
    Watcher settled("s");
    settled.see(first);
    settled.told(1, AttemptState::declined);
    EXPECT_EQ(settled.see(second), "");
    Watcher unknown("s");
    unknown.see(first);
    unknown.told(1, AttemptState::unknown);
    EXPECT_NE(unknown.see(CommitCash{"s", sync::Money::fen(100), {}, sync::Money::fen(100), {}}), "");
    EXPECT_NE(unknown.see(Abandon{"s", ""}), "");
    Watcher ended("s");
    ended.see(Finish{"s", false});
    EXPECT_NE(ended.see(Finish{"s", false}), "");
}

}  // namespace
}  // namespace mulin::pos::tender
