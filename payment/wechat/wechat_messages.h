#pragma once
// The two protocols of WeChat Pay 付款码 as one interface of pure translation: our records into
// requests, verified answers into outcomes. No I/O, no clock, no memory; README.md has the sources.
// Whatever is not verified, not about our payment, or not in a table reads as unknown.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "payment/port/adapter.h"
#include "payment/wechat/wechat_settings.h"
#include "payment/wire/http.h"

namespace mulin::payment {

// What makes a request the only one of its kind; made by the adapter for every request.
struct Stamp {
    std::string nonce;  // 32 characters
    UtcInstant now;
};

enum class TradeState {
    success,
    refunded,   // paid once, and something went back
    not_paid,
    closed,     // unpaid and final
    revoked,    // undone and final
    paying,     // the payer is being asked
    failed,     // final
    accepted,
    not_found,  // no order of this number, now
    unclear,    // nothing verified, or a state nobody published
};

struct Trade {
    TradeState state = TradeState::unclear;
    AttemptResult result;
};

enum class ReverseAnswer {
    done,      // said to be done; only the trade's state proves it
    again,     // not now: recall, or the payer is typing
    too_late,  // older than seven days
    ask,       // refused for a reason that the trade's state explains
    unclear,
};

struct Reversal {
    ReverseAnswer answer = ReverseAnswer::unclear;
    std::string code;
    std::string text;
    bool alarm = false;  // our configuration is refused
};

class WechatDialect {
  public:
    virtual ~WechatDialect() = default;
    virtual HttpRequest pay(const AttemptRequest& attempt, const Stamp& stamp) const = 0;
    virtual AttemptResult read_pay(const AttemptRequest& attempt, const HttpAnswer& answer, UtcInstant now) const = 0;
    virtual HttpRequest query(const AttemptId& id, const Stamp& stamp) const = 0;
    virtual Trade read_query(const AttemptId& id, Money amount, const HttpAnswer& answer, UtcInstant now) const = 0;
    virtual HttpRequest reverse(const AttemptId& id, const Stamp& stamp) const = 0;
    virtual Reversal read_reverse(const AttemptId& id, const HttpAnswer& answer, UtcInstant now) const = 0;
    virtual HttpRequest refund(const Attempt& paid, const RefundRequest& request, const Stamp& stamp) const = 0;
    virtual RefundResult read_refund(const Attempt& paid, const RefundRequest& request, const HttpAnswer& answer,
                                     UtcInstant now) const = 0;
    virtual HttpRequest refund_query(const RefundRequest& request, const Stamp& stamp) const = 0;
    virtual RefundResult read_refund_query(const Attempt& paid, const RefundRequest& request, const HttpAnswer& answer,
                                           UtcInstant now) const = 0;
};

std::unique_ptr<WechatDialect> make_wechat_v2(const WechatSettings& settings);
std::unique_ptr<WechatDialect> make_wechat_v3(const WechatSettings& settings);

// ---- Tables that both protocols share

enum class CodeMeaning {
    declined,  // a clear refusal: the payer must show a new code or pay otherwise
    config,    // a clear refusal of our configuration: nothing was taken, somebody must be told
    paying,    // the payer is being asked
    used,      // the number is in use: only a query tells for what
    not_found,
    unknown,   // everything else, known or new
};
CodeMeaning meaning_of(std::string_view code);

// "SUCCESS", "NOTPAY", ...; anything else is unclear.
TradeState parse_trade_state(std::string_view text);
// What a state that is not SUCCESS means for an attempt.
Outcome outcome_of_unpaid(TradeState state);

// The result of a code that came instead of a payment; `showed` is taken out of the text.
AttemptResult result_of_code(std::string_view code, std::string_view text, std::string_view showed);
// Collects promotions into discounts by sponsor: "platform", "merchant", "other". `kind` is COUPON or
// DISCOUNT. A part that nobody is named for is the platform's, or the merchant's for a DISCOUNT.
// Amounts in fen as they were sent, none when they were no numbers: what is absurd only raises doubt.
class Promotions {
  public:
    using Fen = std::optional<std::int64_t>;
    explicit Promotions(Money total) : total_(total) {}
    void add(Fen amount, Fen platform, Fen merchant, Fen other, std::string_view kind);
    // The sum of all amounts; none when an amount was absurd or all together pass the total.
    std::optional<Money> sum() const;
    std::vector<ChannelDiscount> take() { return std::move(discounts_); }

  private:
    bool sane(Fen fen) const { return fen && *fen >= 0 && *fen <= total_.in_fen(); }
    void give(const char* sponsor, std::int64_t fen);
    Money total_;
    std::int64_t sum_ = 0;
    bool doubtful_ = false;
    std::vector<ChannelDiscount> discounts_;
};

}  // namespace mulin::payment
