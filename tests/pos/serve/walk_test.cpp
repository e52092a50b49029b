// A long random walk over the counter. Whatever is tapped, scanned or answered in whatever order: a
// tender starts only for exactly what the newest quote was asked about, and never while another is open.

#include <gtest/gtest.h>

#include "payment/base/id.h"
#include "tests/pos/serve/serve_steps.h"

namespace mulin::pos::serve {
namespace {

// Watches the effects from outside, by the rules above. Says what is wrong, or nothing.
class Watcher {
  public:
    std::string see(const Effect& effect) {
        if (auto* ask = std::get_if<RequestQuote>(&effect)) newest_ = *ask;
        auto* start = std::get_if<StartTender>(&effect);
        if (!start) return {};
        ++started;
        if (open_) return "a second tender over an open one";
        open_ = true;
        if (!newest_) return "a tender without a quote";
        if (start->lines != newest_->lines) return "other lines than were priced";
        if (start->diner != newest_->diner) return "another diner than was priced";
        if (start->service != newest_->service) return "another service than was priced";
        if (start->full_price != newest_->full_price) return "another kind of price";
        if (start->quotes.empty() || answered_ != newest_->serial) return "a price that is not the newest answer";
        if (start->who == Who::nobody) return "nobody was identified";
        return {};
    }
    void answered(std::int64_t serial) { answered_ = serial; }
    void released() { open_ = false; }
    int started = 0;

  private:
    std::optional<RequestQuote> newest_;
    std::int64_t answered_ = -1;
    bool open_ = false;
};

class Walk {
  public:
    explicit Walk(std::uint64_t seed) : random_(seed) {
        counter_.answer_quotes = false;
        step(MenuArrived{sync::Meal::lunch, lunch_menu()});
    }

    std::string run(int steps) {
        for (int i = 0; i < steps && wrong_.empty(); ++i) one();
        return wrong_;
    }
    int started() const { return watcher_.started; }

  private:
    void step(const Intent& intent) {
        const auto before = counter_.effects.size();
        counter_.post(intent);
        for (auto i = before; i < counter_.effects.size(); ++i) {
            if (auto* ask = std::get_if<RequestQuote>(&counter_.effects[i])) unanswered_.push_back(*ask);
            if (wrong_.empty()) wrong_ = watcher_.see(counter_.effects[i]);
        }
    }

    std::uint64_t upto(std::uint64_t bound) { return random_.below(bound); }

    sync::ItemId some_item() {
        const auto menu = lunch_menu();
        return menu[upto(menu.size())].id;
    }

    DinerCard some_diner() {
        auto card = upto(2) ? regular("D" + std::to_string(upto(3))) : diner("D9");
        card.standing = static_cast<Standing>(upto(3));
        return card;
    }
    static DinerCard regular(const std::string& id) { return serve::regular(id.c_str()); }

    void answer_one() {  // in any order, some of them late, some never
        if (unanswered_.empty()) return;
        const auto at = upto(4) ? unanswered_.size() - 1 : upto(unanswered_.size());
        const RequestQuote ask = unanswered_[at];
        unanswered_.erase(unanswered_.begin() + static_cast<std::ptrdiff_t>(at));
        if (ask.serial == counter_.state.serial) watcher_.answered(ask.serial);
        const auto before = counter_.effects.size();
        counter_.answer(ask);
        EXPECT_EQ(before, counter_.effects.size());
    }

    void release() {
        if (!counter_.state.tendering) return;
        watcher_.released();
        switch (upto(3)) {
            case 0: return step(SaleCommitted{});
            case 1: return step(SaleSetAside{"1.00"});
            default: return step(TenderAbandoned{upto(2) ? "disk" : ""});
        }
    }

    void menu() {
        auto items = lunch_menu();
        for (auto& offered : items) {
            offered.sold_out = upto(4) == 0;
            if (upto(5) == 0) offered.price = sync::Money::fen(static_cast<std::int64_t>(100 + upto(2000)));
        }
        step(MenuArrived{sync::Meal::lunch, items});
    }

    void one() {
        static const char* kTenders[] = {"senior_card", "qr", "cash", "none"};
        switch (upto(24)) {
            case 0: case 1: return step(TapItem{some_item()});
            case 2: return step(RemoveOne{some_item()});
            case 3: return step(UndoStep{});
            case 4: return step(upto(3) ? Intent(TapUsual{}) : Intent(ClearBasket{}));
            case 5: return step(SetService{static_cast<sync::Service>(upto(3))});
            case 6: return step(upto(2) ? Intent(ServeGuest{}) : Intent(ServeStaff{}));
            case 7: return step(ChangeDiner{});
            case 8: return step(ScanArrived{"code"});
            case 9: return step(DinerIdentified{static_cast<std::int64_t>(upto(2)) ? counter_.state.scan_serial : 0,
                                                some_diner(), {"jinglao", "c"}});
            case 10: return step(ScanIsPaymentCode{counter_.state.scan_serial, "13"});
            case 11: return upto(3) ? release() : menu();
            case 12: return step(WeightKey{static_cast<char>('0' + upto(10))});
            case 13: return step(upto(2) ? Intent(WeightDone{}) : Intent(WeightCancel{}));
            case 14: return step(SellAtFullPrice{});
            case 15: case 16: case 17: return step(Pay{kTenders[upto(4)]});
            case 18: return step(ScanUnknown{counter_.state.scan_serial, false});
            default: return answer_one();
        }
    }

    payment::SeededRandom random_;
    Counter counter_;
    Watcher watcher_;
    std::vector<RequestQuote> unanswered_;
    std::string wrong_;
};

TEST(Walk, EveryTenderIsForWhatWasPriced) {
    int started = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Walk walk(seed);
        EXPECT_EQ(walk.run(2000), "") << "seed " << seed;
        started += walk.started();
    }
    EXPECT_GT(started, 500) << "the walk must really sell";
}

TEST(Walk, TheWatcherSeesWhatItIsThereFor) {
    RequestQuote ask;
    ask.serial = 1;
    ask.lines = {{sync::ItemId("set-a"), 1, 0}};
    StartTender start;
    start.lines = ask.lines;
    start.quotes = {{"cash", {}}};
    const auto judge = [&](const StartTender& one, std::int64_t answered) {
        Watcher watcher;
        watcher.see(ask);
        watcher.answered(answered);
        return watcher.see(one);
    };
    EXPECT_EQ(judge(start, 1), "");
    EXPECT_NE(judge(start, 0), "") << "an old answer";
    auto more = start;
    more.lines[0].quantity = 2;
    EXPECT_NE(judge(more, 1), "");
    Watcher watcher;
    watcher.see(ask);
    watcher.answered(1);
    watcher.see(start);
    EXPECT_NE(watcher.see(start), "") << "twice";
}

}  // namespace
}  // namespace mulin::pos::serve
