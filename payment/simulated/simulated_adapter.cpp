#include "payment/simulated/simulated_adapter.h"

#include <chrono>
#include <fstream>
#include <thread>

namespace mulin::payment {
namespace {

AttemptResult unanswered(const GatewayReply& reply) {
    AttemptResult result;
    result.outcome = reply.connected ? Outcome::unknown : Outcome::not_sent;
    result.channel_code = reply.connected ? "no_answer" : "no_connection";
    return result;
}

// Only a reply about this very payment and amount counts.
bool is_ours(const GatewayReply& reply, const AttemptId& id, Money amount) {
    return reply.payment_id == id.text() && reply.amount == amount;
}

AttemptResult outcome_of_reply(const GatewayReply& reply, const AttemptId& id, Money amount) {
    if (!reply.answered) return unanswered(reply);
    AttemptResult result;
    switch (reply.status) {
        case GatewayStatus::paid:
            result.outcome = is_ours(reply, id, amount) ? Outcome::approved : Outcome::unknown;
            result.channel_code = result.outcome == Outcome::approved ? "paid" : "mismatch";
            break;
        case GatewayStatus::refused:
            result.outcome = Outcome::declined;
            result.channel_code = "refused";
            break;
        case GatewayStatus::closed:
        case GatewayStatus::returned:
            result.outcome = Outcome::declined;
            result.channel_code = reply.status == GatewayStatus::closed ? "closed" : "returned";
            break;
        case GatewayStatus::waiting:
            result.outcome = Outcome::pending;
            result.channel_code = "waiting";
            break;
        case GatewayStatus::no_such_payment:
            result.channel_code = "not_found";
            break;
    }
    if (!reply.gateway_number.empty()) result.refs["gateway_number"] = reply.gateway_number;
    return result;
}

bool payer_scanned(const std::string& file, const AttemptId& id) {
    if (file.empty()) return false;
    std::ifstream paid(file);
    for (std::string line; std::getline(paid, line);)
        if (line == simulated_presented(id)) return true;
    return false;
}

bool is_card(const std::string& method) { return method == "senior_card" || method == "bank_card"; }

}  // namespace

Capabilities SimulatedAdapter::capabilities() const {
    Capabilities can;
    can.query = settings_.can_query;
    can.reverse = settings_.can_reverse;
    can.poll = settings_.poll;
    can.refund = can.refund_partial = can.refund_query = can.refund_repeatable = true;
    can.presented_code = !settings_.payers_file.empty();
    return can;
}

void SimulatedAdapter::wait() const {
    if (settings_.latency_ms > 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(settings_.latency_ms));
}

std::string simulated_presented(const AttemptId& id) { return "MULIN-SIMULATED-PAY " + id.text(); }

AttemptResult SimulatedAdapter::start(const AttemptRequest& request) {
    if (!is_card(request.method) && request.code.empty() && !settings_.payers_file.empty()) {
        wait();
        const auto reply = gateway_.pay(request.id.text(), request.order_ref, request.amount, Script::pending_forever);
        auto result = outcome_of_reply(reply, request.id, request.amount);
        if (result.outcome == Outcome::pending) {
            result.presented = simulated_presented(request.id);
            result.retry_after_ms = 1'000;
            if (request.progress) request.progress({Phase::presented, result.presented});
        }
        return result;
    }
    if (!is_card(request.method) && request.code.empty()) {
        return {.outcome = Outcome::not_sent, .channel_code = "no_code"};
    }
    wait();
    const Script script = is_card(request.method) ? Script::approve : script_of_code(request.code);
    const GatewayReply reply = gateway_.pay(request.id.text(), request.order_ref, request.amount, script);
    return outcome_of_reply(reply, request.id, request.amount);
}

AttemptResult SimulatedAdapter::query(const Attempt& attempt) {
    if (payer_scanned(settings_.payers_file, attempt.id)) gateway_.payer_pays(attempt.id.text());
    wait();
    return outcome_of_reply(gateway_.query(attempt.id.text()), attempt.id, attempt.amount);
}

ReverseResult SimulatedAdapter::reverse(const Attempt& attempt) {
    wait();
    const GatewayReply reply = gateway_.reverse(attempt.id.text());
    ReverseResult result;
    if (!reply.answered) {
        result.channel_code = reply.connected ? "no_answer" : "no_connection";
        return result;
    }
    if (reply.try_again) {
        result.outcome = ReverseOutcome::refused_retry;
        result.channel_code = "busy";
    } else if (reply.status == GatewayStatus::returned) {
        result.outcome = ReverseOutcome::reversed;
        result.channel_code = "returned";
    } else if (reply.status == GatewayStatus::closed || reply.status == GatewayStatus::refused) {
        result.outcome = ReverseOutcome::not_paid_closed;
        result.channel_code = "closed";
    }
    return result;
}

RefundResult SimulatedAdapter::refund(const Attempt& paid, const RefundRequest& request) {
    wait();
    const auto reply = gateway_.refund(paid.id.text(), request.id.text(), request.amount);
    RefundResult result;
    result.outcome = RefundOutcome::unknown;
    if (!reply.connected) result.outcome = RefundOutcome::not_sent;
    else if (reply.answered && reply.status == GatewayStatus::returned) result.outcome = RefundOutcome::refunded;
    else if (reply.answered && reply.status == GatewayStatus::refused) result.outcome = RefundOutcome::refused;
    if (!reply.gateway_number.empty()) result.refs["gateway_number"] = reply.gateway_number;
    return result;
}

RefundResult SimulatedAdapter::refund_query(const Attempt& paid, const RefundRequest& request) {
    wait();
    RefundResult result;
    if (gateway_.knows_refund(paid.id.text(), request.id.text())) result.outcome = RefundOutcome::refunded;
    return result;
}

namespace {

// The gateway stands beside its only adapter.
class GatewayAndAdapter final : public Adapter {
  public:
    GatewayAndAdapter(std::unique_ptr<SimulatedGateway> gateway, SimulatedSettings settings)
        : gateway_(std::move(gateway)), adapter_(*gateway_, std::move(settings)) {}
    std::string name() const override { return adapter_.name(); }
    Capabilities capabilities() const override { return adapter_.capabilities(); }
    AttemptResult start(const AttemptRequest& request) override { return adapter_.start(request); }
    AttemptResult query(const Attempt& attempt) override { return adapter_.query(attempt); }
    ReverseResult reverse(const Attempt& attempt) override { return adapter_.reverse(attempt); }
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override { return adapter_.refund(paid, request); }
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override {
        return adapter_.refund_query(paid, request);
    }

  private:
    std::unique_ptr<SimulatedGateway> gateway_;
    SimulatedAdapter adapter_;
};

}  // namespace

Result<std::unique_ptr<Adapter>> make_simulated_adapter(const ChannelSettings& settings, const AdapterSeams&) {
    MULIN_TRY_STATUS(settings.only({"ledger", "latency_ms", "give_up_ms", "can_query", "can_reverse"}));
    SimulatedSettings simulated;
    simulated.name = settings.channel();
    MULIN_TRY(simulated.latency_ms, settings.number_or("latency_ms", 0, 0, 60'000));
    MULIN_TRY(simulated.poll.give_up_ms, settings.number_or("give_up_ms", 45'000, 100, 600'000));
    MULIN_TRY(simulated.can_query, settings.flag_or("can_query", true));
    MULIN_TRY(simulated.can_reverse, settings.flag_or("can_reverse", true));
    auto gateway = std::make_unique<SimulatedGateway>();
    if (const auto ledger = settings.text_or("ledger", ""); !ledger.empty()) {
        MULIN_TRY(gateway, SimulatedGateway::open(ledger));
    }
    return std::make_unique<GatewayAndAdapter>(std::move(gateway), std::move(simulated));
}

}  // namespace mulin::payment
