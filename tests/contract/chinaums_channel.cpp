// ChinaUMS in the contract suite: poslink with voids, poslink with reversals, and netpay's shown codes.

#include <utility>

#include "payment/base/check.h"
#include "payment/chinaums/chinaums_adapter.h"
#include "tests/contract/channel_under_test.h"
#include "tests/support/chinaums_simulator.h"

namespace mulin::contract {
namespace {

using payment::AttemptId;
using payment::ChannelSettings;
using payment::Money;
using tests::ChinaumsPlan;
using tests::ChinaumsSimulator;
using tests::Delivery;
using B = Behaviour;
using UmsFate = ChinaumsPlan::Fate;

std::map<Behaviour, std::string> impossible(bool shown) {
    std::map<Behaviour, std::string> all = {
        {B::wrong_signature, "answers carry no signature"},
        {B::wrong_clock, "answers bear no time of theirs"},
        {B::unsigned_error, "answers carry no signature"},
        {B::rate_limited, "the documents name no such answer"},
    };
    for (const auto behaviour : {B::busy_with_another, B::power_cycle, B::no_repeat_receipt, B::auto_reversal, B::card_removed})
        all[behaviour] = "there is no terminal";
    if (!shown) {
        all[B::merchant_discount] = "poslink does not say what the merchant paid";
        return all;
    }
    const char* const nobody = "without an answer no code is shown, so nobody can pay";
    for (const auto behaviour : {B::lose_the_answer, B::answer_after_deadline, B::slow_drip, B::server_error, B::truncated_answer,
                                 B::garbage_answer, B::giant_answer, B::arrive_late, B::system_error_then_found, B::unlisted_code,
                                 B::duplicate_number, B::query_fails_first, B::paid_before_the_reverse})
        all[behaviour] = nobody;
    for (const auto behaviour : {B::wrong_amount, B::wrong_order, B::wrong_merchant})
        all[behaviour] = "an answer that is not ours shows no code, so nobody can pay";
    all[B::decline] = "a code that was shown is not refused at once";
    all[B::reverse_while_paying] = "a bill says who paid only when it is asked";
    return all;
}

ChinaumsPlan chinaums_plan_for(Behaviour behaviour, bool shown) {
    ChinaumsPlan plan;
    switch (behaviour) {
        case B::decline: plan.fate = UmsFate::refused; break;
        case B::wait_then_approve: plan.waiting_queries = 2; break;
        case B::wait_then_decline: plan.waiting_queries = 2; plan.fate = UmsFate::refused; break;
        case B::lose_the_request: plan.lost = true; break;
        case B::lose_the_answer: case B::paid_before_the_reverse: plan.start_delivery = Delivery::none; break;
        case B::answer_after_deadline: plan.start_delivery = Delivery::after_deadline; break;
        case B::slow_drip: plan.start_delivery = Delivery::drip; break;
        case B::server_error: plan.start_status = 502; break;
        case B::truncated_answer: plan.start_delivery = Delivery::cut_off; break;
        case B::garbage_answer: plan.start_delivery = Delivery::garbage; break;
        case B::giant_answer: plan.start_delivery = Delivery::giant; break;
        case B::arrive_late: plan.start_delivery = Delivery::none; plan.unfound_queries = 2; break;
        case B::system_error_then_found: plan.start_code = "96"; plan.failing_queries = 1; break;
        case B::wrong_amount: plan.lie = ChinaumsPlan::Lie::amount; break;
        case B::wrong_order: plan.lie = ChinaumsPlan::Lie::order; break;
        case B::wrong_merchant: plan.lie = ChinaumsPlan::Lie::merchant; break;
        case B::unlisted_code: plan.start_code = "ZZ"; break;
        case B::duplicate_number: plan.start_code = "D1"; break;
        case B::query_fails_first: plan.start_delivery = Delivery::none; plan.failing_queries = 2; break;
        case B::platform_discount: plan.platform_fen = 100; break;
        case B::merchant_discount: plan.merchant_fen = 100; break;
        case B::wait_for_ever: plan.fate = UmsFate::waits; break;
        case B::busy_reverse: plan.fate = UmsFate::waits; plan.busy_reverses = 2; break;
        case B::reverse_while_paying: plan.fate = UmsFate::waits; plan.busy_reverses = 2; plan.pays_while_reversed = true; break;
        case B::lose_the_reverse_answer: plan.fate = UmsFate::waits; plan.reverse_delivery = Delivery::none; break;
        case B::late_success: plan.fate = UmsFate::waits; plan.late_success = true; break;
        case B::reverse_too_late: plan.reverse_refused = true; break;
        case B::refund_answer_lost: plan.refund_delivery = Delivery::none; break;
        case B::refund_processing: plan.refund_waiting_queries = shown ? 2 : 3; break;
        case B::refund_refused: plan.refund_refused = true; break;
        default: break;
    }
    return plan;
}

class ChinaumsChannel final : public Channel {
  public:
    enum class Kind { voids, reversals, bills };
    explicit ChinaumsChannel(Kind kind) : kind_(kind) {}
    std::unique_ptr<payment::Adapter> make_adapter() override {
        auto made = payment::make_chinaums_adapter(chinaums_settings(), {clock_, random_});
        MULIN_CHECK(made.has_value());
        return std::move(*made);
    }
    std::optional<std::string> code_for(Behaviour behaviour) override {
        if (cannot().count(behaviour) > 0) return std::nullopt;
        const bool shown = kind_ == Kind::bills;
        const ChinaumsPlan plan = chinaums_plan_for(behaviour, shown);
        if (behaviour == B::no_connection) gateway_.server().break_handshakes(1);
        if (!shown) return gateway_.code_for(plan);
        gateway_.next_shown(plan);
        return "";
    }
    std::optional<Money> held(const AttemptId& id) override { return Money::fen(gateway_.held(id.text())); }
    std::map<Behaviour, std::string> cannot() const override { return impossible(kind_ == Kind::bills); }
    std::optional<OwnProcess> own_process() override { return OwnProcess{"chinaums", chinaums_settings()}; }
    std::optional<int> starts(const AttemptId& id) override { return gateway_.starts(id.text()); }
    std::vector<AttemptId> known() override {
        std::vector<AttemptId> all;
        for (const auto& order : gateway_.orders()) all.emplace_back(order);
        return all;
    }

  private:
    ChannelSettings chinaums_settings() {
        return ChannelSettings("chinaums", {{"address", gateway_.address()},
                                            {"merchant", ChinaumsSimulator::kMerchant},
                                            {"terminal", ChinaumsSimulator::kTerminal},
                                            {"app_id", ChinaumsSimulator::kAppId}, {"app_key_file", key_},
                                            {"authorities_file", authorities_},
                                            {"source_id", ChinaumsSimulator::kSource},
                                            {"mode", kind_ == Kind::bills ? "shown_code" : "payer_code"},
                                            {"use_reversal", kind_ == Kind::reversals ? "true" : "false"},
                                            {"waiting_codes", ChinaumsSimulator::kWaiting},
                                            {"not_found_codes", ChinaumsSimulator::kNotFound},
                                            {"refused_codes", ChinaumsSimulator::kRefused},
                                            {"start_deadline_ms", "500"}});
    }
    Kind kind_;
    payment::SystemClock clock_;
    payment::SystemRandom random_;
    ChinaumsSimulator gateway_;
    tests::KeyFolder folder_;
    std::string key_ = folder_.write("app.key", std::string(ChinaumsSimulator::kAppKey) + "\n");
    std::string authorities_ = folder_.write("authorities.pem", tests::gateway_trust().authority.certificate_pem);
};

const RegisterChannel voids({"chinaums", [] { return std::make_unique<ChinaumsChannel>(ChinaumsChannel::Kind::voids); }, 33});
const RegisterChannel reversals(
    {"chinaums_reversal", [] { return std::make_unique<ChinaumsChannel>(ChinaumsChannel::Kind::reversals); }, 33});
const RegisterChannel bills({"chinaums_netpay", [] { return std::make_unique<ChinaumsChannel>(ChinaumsChannel::Kind::bills); }, 16});

}  // namespace
}  // namespace mulin::contract
