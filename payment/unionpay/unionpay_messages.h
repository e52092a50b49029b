#pragma once
// UnionPay 全渠道 5.1.0, QR payments, as bytes: our records into signed form fields, verified answers
// into outcomes. Pure functions; which call when is unionpay_adapter.h, who signs is
// unionpay_signature.h. Amounts are fen as digits, times are Beijing's, yyyyMMddHHmmss. Fields, codes
// and their sources: README.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/clock.h"
#include "payment/port/adapter.h"
#include "payment/wire/form.h"

namespace mulin::payment {

struct UnionpayShop {
    std::string merchant;        // merId, 15 characters
    std::string terminal;        // termId, 8; may be empty
    std::string certificate_id;  // decimal serial of the certificate we sign with
    std::string notify_url;      // backUrl; never waited for
    std::string channel_type = "08";
    std::string sign_method = "01";
};

// One transaction as the gateway names it: both parts are needed to find it again.
struct UnionpayOrder {
    std::string id;    // 8 to 40 letters and digits
    std::string time;  // txnTime
    friend bool operator==(const UnionpayOrder&, const UnionpayOrder&) = default;
};

std::string unionpay_time(UtcInstant instant);
std::optional<UtcInstant> parse_unionpay_time(std::string_view text);
UnionpayOrder unionpay_order(const AttemptId& id, UtcInstant created);
// The undo of an attempt is a transaction of its own; its time is part of its id (39 characters).
UnionpayOrder unionpay_undo_order(const AttemptId& id, const std::string& time);
UnionpayOrder unionpay_refund_order(const RefundRequest& request);

// Requests, complete but for the signature.
FormFields unionpay_pay(const UnionpayShop& shop, const AttemptRequest& request);
FormFields unionpay_show(const UnionpayShop& shop, const AttemptRequest& request, UtcInstant valid_until);
FormFields unionpay_query(const UnionpayShop& shop, const UnionpayOrder& order);
FormFields unionpay_undo(const UnionpayShop& shop, const Attempt& attempt, const UnionpayOrder& undo);
FormFields unionpay_reversal(const UnionpayShop& shop, const Attempt& attempt);
FormFields unionpay_refund(const UnionpayShop& shop, const Attempt& paid, const RefundRequest& request);

// What a respCode or origRespCode says of a transaction.
enum class UnionpayCode {
    success,        // 00, A6
    accepted,       // 05: taken in, not done
    in_doubt,       // 03, 04 and every code not named
    refused,        // the allow-list of clear refusals
    refused_setup,  // 10, 11, 13: refused because of what we sent
    not_found,      // 34
    duplicate,      // 12
    too_often,      // 37
    wrong_state,    // 35
    returned,       // 45: the original is already refunded or undone
    paid_but,       // 42, 74, 75: money taken, the rest is in doubt
};
UnionpayCode unionpay_code(std::string_view code);

// The answer to a payment or to applying for a code; `order` and `amount` are what we sent.
AttemptResult unionpay_read_start(const FormFields& answer, const UnionpayShop& shop, const UnionpayOrder& order,
                                  Money amount);

// The answer to a query, about the transaction asked for.
struct UnionpayStatus {
    enum class Known {
        unknown,    // the query failed, or the answer is not about our transaction
        not_found,  // may still arrive
        found,
    };
    Known known = Known::unknown;
    UnionpayCode code = UnionpayCode::in_doubt;  // when found: of the transaction
    bool mismatch = false;                       // another id, merchant, amount or currency
    std::string channel_code;
    std::string channel_text;
    std::int64_t retry_after_ms = 0;
};
UnionpayStatus unionpay_read_query(const FormFields& answer, const UnionpayShop& shop, const UnionpayOrder& order,
                                   Money amount);
// The outcome of a payment asked about, with numbers and sponsored parts.
AttemptResult unionpay_read_payment(const FormFields& answer, const UnionpayShop& shop, const UnionpayOrder& order,
                                    Money amount);

// couponInfo: a JSON array, an object holding one, or the base64 of either. Nothing when it makes no
// sense or adds up to more than `amount`.
std::optional<std::vector<ChannelDiscount>> unionpay_coupons(std::string_view text, Money amount);

}  // namespace mulin::payment
