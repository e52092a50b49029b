// The counter while a channel does not answer: a real adapter in a process of its own takes a payment and says
// nothing until it is let go. Cash, another channel, a void, the manager's list, leaving the program and
// starting it again all go on meanwhile. Shown by the order of what happens, never by the clock; and the control:
// with all calls on the payment desk's own thread, everybody waits for the silent one.

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "pos/app/demo_till.h"
#include "pos/app/payment_desk.h"
#include "pos/app/pricing.h"
#include "pos/app/review_desk.h"
#include "tests/support/store_fixtures.h"

namespace mulin::pos {
namespace {

using payment::AttemptState;
using sync::Money;

constexpr const char* kSlowCode = "9912345678901234";
constexpr const char* kPromptCode = "131234567890123400";  // payment/simulated/README.md: approved

// Says that it was asked, by a file, and answers when there is a file "release", with what that says.
constexpr const char* kSlowAdapter = R"py(
import json, os, sys, time
WORDS = {"query": True, "reverse": True, "start_deadline_ms": 60000, "poll_plan": {"delays_ms": [5000], "give_up_ms": 45000}}
for line in sys.stdin:
    asked = json.loads(line)
    if asked["method"] == "shutdown":
        break
    if "id" not in asked:
        continue
    about = asked["params"]
    if asked["method"] == "hello":
        folder = about["settings"]["folder"]
        answer = {"protocol": 1, "adapter": "slow", "version": "1", "capabilities": WORDS}
    else:
        print(json.dumps({"jsonrpc": "2.0", "method": "progress", "params": {
            "attempt_id": about["attempt_id"], "phase": "host", "text": "asking"}}), flush=True)
        open(os.path.join(folder, "asked-" + asked["method"]), "w").close()
        while not os.path.exists(os.path.join(folder, "release")):
            time.sleep(0.01)
        outcome = open(os.path.join(folder, "release")).read()
        if asked["method"] == "reverse":
            answer = {"outcome": "not_paid_closed"}
        else:
            answer = {"outcome": outcome, "echo": {
                "attempt_id": about["attempt_id"], "amount_fen": about["amount_fen"], "currency": "CNY"}}
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": answer}), flush=True)
)py";

class SilentChannel : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(make_demo_till(dir_.path(), clock_, random_));
        std::filesystem::create_directory(dir_.file("slow"));
        std::ofstream(dir_.file("slow.py")) << kSlowAdapter;
        std::ofstream(dir_.file("mulin.toml"))
            << "[simulated]\nlatency_ms = 0\n[[channel]]\nname = \"slow\"\ncommand = [\"/usr/bin/python3\", \""
            << dir_.file("slow.py").string() << "\"]\nfolder = \"" << dir_.file("slow").string() << "\"\n"
            << "[[code]]\nprefix_from = 99\nmin_length = 16\nmax_length = 16\nwallet = \"slow\"\nchannel = \"slow\"\n"
            << "[[code]]\nprefix_from = 13\nmin_length = 18\nmax_length = 18\nwallet = \"wechat\"\nchannel = \"simulated\"\n";
        inbox_.on_post([this] {
            const std::lock_guard lock(mutex_);
            posted_ = true;
            wake_.notify_all();
        });
        open_till();
    }
    void TearDown() override { close_till(); }

    void open_till() {
        auto opened = Till::open(dir_.path(), clock_, random_);
        ASSERT_TRUE(opened) << opened.error().message;
        till_ = std::move(*opened);
        desk_ = std::make_unique<PaymentDesk>(*till_, inbox_, phrases_, PaymentDesk::Listeners{});
        reviews_ = std::make_unique<ReviewDesk>(*till_, inbox_, phrases_, *desk_);
    }
    void close_till() {
        desk_.reset();
        reviews_.reset();
        till_.reset();
    }
    // The old arrangement: the desk's thread makes every call itself.
    void call_from_the_desk() {
        desk_->post([this] {
            till_->runner().carry_calls({});
            till_->refund_runner().carry_calls({});
        });
    }

    TenderOrder order(const std::string& ref) {
        TenderOrder asked;
        asked.ref = ref;
        asked.order.items = {{sync::ItemId("set-a"), 1, 0}};
        return asked;
    }
    Money price(const std::string& tender) {
        Order asked = order("").order;
        asked.tender = tender;
        return price_order(*till_, asked)->quote.paid;
    }
    void pay(const std::string& ref, const std::string& code) {
        desk_->start(order(ref), {ref, 1, "qr", price("qr"), code, "qr", price("qr")});
    }
    void pay_in_cash(const std::string& ref) { desk_->commit_cash(order(ref), {ref, price("cash"), {}, price("cash"), {}}); }

    bool asked(const std::string& what) const { return std::filesystem::exists(dir_.file("slow") / ("asked-" + what)); }
    void wait_until_asked(const std::string& what) {
        for (int tries = 0; tries < 3'000 && !asked(what); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        ASSERT_TRUE(asked(what)) << "the adapter was never asked to " << what;
    }
    void release(const std::string& outcome) {
        std::ofstream(dir_.file("slow") / "release.new") << outcome;
        std::filesystem::rename(dir_.file("slow") / "release.new", dir_.file("slow") / "release");
    }

    // Where among everything that was posted the first such intent stands; -1: nowhere.
    template <class Intent, class T, class Wanted>
    int place(Wanted wanted) const {
        for (std::size_t i = 0; i < events_.size(); ++i)
            if (const auto* of_screen = std::get_if<Intent>(&events_[i]))
                if (const auto* found = std::get_if<T>(of_screen); found != nullptr && wanted(*found)) return static_cast<int>(i);
        return -1;
    }
    int sold(const std::string& ref) const {
        return place<ShellIntent, SaleDone>([&](const SaleDone& done) { return done.ref == ref; });
    }
    int became(const std::string& ref, AttemptState state) const {
        return place<tender::Intent, tender::AttemptChanged>(
            [&](const tender::AttemptChanged& changed) { return changed.ref == ref && changed.state == state; });
    }
    int listed() const {
        return place<review::Intent, review::ItemsArrived>([](const review::ItemsArrived&) { return true; });
    }
    template <class Done>
    void wait_for(const char* what, Done done) {
        for (int tries = 0; tries < 300; ++tries) {
            for (auto& intent : inbox_.drain()) events_.push_back(std::move(intent));
            if (done()) return;
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, std::chrono::milliseconds(100), [this] { return posted_; });
            posted_ = false;
        }
        FAIL() << "in vain: " << what;
    }
    void wait_until_sold(const std::string& ref) {
        wait_for(ref.c_str(), [&] { return sold(ref) >= 0; });
    }

    test::StoreDirectory dir_;
    payment::ManualClock clock_{test::kStoreTestNow};  // no deadline ever passes by itself
    payment::SystemRandom random_;  // used from several threads
    Phrases phrases_ = std::move(*Phrases::load());
    Inbox inbox_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool posted_ = false;
    std::vector<AppIntent> events_;
    std::unique_ptr<Till> till_;
    std::unique_ptr<PaymentDesk> desk_;
    std::unique_ptr<ReviewDesk> reviews_;
};

TEST_F(SilentChannel, HoldsUpNobodyElse) {
    pay("slow", kSlowCode);
    wait_until_asked("start");
    pay_in_cash("cash");
    wait_until_sold("cash");
    pay("prompt", kPromptCode);
    wait_until_sold("prompt");
    const auto prompt = till_->store().find_sale_by_ref("prompt");
    ASSERT_TRUE(prompt && *prompt);
    desk_->void_sale({"void", (*prompt)->key.epoch, (*prompt)->key.seq, "wrong dish", sync::StaffId("C0101"), "manager"}, 5);
    wait_for("a void over another channel", [&] {
        return place<correct::Intent, correct::Voided>([](const correct::Voided& done) { return done.serial == 5; }) >= 0;
    });
    reviews_->load();
    wait_for("the manager's list", [&] { return listed() >= 0; });
    wait_for("what the channel does meanwhile", [&] {
        return place<tender::Intent, tender::ProgressArrived>([](const tender::ProgressArrived& told) { return told.ref == "slow"; }) >= 0;
    });
    EXPECT_GE(became("slow", AttemptState::sending), 0);
    EXPECT_EQ(sold("slow"), -1);
    release("approved");
    wait_until_sold("slow");
}

TEST_F(SilentChannel, ControlHoldsUpEverybodyWhenTheDeskCallsItself) {
    call_from_the_desk();
    pay("slow", kSlowCode);
    wait_until_asked("start");
    pay_in_cash("cash");
    pay("prompt", kPromptCode);
    reviews_->load();
    release("approved");
    for (const char* ref : {"slow", "cash", "prompt"}) wait_until_sold(ref);
    wait_for("the manager's list", [&] { return listed() >= 0; });
    EXPECT_LT(sold("slow"), sold("cash"));
    EXPECT_LT(sold("slow"), sold("prompt"));
    EXPECT_LT(sold("slow"), listed());
}

TEST_F(SilentChannel, ThatWasGivenUpMeanwhileIsTakenBackWhenItAnswers) {
    pay("slow", kSlowCode);
    wait_until_asked("start");
    desk_->give_up("slow", 1);
    pay_in_cash("cash");
    wait_until_sold("cash");
    EXPECT_FALSE(asked("reverse"));
    release("pending");
    wait_for("taken back", [&] { return became("slow", AttemptState::reversed) >= 0; });
    EXPECT_TRUE(asked("reverse"));
    EXPECT_EQ(sold("slow"), -1);
}

TEST_F(SilentChannel, APaymentThatStillWaitsForItIsNeverSentOnceGivenUp) {
    pay("slow", kSlowCode);
    wait_until_asked("start");
    pay("second", kSlowCode);
    wait_for("the second is written down", [&] { return became("second", AttemptState::sending) >= 0; });
    desk_->give_up("second", 1);
    wait_for("the second is over", [&] { return became("second", AttemptState::not_sent) >= 0; });
    EXPECT_EQ(sold("slow"), -1);
    release("approved");
    wait_until_sold("slow");
    EXPECT_EQ(sold("second"), -1);
}

// Set aside for the manager while its call runs: what the channel says then is evidence, and no sale.
TEST_F(SilentChannel, ALateAnswerAfterTheQueueMovedOnIsEvidence) {
    pay("slow", kSlowCode);
    wait_until_asked("start");
    desk_->collect_anyway({"slow", sync::StaffId("M0101")});
    wait_for("cash is allowed", [&] {
        return place<tender::Intent, tender::CollectAllowed>([](const tender::CollectAllowed&) { return true; }) >= 0;
    });
    release("approved");
    const auto outcome = [&] { return (*till_->store().attempts().of_order("slow")).front().result.outcome; };
    wait_for("the evidence", [&] { return outcome() == payment::Outcome::approved; });
    EXPECT_EQ((*till_->store().attempts().of_order("slow")).front().state, AttemptState::manual_review);
    EXPECT_EQ(sold("slow"), -1);
    EXPECT_FALSE(*till_->store().find_sale_by_ref("slow"));
}

TEST_F(SilentChannel, NeitherKeepsTheProgramFromLeavingNorTheNextOneFromSelling) {
    pay("slow", kSlowCode);
    wait_until_asked("start");
    close_till();
    open_till();
    const auto before = till_->store().attempts().of_order("slow");
    ASSERT_TRUE(before && before->size() == 1);
    EXPECT_FALSE(payment::is_settled(before->front().state));
    wait_until_asked("query");
    pay_in_cash("cash");
    wait_until_sold("cash");
    EXPECT_EQ(sold("slow"), -1);
    release("approved");
    wait_until_sold("slow");
    EXPECT_EQ((*till_->store().attempts().of_order("slow")).size(), 1u) << "asked about, not sent again";
}

}  // namespace
}  // namespace mulin::pos
