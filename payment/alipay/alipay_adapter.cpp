#include "payment/alipay/alipay_adapter.h"

#include <algorithm>
#include <utility>

#include "payment/alipay/alipay_messages.h"
#include "payment/wire/gateway_channel.h"

namespace mulin::payment {
namespace {

using Kind = HttpExchange::Kind;

bool was_paid(const Attempt& attempt) {
    return attempt.result.outcome == Outcome::approved || attempt.result.refs.contains("gmt_payment") ||
           attempt.result.refs.contains("send_pay_date");
}

class AlipayAdapter final : public Adapter {
  public:
    AlipayAdapter(AlipaySettings settings, const AdapterSeams& seams, std::unique_ptr<HttpTransport> transport)
        : settings_(std::move(settings)), seams_(seams), transport_(std::move(transport)), messages_(settings_) {}

    std::string name() const override { return settings_.channel; }
    Capabilities capabilities() const override;
    AttemptResult start(const AttemptRequest& request) override;
    AttemptResult query(const Attempt& attempt) override { return ask(attempt).result; }
    ReverseResult reverse(const Attempt& attempt) override;
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override;
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override;

  private:
    HttpExchange send(HttpRequest request, std::int64_t deadline_ms);
    AlipayQuery ask(const Attempt& attempt);
    ReverseOutcome after_cancel(const Attempt& attempt, bool paid_before);

    AlipaySettings settings_;
    AdapterSeams seams_;
    std::unique_ptr<HttpTransport> transport_;
    AlipayMessages messages_;
};

Capabilities AlipayAdapter::capabilities() const {
    Capabilities can;
    can.query = can.reverse = can.needs_code = true;
    can.refund = can.refund_partial = can.refund_query = can.refund_repeatable = true;
    can.start_deadline_ms = settings_.start_deadline_ms;
    can.poll = settings_.poll;
    return can;
}

HttpExchange AlipayAdapter::send(HttpRequest request, std::int64_t deadline_ms) {
    request.deadline_ms = deadline_ms;
    return transport_->exchange(request);
}

AttemptResult AlipayAdapter::start(const AttemptRequest& request) {
    if (!is_payable(request)) return not_payable("Alipay");
    const std::int64_t deadline = start_deadline(request, settings_.start_deadline_ms);
    const HttpExchange exchange = send(messages_.pay(request, seams_.clock.utc()), deadline);
    if (exchange.kind != Kind::answered) return unasked(exchange);
    return messages_.read_pay(request, exchange.answer);
}

AlipayQuery AlipayAdapter::ask(const Attempt& attempt) {
    const HttpExchange exchange = send(messages_.query(attempt.id, seams_.clock.utc()), settings_.call_deadline_ms);
    if (exchange.kind != Kind::answered) return {AlipayTrade::unclear, unasked(exchange)};
    return messages_.read_query(attempt.id, attempt.amount, exchange.answer);
}

// Cancel says "done" also for an order that never was, so the order itself is asked, before (was it
// paid?) and after.
ReverseResult AlipayAdapter::reverse(const Attempt& attempt) {
    const bool paid = was_paid(attempt) || ask(attempt).state == AlipayTrade::paid;
    const HttpExchange exchange = send(messages_.cancel(attempt.id, seams_.clock.utc()), settings_.call_deadline_ms);
    ReverseResult result;
    if (exchange.kind != Kind::answered) {
        result.channel_text = exchange.problem;
        return result;
    }
    const AlipayCancel cancel = messages_.read_cancel(attempt.id, exchange.answer);
    result.channel_code = cancel.code;
    result.channel_text = cancel.text;
    if (cancel.alarm) result.refs["alarm"] = "config";
    if (!cancel.action.empty()) result.refs["action"] = cancel.action == "refund" ? "refund" : "close";
    switch (cancel.answer) {
        case AlipayCancel::Answer::done:
            result.outcome = after_cancel(attempt, paid || cancel.action == "refund");
            break;
        case AlipayCancel::Answer::again:
            result.outcome = ReverseOutcome::refused_retry;
            break;
        case AlipayCancel::Answer::too_late:
            result.outcome = ReverseOutcome::too_late;
            break;
        case AlipayCancel::Answer::unclear:
            break;
    }
    return result;
}

ReverseOutcome AlipayAdapter::after_cancel(const Attempt& attempt, bool paid_before) {
    switch (ask(attempt).state) {
        case AlipayTrade::closed:
            return paid_before ? ReverseOutcome::reversed : ReverseOutcome::not_paid_closed;
        case AlipayTrade::paid:
        case AlipayTrade::waiting:
            return ReverseOutcome::refused_retry;
        case AlipayTrade::not_found:
            if (paid_before) return ReverseOutcome::unknown;
            return may_still_arrive(attempt.created, seams_.clock.utc()) ? ReverseOutcome::refused_retry
                                                                         : ReverseOutcome::not_paid_closed;
        case AlipayTrade::unclear:
            break;
    }
    return ReverseOutcome::unknown;
}

RefundResult AlipayAdapter::refund(const Attempt& paid, const RefundRequest& request) {
    if (!is_trade_number(request.id.text()) || request.amount <= Money() ||
        request.refunded_before + request.amount > paid.amount) {
        return {RefundOutcome::refused, {}, "", "More cannot go back than was paid."};
    }
    const HttpExchange exchange = send(messages_.refund(paid, request, seams_.clock.utc()), settings_.call_deadline_ms);
    if (exchange.kind != Kind::answered) return unasked_refund(exchange);
    return messages_.read_refund(paid, request, exchange.answer);
}

RefundResult AlipayAdapter::refund_query(const Attempt& paid, const RefundRequest& request) {
    const HttpExchange exchange = send(messages_.refund_query(paid, request, seams_.clock.utc()), settings_.call_deadline_ms);
    if (exchange.kind != Kind::answered) return unasked_refund(exchange);
    return messages_.read_refund_query(paid, request, exchange.answer);
}

}  // namespace

Result<std::unique_ptr<Adapter>> make_alipay_adapter_over(const ChannelSettings& settings, const AdapterSeams& seams,
                                                          std::unique_ptr<HttpTransport> transport) {
    MULIN_TRY(AlipaySettings read, read_alipay_settings(settings));
    return std::unique_ptr<Adapter>(std::make_unique<AlipayAdapter>(std::move(read), seams, std::move(transport)));
}

Result<std::unique_ptr<Adapter>> make_alipay_adapter(const ChannelSettings& settings, const AdapterSeams& seams) {
    MULIN_TRY(const AlipaySettings read, read_alipay_settings(settings));
    MULIN_TRY(auto transport, make_https_transport(read.https));
    return make_alipay_adapter_over(settings, seams, std::move(transport));
}

}  // namespace mulin::payment
