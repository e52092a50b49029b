#pragma once
// Alipay 当面付 as pure translation: our records into signed forms, answers into outcomes. No I/O, no
// clock, no memory; README.md has the sources. An answer counts only when Alipay's signature over the
// exact bytes of its node is good; whatever is not verified, not about our payment, or not in a table
// reads as unknown.

#include <optional>
#include <string>
#include <string_view>

#include "payment/alipay/alipay_settings.h"
#include "payment/wire/form.h"
#include "payment/wire/http.h"
#include "payment/wire/json.h"

namespace mulin::payment {

enum class AlipayTrade { waiting, paid, closed, not_found, unclear };

struct AlipayQuery {
    AlipayTrade state = AlipayTrade::unclear;
    AttemptResult result;
};

struct AlipayCancel {
    enum class Answer {
        done,      // said to be done; only the trade itself proves it
        again,     // retry_flag Y, or the merchant's balance is short
        too_late,  // past the time for cancelling: a refund must do it
        unclear,
    };
    Answer answer = Answer::unclear;
    std::string action;  // "close", "refund" or nothing
    std::string code;
    std::string text;
    bool alarm = false;
};

class AlipayMessages {
  public:
    explicit AlipayMessages(const AlipaySettings& settings) : settings_(settings) {}

    HttpRequest pay(const AttemptRequest& attempt, UtcInstant now) const;
    AttemptResult read_pay(const AttemptRequest& attempt, const HttpAnswer& answer) const;
    HttpRequest query(const AttemptId& id, UtcInstant now) const;
    AlipayQuery read_query(const AttemptId& id, Money amount, const HttpAnswer& answer) const;
    HttpRequest cancel(const AttemptId& id, UtcInstant now) const;
    AlipayCancel read_cancel(const AttemptId& id, const HttpAnswer& answer) const;
    HttpRequest refund(const Attempt& paid, const RefundRequest& request, UtcInstant now) const;
    RefundResult read_refund(const Attempt& paid, const RefundRequest& request, const HttpAnswer& answer) const;
    HttpRequest refund_query(const Attempt& paid, const RefundRequest& request, UtcInstant now) const;
    RefundResult read_refund_query(const Attempt& paid, const RefundRequest& request, const HttpAnswer& answer) const;

  private:
    struct Reading {
        std::optional<Json> node;  // verified; none when it is not
        AttemptResult why;
    };
    HttpRequest request(const std::string& method, std::string biz_content, UtcInstant now) const;
    Reading read(const std::string& method, const HttpAnswer& answer) const;
    AttemptResult paid(const Json& node, const AttemptId& id, Money amount) const;

    AlipaySettings settings_;
};

// "k=v&..." in byte order over every field that is not empty but `sign`: what a request's signature covers.
std::string alipay_request_message(const FormFields& fields);

// Whether the signature is over these bytes, or over them with "\/" read as "/", which some of Alipay's
// own clients accept because their server signs before it escapes.
bool alipay_signed(const RsaPublicKey& key, std::string_view node, std::string_view signature);

// What a code that came with a payment means.
AttemptResult alipay_refusal(const Json& node, std::string_view showed);

}  // namespace mulin::payment
