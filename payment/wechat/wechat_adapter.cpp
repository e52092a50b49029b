#include "payment/wechat/wechat_adapter.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "payment/wechat/wechat_messages.h"
#include "payment/wechat/wechat_settings.h"
#include "payment/wire/gateway_channel.h"

namespace mulin::payment {
namespace {

using Kind = HttpExchange::Kind;

// No reverse sooner after the payment than this.
constexpr std::int64_t kReverseAfterMs = 15'000;
constexpr std::int64_t kCloseAgainMs = 5'000;

bool was_paid(const Attempt& attempt) { return attempt.result.refs.contains("transaction_id"); }

class WechatAdapter final : public Adapter {
  public:
    WechatAdapter(WechatSettings settings, const AdapterSeams& seams, std::unique_ptr<HttpTransport> transport)
        : settings_(std::move(settings)), seams_(seams), transport_(std::move(transport)),
          dialect_(settings_.protocol == WechatSettings::Protocol::v2 ? make_wechat_v2(settings_)
                                                                      : make_wechat_v3(settings_)) {}

    std::string name() const override { return settings_.channel; }
    Capabilities capabilities() const override;
    AttemptResult start(const AttemptRequest& request) override;
    AttemptResult query(const Attempt& attempt) override;
    ReverseResult reverse(const Attempt& attempt) override;
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override;
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override;

  private:
    Stamp stamp();
    HttpExchange send(HttpRequest request, std::int64_t deadline_ms);
    Trade ask(const Attempt& attempt);
    AttemptResult close_failed(const Attempt& attempt, AttemptResult failed);
    ReverseOutcome after_reverse(const Attempt& attempt, bool paid_before);

    WechatSettings settings_;
    AdapterSeams seams_;
    std::unique_ptr<HttpTransport> transport_;
    std::unique_ptr<WechatDialect> dialect_;
};

Capabilities WechatAdapter::capabilities() const {
    Capabilities can;
    can.query = can.reverse = can.needs_code = true;
    can.refund = can.refund_partial = can.refund_query = can.refund_repeatable = true;
    can.start_deadline_ms = settings_.start_deadline_ms;
    can.poll = settings_.poll;
    return can;
}

Stamp WechatAdapter::stamp() {
    std::array<std::uint8_t, 16> bytes{};
    seams_.random.fill(bytes);
    return {hex(std::span<const std::uint8_t>(bytes)), seams_.clock.utc()};
}

HttpExchange WechatAdapter::send(HttpRequest request, std::int64_t deadline_ms) {
    request.deadline_ms = deadline_ms;
    return transport_->exchange(request);
}

AttemptResult WechatAdapter::start(const AttemptRequest& request) {
    if (!is_payable(request)) return not_payable("WeChat");
    const std::int64_t deadline = start_deadline(request, settings_.start_deadline_ms);
    const HttpExchange exchange = send(dialect_->pay(request, stamp()), deadline);
    if (exchange.kind != Kind::answered) return unasked(exchange);
    return dialect_->read_pay(request, exchange.answer, seams_.clock.utc());
}

Trade WechatAdapter::ask(const Attempt& attempt) {
    const HttpExchange exchange = send(dialect_->query(attempt.id, stamp()), settings_.call_deadline_ms);
    if (exchange.kind != Kind::answered) return {TradeState::unclear, unasked(exchange)};
    return dialect_->read_query(attempt.id, attempt.amount, exchange.answer, seams_.clock.utc());
}

AttemptResult WechatAdapter::query(const Attempt& attempt) {
    Trade trade = ask(attempt);
    return trade.state == TradeState::failed ? close_failed(attempt, std::move(trade.result)) : std::move(trade.result);
}

// PAYERROR is final and nothing was taken; its text ("支付失败,请撤销订单") wants the order reversed all the
// same. That moves no money and may be repeated, so asking does it, as soon as a reverse is allowed.
AttemptResult WechatAdapter::close_failed(const Attempt& attempt, AttemptResult failed) {
    const std::int64_t age_ms = seams_.clock.utc().ms - attempt.created.ms;
    if (age_ms >= 0 && age_ms < kReverseAfterMs) {
        failed.retry_after_ms = kReverseAfterMs - age_ms;
        return failed;
    }
    failed.retry_after_ms = kCloseAgainMs;
    const HttpExchange exchange = send(dialect_->reverse(attempt.id, stamp()), settings_.call_deadline_ms);
    if (exchange.kind != Kind::answered) return failed;
    const Reversal reversal = dialect_->read_reverse(attempt.id, exchange.answer, seams_.clock.utc());
    if (reversal.answer == ReverseAnswer::unclear || reversal.answer == ReverseAnswer::again) return failed;
    failed.outcome = Outcome::declined;
    failed.retry_after_ms = 0;
    return failed;
}

// "Done" has been seen for orders that were not undone, so the order itself is asked, before (was it
// paid?) and after.
ReverseResult WechatAdapter::reverse(const Attempt& attempt) {
    const bool paid = was_paid(attempt) || ask(attempt).state == TradeState::success;
    const HttpExchange exchange = send(dialect_->reverse(attempt.id, stamp()), settings_.call_deadline_ms);
    ReverseResult result;
    if (exchange.kind != Kind::answered) {
        result.channel_text = exchange.problem;
        return result;
    }
    const Reversal reversal = dialect_->read_reverse(attempt.id, exchange.answer, seams_.clock.utc());
    result.channel_code = reversal.code;
    result.channel_text = reversal.text;
    if (reversal.alarm) result.refs["alarm"] = "config";
    switch (reversal.answer) {
        case ReverseAnswer::done:
        case ReverseAnswer::ask:
            result.outcome = after_reverse(attempt, paid);
            break;
        case ReverseAnswer::again:
            result.outcome = ReverseOutcome::refused_retry;
            break;
        case ReverseAnswer::too_late:
            result.outcome = ReverseOutcome::too_late;
            break;
        case ReverseAnswer::unclear:
            break;
    }
    return result;
}

ReverseOutcome WechatAdapter::after_reverse(const Attempt& attempt, bool paid_before) {
    switch (ask(attempt).state) {
        case TradeState::refunded:
            return ReverseOutcome::reversed;
        case TradeState::revoked:
        case TradeState::closed:
        case TradeState::failed:
            return paid_before ? ReverseOutcome::reversed : ReverseOutcome::not_paid_closed;
        case TradeState::success:
        case TradeState::not_paid:
        case TradeState::paying:
        case TradeState::accepted:
            return ReverseOutcome::refused_retry;
        case TradeState::not_found:
            if (paid_before) break;  // it contradicts itself
            return may_still_arrive(attempt.created, seams_.clock.utc()) ? ReverseOutcome::refused_retry
                                                                         : ReverseOutcome::not_paid_closed;
        case TradeState::unclear:
            break;
    }
    return ReverseOutcome::unknown;
}

RefundResult WechatAdapter::refund(const Attempt& paid, const RefundRequest& request) {
    if (!is_trade_number(request.id.text()) || request.amount <= Money() ||
        request.refunded_before + request.amount > paid.amount) {
        return {RefundOutcome::refused, {}, "", "More cannot go back than was paid."};
    }
    const HttpExchange exchange = send(dialect_->refund(paid, request, stamp()), settings_.call_deadline_ms);
    if (exchange.kind != Kind::answered) return unasked_refund(exchange);
    return dialect_->read_refund(paid, request, exchange.answer, seams_.clock.utc());
}

RefundResult WechatAdapter::refund_query(const Attempt& paid, const RefundRequest& request) {
    const HttpExchange exchange = send(dialect_->refund_query(request, stamp()), settings_.call_deadline_ms);
    if (exchange.kind != Kind::answered) return unasked_refund(exchange);
    return dialect_->read_refund_query(paid, request, exchange.answer, seams_.clock.utc());
}

}  // namespace

Result<std::unique_ptr<Adapter>> make_wechat_adapter_over(const ChannelSettings& settings, const AdapterSeams& seams,
                                                          std::unique_ptr<HttpTransport> transport) {
    MULIN_TRY(WechatSettings read, read_wechat_settings(settings));
    return std::unique_ptr<Adapter>(std::make_unique<WechatAdapter>(std::move(read), seams, std::move(transport)));
}

Result<std::unique_ptr<Adapter>> make_wechat_adapter(const ChannelSettings& settings, const AdapterSeams& seams) {
    MULIN_TRY(const WechatSettings read, read_wechat_settings(settings));
    MULIN_TRY(auto transport, make_https_transport(read.https));
    return make_wechat_adapter_over(settings, seams, std::move(transport));
}

}  // namespace mulin::payment
