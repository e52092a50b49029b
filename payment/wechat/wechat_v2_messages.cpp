// Protocol V2: flat XML, signed with the merchant's API key. Sources of every field: README.md.

#include <charconv>
#include <optional>
#include <utility>

#include "payment/wechat/wechat_messages.h"
#include "payment/wechat/xml_fields.h"
#include "payment/wire/gateway_channel.h"
#include "payment/wire/json.h"
#include "payment/wire/redact.h"
#include "payment/wire/signature.h"

namespace mulin::payment {
namespace {

using SignType = WechatSettings::SignType;

std::optional<Money> fen_of(const FormFields& fields, const std::string& name) {
    const std::string& text = field(fields, name);
    std::int64_t fen = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, fen);
    if (text.empty() || problem != std::errc{} || stopped != end || fen < 0) return std::nullopt;
    return Money::from_fen_checked(fen);
}

// promotion_detail is a JSON array, or an object that holds it under its own name.
Promotions promotions_of(const std::string& text, Money total) {
    Promotions promotions(total);
    const auto json = Json::parse(text);
    if (!json) return promotions;
    const Json& list = json->kind() == Json::Kind::object ? (*json)["promotion_detail"] : *json;
    for (const Json& one : list.items())
        promotions.add(one["amount"].whole(), one["wxpay_contribute"].whole(), one["merchant_contribute"].whole(),
                       one["other_contribute"].whole(), one["type"].text());
    return promotions;
}

// Where the promotions do not explain the coupons: what the merchant does not get was the merchant's.
std::vector<ChannelDiscount> coupon_split(Money total, Money coupons, std::optional<Money> settled) {
    const Money merchant = settled && *settled <= total && total - *settled <= coupons ? total - *settled : Money();
    Promotions split(total);
    split.add(coupons.in_fen(), (coupons - merchant).in_fen(), merchant.in_fen(), 0, "");
    return split.take();
}

std::vector<ChannelDiscount> discounts_of(const FormFields& fields, Money total) {
    Promotions told = promotions_of(field(fields, "promotion_detail"), total);
    const auto coupons = fen_of(fields, "coupon_fee");
    if (!coupons || coupons->is_zero() || *coupons > total)
        return told.sum() ? told.take() : std::vector<ChannelDiscount>();
    return told.sum() == coupons ? told.take() : coupon_split(total, *coupons, fen_of(fields, "settlement_total_fee"));
}

class V2 final : public WechatDialect {
  public:
    explicit V2(const WechatSettings& settings) : settings_(settings) {}

    HttpRequest pay(const AttemptRequest& attempt, const Stamp& stamp) const override {
        FormFields fields = {{"body", settings_.description},
                             {"out_trade_no", attempt.id.text()},
                             {"total_fee", std::to_string(attempt.amount.in_fen())},
                             {"spbill_create_ip", settings_.terminal_ip},
                             {"auth_code", attempt.code},
                             {"device_info", settings_.device},
                             {"goods_tag", settings_.goods_tag}};
        if (!settings_.store.empty())
            fields["scene_info"] = "{\"store_info\":{\"id\":" + json_quoted(settings_.store) + "}}";
        return request("/pay/micropay", std::move(fields), stamp, false);
    }
    HttpRequest query(const AttemptId& id, const Stamp& stamp) const override {
        return request("/pay/orderquery", {{"out_trade_no", id.text()}}, stamp, false);
    }
    HttpRequest reverse(const AttemptId& id, const Stamp& stamp) const override {
        return request("/secapi/pay/reverse", {{"out_trade_no", id.text()}}, stamp, true);
    }
    HttpRequest refund(const Attempt& paid, const RefundRequest& refund, const Stamp& stamp) const override {
        return request("/secapi/pay/refund",
                       {{"out_trade_no", paid.id.text()},
                        {"out_refund_no", refund.id.text()},
                        {"total_fee", std::to_string(paid.amount.in_fen())},
                        {"refund_fee", std::to_string(refund.amount.in_fen())},
                        {"refund_desc", fit_to_keep(refund.reason, "", 80)}},
                       stamp, true);
    }
    HttpRequest refund_query(const RefundRequest& refund, const Stamp& stamp) const override {
        return request("/pay/refundquery", {{"out_refund_no", refund.id.text()}}, stamp, false);
    }

    AttemptResult read_pay(const AttemptRequest& attempt, const HttpAnswer& answer, UtcInstant) const override {
        const Reading reading = read(answer);
        if (!reading.fields) return reading.why;
        const FormFields& fields = *reading.fields;
        if (field(fields, "result_code") != "SUCCESS")
            return result_of_code(field(fields, "err_code"), field(fields, "err_code_des"), attempt.code);
        return paid(fields, attempt.id, attempt.amount);
    }

    Trade read_query(const AttemptId& id, Money amount, const HttpAnswer& answer, UtcInstant) const override {
        const Reading reading = read(answer);
        if (!reading.fields) return {TradeState::unclear, reading.why};
        const FormFields& fields = *reading.fields;
        if (field(fields, "result_code") != "SUCCESS") {
            Trade trade{TradeState::unclear, result_of_code(field(fields, "err_code"), field(fields, "err_code_des"), "")};
            // Here the code speaks of the question, so it never declines the payment.
            trade.result.outcome = Outcome::unknown;
            if (meaning_of(field(fields, "err_code")) == CodeMeaning::not_found) trade.state = TradeState::not_found;
            return trade;
        }
        const TradeState state = parse_trade_state(field(fields, "trade_state"));
        if (state == TradeState::success) {
            Trade trade{state, paid(fields, id, amount)};
            if (trade.result.outcome != Outcome::approved) trade.state = TradeState::unclear;
            return trade;
        }
        if (field(fields, "out_trade_no") != id.text())
            return {TradeState::unclear, not_believed("mismatch", "WeChat answered about another order.")};
        AttemptResult result;
        result.outcome = outcome_of_unpaid(state);
        result.channel_code = fit_to_keep(field(fields, "trade_state"), "", 40);
        result.channel_text = fit_to_say(field(fields, "trade_state_desc"), "");
        return {state, std::move(result)};
    }

    Reversal read_reverse(const AttemptId&, const HttpAnswer& answer, UtcInstant) const override {
        const Reading reading = read(answer);
        if (!reading.fields) return {ReverseAnswer::unclear, "", reading.why.channel_text, false};
        const FormFields& fields = *reading.fields;
        const std::string& code = field(fields, "err_code");
        Reversal reversal{ReverseAnswer::unclear, fit_to_keep(code, "", 40), fit_to_say(field(fields, "err_code_des"), ""),
                          meaning_of(code) == CodeMeaning::config};
        if (field(fields, "recall") == "Y" || meaning_of(code) == CodeMeaning::paying) {
            reversal.answer = ReverseAnswer::again;
        } else if (field(fields, "result_code") == "SUCCESS") {
            reversal.answer = ReverseAnswer::done;
        } else if (code == "REVERSE_EXPIRE") {
            reversal.answer = ReverseAnswer::too_late;
        } else if (meaning_of(code) == CodeMeaning::not_found || code == "TRADE_ERROR" || code == "ORDERREVERSED" ||
                   code == "ORDERCLOSED") {
            reversal.answer = ReverseAnswer::ask;
        }
        return reversal;
    }

    RefundResult read_refund(const Attempt& paid, const RefundRequest& refund, const HttpAnswer& answer,
                             UtcInstant) const override;
    RefundResult read_refund_query(const Attempt& paid, const RefundRequest& refund, const HttpAnswer& answer,
                                   UtcInstant) const override;

  private:
    // The fields of a verified answer about our merchant, or why there are none.
    struct Reading {
        std::optional<FormFields> fields;
        AttemptResult why;
    };

    std::string sign(const FormFields& fields) const {
        const std::string line = sorted_line(fields, {"sign"}) + "&key=" + settings_.api_key;
        return upper_ascii(settings_.sign_type == SignType::md5 ? md5_hex(line)
                                                                : hmac_sha256_hex(settings_.api_key, line));
    }

    HttpRequest request(const char* path, FormFields fields, const Stamp& stamp, bool with_certificate) const {
        fields["appid"] = settings_.app_id;
        fields["mch_id"] = settings_.merchant_id;
        fields["sub_appid"] = settings_.sub_app_id;
        fields["sub_mch_id"] = settings_.sub_merchant_id;
        fields["nonce_str"] = stamp.nonce;
        fields["sign_type"] = settings_.sign_type == SignType::md5 ? "MD5" : "HMAC-SHA256";
        fields["sign"] = sign(fields);
        HttpRequest request;
        request.url = settings_.address + path;
        request.headers = {{"Content-Type", "text/xml; charset=utf-8"}};
        request.body = write_xml(fields);
        request.present_certificate = with_certificate;
        return request;
    }

    Reading read(const HttpAnswer& answer) const {
        if (answer.status != 200) return {{}, not_understood("WeChat answered HTTP " + std::to_string(answer.status) + ".")};
        auto fields = parse_xml(answer.body);
        if (!fields) return {{}, not_understood("WeChat's answer cannot be read.")};
        if (field(*fields, "return_code") != "SUCCESS") {
            // Carries no signature: it says nothing about money, only that somebody must look.
            return {{}, not_believed("config", fit_to_say("WeChat refused the request: " + field(*fields, "return_msg"), ""))};
        }
        if (!same_secret(field(*fields, "sign"), sign(*fields)))
            return {{}, not_believed("signature", "The signature of WeChat's answer is wrong.")};
        const bool ours = field(*fields, "appid") == settings_.app_id && field(*fields, "mch_id") == settings_.merchant_id &&
                          field(*fields, "sub_mch_id") == settings_.sub_merchant_id;
        if (!ours) return {{}, not_believed("mismatch", "WeChat answered about another merchant.")};
        return {std::move(fields), {}};
    }

    static AttemptResult not_understood(std::string text) {
        AttemptResult result;
        result.channel_text = std::move(text);
        return result;
    }

    AttemptResult paid(const FormFields& fields, const AttemptId& id, Money amount) const {
        const std::string& currency = field(fields, "fee_type");
        const std::string& type = field(fields, "trade_type");
        if (field(fields, "out_trade_no") != id.text() || fen_of(fields, "total_fee") != amount ||
            (!currency.empty() && currency != "CNY") || (!type.empty() && type != "MICROPAY"))
            return not_believed("mismatch", "WeChat reported another order or amount as paid.");
        AttemptResult result;
        result.outcome = Outcome::approved;
        result.channel_code = "SUCCESS";
        for (const char* name : {"transaction_id", "time_end", "bank_type", "cash_fee", "settlement_total_fee"})
            if (!field(fields, name).empty()) result.refs[name] = fit_to_keep(field(fields, name), "", 64);
        result.discounts = discounts_of(fields, amount);
        return result;
    }

    WechatSettings settings_;
};

// Clear refusals of a refund, from the published table.
bool v2_refuses_refund(std::string_view code) {
    for (const char* known : {"TRADE_OVERDUE", "NOTENOUGH", "USER_ACCOUNT_ABNORMAL", "INVALID_TRANSACTIONID", "ORDERNOTEXIST",
                              "REFUND_FEE_INVALID"})
        if (code == known) return true;
    return meaning_of(code) == CodeMeaning::config;
}

RefundResult V2::read_refund(const Attempt& paid, const RefundRequest& refund, const HttpAnswer& answer, UtcInstant) const {
    const Reading reading = read(answer);
    if (!reading.fields) return unclear_refund(reading.why);
    const FormFields& fields = *reading.fields;
    RefundResult result;
    if (field(fields, "result_code") != "SUCCESS") {
        const std::string& code = field(fields, "err_code");
        result.channel_code = fit_to_keep(code, "", 40);
        result.channel_text = fit_to_say(field(fields, "err_code_des"), "");
        if (v2_refuses_refund(code)) result.outcome = RefundOutcome::refused;
        if (meaning_of(code) == CodeMeaning::config) result.refs["alarm"] = "config";
        return result;
    }
    if (field(fields, "out_trade_no") != paid.id.text() || field(fields, "out_refund_no") != refund.id.text() ||
        fen_of(fields, "refund_fee") != refund.amount) {
        return unclear_refund(not_believed("mismatch", "WeChat answered about another refund."));
    }
    // Accepted is not done: only the refund query says that the payer has it.
    result.outcome = RefundOutcome::processing;
    result.channel_code = "SUCCESS";
    result.refs["refund_id"] = fit_to_keep(field(fields, "refund_id"), "", 64);
    return result;
}

RefundResult V2::read_refund_query(const Attempt& paid, const RefundRequest& refund, const HttpAnswer& answer,
                                   UtcInstant) const {
    const Reading reading = read(answer);
    if (!reading.fields) return unclear_refund(reading.why);
    const FormFields& fields = *reading.fields;
    RefundResult result;
    if (field(fields, "result_code") != "SUCCESS") {
        result.channel_code = fit_to_keep(field(fields, "err_code"), "", 40);
        result.channel_text = fit_to_say(field(fields, "err_code_des"), "");
        return result;
    }
    if (field(fields, "out_trade_no") != paid.id.text() || field(fields, "out_refund_no_0") != refund.id.text() ||
        fen_of(fields, "refund_fee_0") != refund.amount) {
        return unclear_refund(not_believed("mismatch", "WeChat answered about another refund."));
    }
    const std::string& status = field(fields, "refund_status_0");
    result.channel_code = fit_to_keep(status, "", 40);
    result.refs["refund_id"] = fit_to_keep(field(fields, "refund_id_0"), "", 64);
    if (status == "SUCCESS") result.outcome = RefundOutcome::refunded;
    if (status == "PROCESSING") result.outcome = RefundOutcome::processing;
    if (status == "REFUNDCLOSE") result.outcome = RefundOutcome::refused;
    if (status == "CHANGE") result.channel_text = "The payer's account cannot take the refund; see the merchant console.";
    return result;
}

}  // namespace

std::unique_ptr<WechatDialect> make_wechat_v2(const WechatSettings& settings) { return std::make_unique<V2>(settings); }

}  // namespace mulin::payment
