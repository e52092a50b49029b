// UnionPay in the contract suite: the payer shows a code, once with the reversal (99), once without; and the till
// shows one, with a shared key (signMethod 11).

#include <utility>

#include "payment/base/check.h"
#include "payment/unionpay/unionpay_adapter.h"
#include "tests/contract/channel_under_test.h"
#include "tests/support/unionpay_simulator.h"

namespace mulin::contract {
namespace {

using payment::AttemptId;
using payment::ChannelSettings;
using payment::Money;
using tests::Delivery;
using tests::UnionpayPlan;
using B = Behaviour;
using Fate = UnionpayPlan::Fate;

// What the payment meets, beside a connection that cannot be made.
std::optional<UnionpayPlan> plan_for(Behaviour behaviour, bool can_reverse_waiting) {
    UnionpayPlan plan;
    switch (behaviour) {
        case B::approve: case B::no_connection: case B::refund: return plan;
        case B::decline: plan.fate = Fate::refused; return plan;
        case B::wait_then_approve: plan.waiting_queries = 2; return plan;
        case B::wait_then_decline: plan.waiting_queries = 2; plan.fate = Fate::refused; return plan;
        case B::lose_the_request: plan.lost = true; return plan;
        case B::lose_the_answer: case B::paid_before_the_reverse: plan.start_delivery = Delivery::none; return plan;
        case B::answer_after_deadline: plan.start_delivery = Delivery::after_deadline; return plan;
        case B::slow_drip: plan.start_delivery = Delivery::drip; return plan;
        case B::server_error: plan.start_status = 502; return plan;
        case B::truncated_answer: plan.start_delivery = Delivery::cut_off; return plan;
        case B::garbage_answer: plan.start_delivery = Delivery::garbage; return plan;
        case B::giant_answer: plan.start_delivery = Delivery::giant; return plan;
        case B::arrive_late: plan.start_delivery = Delivery::none; plan.unfound_queries = 2; return plan;
        case B::system_error_then_found: plan.start_code = "04"; return plan;
        case B::wrong_amount: plan.lie = UnionpayPlan::Lie::amount; return plan;
        case B::wrong_order: plan.lie = UnionpayPlan::Lie::order; return plan;
        case B::wrong_merchant: plan.lie = UnionpayPlan::Lie::merchant; return plan;
        case B::wrong_signature: plan.lie = UnionpayPlan::Lie::signature; return plan;
        case B::unsigned_error: plan.start_unsigned = true; return plan;
        case B::unlisted_code: plan.start_code = "ZZ"; return plan;
        case B::duplicate_number: plan.start_code = "12"; return plan;
        case B::query_fails_first: plan.start_delivery = Delivery::none; plan.failing_queries = 2; return plan;
        case B::rate_limited: plan.start_delivery = Delivery::none; plan.too_often_queries = 1; return plan;
        case B::platform_discount: plan.coupon_info = R"([{"type":"DD01","spnsrId":"00010000","offstAmt":"100","id":"c1"}])"; return plan;
        case B::merchant_discount: plan.coupon_info = R"([{"type":"CP01","spnsrId":"777290058110048","offstAmt":"000000000100"}])"; return plan;
        case B::reverse_too_late: plan.undo_refused = true; return plan;
        case B::refund_answer_lost: plan.refund_delivery = Delivery::none; return plan;
        case B::refund_processing: plan.refund_waiting_queries = 3; return plan;
        case B::refund_refused: plan.refund_refused = true; return plan;
        default: break;
    }
    if (!can_reverse_waiting) return std::nullopt;
    plan.fate = Fate::waits;
    switch (behaviour) {
        case B::wait_for_ever: return plan;
        case B::busy_reverse: plan.busy_reverses = 2; return plan;
        case B::reverse_while_paying: plan.busy_reverses = 2; plan.pays_while_reversed = true; return plan;
        case B::lose_the_reverse_answer: plan.reverse_delivery = Delivery::none; return plan;
        case B::late_success: plan.late_success = true; return plan;
        default: return std::nullopt;
    }
}

// Longer than the till waits before it takes a payment back.
constexpr int kPastGivingUp = 9;

// A code of ours that somebody scans, sooner or later or never.
std::optional<UnionpayPlan> plan_for_shown(Behaviour behaviour) {
    UnionpayPlan plan;
    plan.scanned_after = 0;
    switch (behaviour) {
        case B::wait_for_ever: plan.scanned_after = std::nullopt; return plan;
        case B::late_success: plan.scanned_after = kPastGivingUp; return plan;
        case B::reverse_while_paying: plan.waiting_queries = kPastGivingUp; return plan;
        case B::reverse_too_late: plan.waiting_queries = kPastGivingUp; plan.undo_refused = true; return plan;
        case B::busy_reverse: plan.waiting_queries = kPastGivingUp; plan.busy_reverses = 2; return plan;
        case B::approve: case B::decline: case B::wait_then_approve: case B::wait_then_decline: case B::no_connection:
        case B::lose_the_request: case B::platform_discount: case B::merchant_discount: case B::refund:
        case B::refund_answer_lost: case B::refund_processing: case B::refund_refused: {
            auto same = plan_for(behaviour, true);
            same->scanned_after = 0;
            return same;
        }
        default: return std::nullopt;
    }
}

std::vector<AttemptId> payments_of(tests::UnionpaySimulator& gateway) {
    std::vector<AttemptId> all;
    for (const auto& id : gateway.orders_of("01")) all.emplace_back(id);
    return all;
}

class UnionpayShownChannel final : public Channel {
  public:
    std::unique_ptr<payment::Adapter> make_adapter() override {
        auto made = payment::make_unionpay_adapter(shown_settings(), {clock_, random_});
        MULIN_CHECK(made.has_value());
        return std::move(*made);
    }
    std::optional<std::string> code_for(Behaviour behaviour) override {
        const auto plan = plan_for_shown(behaviour);
        if (!plan) return std::nullopt;
        if (behaviour == B::no_connection) gateway_.server().break_handshakes(1);
        gateway_.next_shown(*plan);
        return "";
    }
    std::optional<Money> held(const AttemptId& id) override { return Money::fen(gateway_.held(id.text())); }
    std::map<Behaviour, std::string> cannot() const override {
        std::map<Behaviour, std::string> all;
        for (const auto behaviour : all_behaviours())
            if (!plan_for_shown(behaviour)) all[behaviour] = "without an answer that is believed no code is shown, so nobody can pay";
        all[B::lose_the_reverse_answer] = "a code that nobody has paid is not reversed: it runs out";
        for (const auto behaviour : {B::busy_with_another, B::power_cycle, B::no_repeat_receipt, B::auto_reversal, B::card_removed})
            all[behaviour] = "there is no terminal";
        return all;
    }
    bool forgets_what_is_closed() const override { return true; }
    std::optional<OwnProcess> own_process() override { return OwnProcess{"unionpay", shown_settings()}; }
    std::optional<int> starts(const AttemptId& id) override { return gateway_.starts(id.text()); }
    std::vector<AttemptId> known() override { return payments_of(gateway_); }

  private:
    ChannelSettings shown_settings() {
        return ChannelSettings("unionpay_shown", {{"address", gateway_.address()}, {"merchant", tests::UnionpaySimulator::kMerchant},
                                                  {"mode", "shown_code"}, {"sign_method", "11"}, {"secure_key_file", key_},
                                                  {"authorities_file", authorities_}, {"start_deadline_ms", "500"}});
    }
    payment::SystemClock clock_;
    payment::SystemRandom random_;
    static tests::UnionpaySimulator::Options with_shared_key() {
        tests::UnionpaySimulator::Options options;
        options.sign_method = "11";
        options.secure_key = "an-invented-shared-key-0123456789";
        return options;
    }
    tests::UnionpaySimulator gateway_{with_shared_key()};
    tests::KeyFolder folder_;
    std::string key_ = folder_.write("secure.key", "an-invented-shared-key-0123456789\n");
    std::string authorities_ = folder_.write("authorities.pem", gateway_.authorities());
};

class UnionpayChannel final : public Channel {
  public:
    explicit UnionpayChannel(bool use_reversal) : use_reversal_(use_reversal) {}
    std::unique_ptr<payment::Adapter> make_adapter() override {
        auto made = payment::make_unionpay_adapter(unionpay_settings(), {clock_, random_});
        MULIN_CHECK(made.has_value());
        return std::move(*made);
    }
    std::optional<std::string> code_for(Behaviour behaviour) override {
        const auto plan = plan_for(behaviour, use_reversal_);
        if (!plan) return std::nullopt;
        if (behaviour == B::no_connection) gateway_.server().break_handshakes(1);
        return gateway_.code_for(*plan);
    }
    std::optional<Money> held(const AttemptId& id) override { return Money::fen(gateway_.held(id.text())); }
    std::map<Behaviour, std::string> cannot() const override {
        std::map<Behaviour, std::string> all = {{B::wrong_clock, "answers bear no time of theirs"}};
        for (const auto behaviour : {B::busy_with_another, B::power_cycle, B::no_repeat_receipt, B::auto_reversal, B::card_removed})
            all[behaviour] = "there is no terminal";
        for (const auto behaviour : all_behaviours())
            if (!use_reversal_ && behaviour != B::wrong_clock && !plan_for(behaviour, false) && all.count(behaviour) == 0)
                all[behaviour] = "a waiting payment cannot be taken back with the undo alone";
        return all;
    }
    std::optional<OwnProcess> own_process() override { return OwnProcess{"unionpay", unionpay_settings()}; }
    std::optional<int> starts(const AttemptId& id) override { return gateway_.starts(id.text()); }
    std::vector<AttemptId> known() override { return payments_of(gateway_); }

  private:
    ChannelSettings unionpay_settings() {
        return ChannelSettings("unionpay", {{"address", gateway_.address()},
                                            {"merchant", tests::UnionpaySimulator::kMerchant},
                                            {"terminal", tests::UnionpaySimulator::kTerminal},
                                            {"key_file", key_}, {"certificate_file", certificate_},
                                            {"signer_authorities_file", authorities_}, {"authorities_file", authorities_},
                                            {"use_reversal", use_reversal_ ? "true" : "false"},
                                            {"start_deadline_ms", "500"}});
    }
    bool use_reversal_;
    payment::SystemClock clock_;
    payment::SystemRandom random_;
    tests::UnionpaySimulator gateway_;
    tests::KeyFolder folder_;
    std::string key_ = folder_.write("key.pem", gateway_.merchant_key());
    std::string certificate_ = folder_.write("certificate.pem", gateway_.merchant_certificate());
    std::string authorities_ = folder_.write("authorities.pem", gateway_.authorities());
};

const RegisterChannel with_reversal({"unionpay", [] { return std::make_unique<UnionpayChannel>(true); }, 37});
const RegisterChannel shown({"unionpay_shown", [] { return std::make_unique<UnionpayShownChannel>(); }, 17});
const RegisterChannel undo_only({"unionpay_undo_only", [] { return std::make_unique<UnionpayChannel>(false); }, 32});

}  // namespace
}  // namespace mulin::contract
