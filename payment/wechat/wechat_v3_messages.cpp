// Protocol V3: JSON, our requests signed with the merchant's key, their answers with the platform's.
// Sources of every field: README.md.

#include <optional>
#include <utility>

#include "payment/wechat/wechat_messages.h"
#include "payment/wechat/wechat_v3_signature.h"
#include "payment/wire/form.h"
#include "payment/wire/gateway_channel.h"
#include "payment/wire/json.h"
#include "payment/wire/redact.h"

namespace mulin::payment {
namespace {

std::string member(const char* name, std::string_view value) {
    return std::string("\"") + name + "\":" + json_quoted(value);
}

bool is(const Json& number, Money amount) { return number.whole() == amount.in_fen(); }

std::vector<ChannelDiscount> discounts_of(const Json& trade, Money total) {
    Promotions told(total);
    for (const Json& one : trade["promotion_detail"].items())
        told.add(one["amount"].whole(), one["wechatpay_contribute"].whole(), one["merchant_contribute"].whole(),
                 one["other_contribute"].whole(), one["type"].text() == "NOCASH" ? "DISCOUNT" : one["type"].text());
    const auto payer = trade["amount"]["payer_total"].whole();
    const bool telling = payer && *payer >= 0 && *payer <= total.in_fen();
    if (!telling) return told.sum() ? told.take() : std::vector<ChannelDiscount>();
    const Money missing = total - Money::fen(*payer);
    if (told.sum() == missing) return told.take();
    Promotions whole(total);
    whole.add(missing.in_fen(), missing.in_fen(), 0, 0, "");
    return whole.take();
}

class V3 final : public WechatDialect {
  public:
    explicit V3(const WechatSettings& settings)
        : settings_(settings), partner_(!settings.sub_merchant_id.empty()),
          trades_(partner_ ? "/v3/pay/partner/transactions" : "/v3/pay/transactions") {}

    HttpRequest pay(const AttemptRequest& attempt, const Stamp& stamp) const override {
        std::string scene;
        if (!settings_.device.empty()) scene += member("device_id", settings_.device) + ",";
        if (!settings_.terminal_ip.empty() && settings_.terminal_ip != "127.0.0.1")
            scene += member("device_ip", settings_.terminal_ip) + ",";
        scene += "\"store_info\":{" + (settings_.store.empty() ? std::string() : member("out_id", settings_.store)) + "}";
        std::string body = "{" + who() + "," + member("description", settings_.description) + "," +
                           member("out_trade_no", attempt.id.text()) + ",";
        if (!settings_.goods_tag.empty()) body += member("goods_tag", settings_.goods_tag) + ",";
        body += "\"amount\":{\"total\":" + std::to_string(attempt.amount.in_fen()) + ",\"currency\":\"CNY\"}," +
                "\"payer\":{" + member("auth_code", attempt.code) + "},\"scene_info\":{" + scene + "}}";
        return request("POST", trades_ + "/codepay", body, stamp);
    }
    HttpRequest query(const AttemptId& id, const Stamp& stamp) const override {
        const std::string whose = partner_ ? "?sp_mchid=" + percent_encode(settings_.merchant_id) +
                                                 "&sub_mchid=" + percent_encode(settings_.sub_merchant_id)
                                           : "?mchid=" + percent_encode(settings_.merchant_id);
        return request("GET", trades_ + "/out-trade-no/" + percent_encode(id.text()) + whose, "", stamp);
    }
    HttpRequest reverse(const AttemptId& id, const Stamp& stamp) const override {
        return request("POST", trades_ + "/out-trade-no/" + percent_encode(id.text()) + "/reverse", "{" + who() + "}",
                       stamp);
    }
    HttpRequest refund(const Attempt& paid, const RefundRequest& refund, const Stamp& stamp) const override {
        std::string body = "{";
        if (partner_) body += member("sub_mchid", settings_.sub_merchant_id) + ",";
        body += member("out_trade_no", paid.id.text()) + "," + member("out_refund_no", refund.id.text()) + ",";
        if (!refund.reason.empty()) body += member("reason", fit_to_keep(refund.reason, "", 80)) + ",";
        body += "\"amount\":{\"refund\":" + std::to_string(refund.amount.in_fen()) +
                ",\"total\":" + std::to_string(paid.amount.in_fen()) + ",\"currency\":\"CNY\"}}";
        return request("POST", "/v3/refund/domestic/refunds", body, stamp);
    }
    HttpRequest refund_query(const RefundRequest& refund, const Stamp& stamp) const override {
        const std::string whose = partner_ ? "?sub_mchid=" + percent_encode(settings_.sub_merchant_id) : std::string();
        return request("GET", "/v3/refund/domestic/refunds/" + percent_encode(refund.id.text()) + whose, "", stamp);
    }

    AttemptResult read_pay(const AttemptRequest& attempt, const HttpAnswer& answer, UtcInstant now) const override {
        const Reading reading = read(answer, now);
        if (!reading.json) return reading.why;
        const Json& json = *reading.json;
        if (answer.status >= 400) return result_of_code(json["code"].text(), json["message"].text(), attempt.code);
        return trade(json, attempt.id, attempt.amount).result;
    }
    Trade read_query(const AttemptId& id, Money amount, const HttpAnswer& answer, UtcInstant now) const override {
        const Reading reading = read(answer, now);
        if (!reading.json) return {TradeState::unclear, reading.why};
        const Json& json = *reading.json;
        if (answer.status < 400) return trade(json, id, amount);
        Trade trade{TradeState::unclear, result_of_code(json["code"].text(), json["message"].text(), "")};
        trade.result.outcome = Outcome::unknown;  // the code speaks of the question
        if (meaning_of(json["code"].text()) == CodeMeaning::not_found) trade.state = TradeState::not_found;
        return trade;
    }
    Reversal read_reverse(const AttemptId&, const HttpAnswer& answer, UtcInstant now) const override {
        const Reading reading = read(answer, now);
        if (!reading.json) return {ReverseAnswer::unclear, "", reading.why.channel_text, false};
        if (answer.status < 300) return {ReverseAnswer::done, "", "", false};
        const std::string code = (*reading.json)["code"].text();
        const CodeMeaning meaning = meaning_of(code);
        Reversal reversal{ReverseAnswer::unclear, fit_to_keep(code, "", 40),
                          fit_to_say((*reading.json)["message"].text(), ""), meaning == CodeMeaning::config};
        if (meaning == CodeMeaning::paying) reversal.answer = ReverseAnswer::again;
        if (meaning == CodeMeaning::not_found || meaning == CodeMeaning::declined) reversal.answer = ReverseAnswer::ask;
        if (code == "REVERSE_EXPIRE" || code == "REVERSE_EXPIRED") reversal.answer = ReverseAnswer::too_late;
        return reversal;
    }
    RefundResult read_refund(const Attempt& paid, const RefundRequest& refund, const HttpAnswer& answer,
                             UtcInstant now) const override {
        return refund_state(paid, refund, answer, now, true);
    }
    RefundResult read_refund_query(const Attempt& paid, const RefundRequest& refund, const HttpAnswer& answer,
                                   UtcInstant now) const override {
        return refund_state(paid, refund, answer, now, false);
    }

  private:
    struct Reading {
        std::optional<Json> json;  // of a verified answer; an empty body is null
        AttemptResult why;
    };

    std::string who() const {
        if (!partner_) return member("appid", settings_.app_id) + "," + member("mchid", settings_.merchant_id);
        std::string text = member("sp_appid", settings_.app_id) + "," + member("sp_mchid", settings_.merchant_id) + ",";
        if (!settings_.sub_app_id.empty()) text += member("sub_appid", settings_.sub_app_id) + ",";
        return text + member("sub_mchid", settings_.sub_merchant_id);
    }

    HttpRequest request(const char* method, const std::string& target, std::string body, const Stamp& stamp) const {
        HttpRequest request;
        request.method = method;
        request.url = settings_.address + target;
        request.headers = {{"Content-Type", "application/json"},
                           {"Accept", "application/json"},
                           {"User-Agent", "mulin-pos"},
                           {"Authorization", v3_authorization(settings_, method, target, stamp.now, stamp.nonce, body)}};
        request.body = std::move(body);
        if (request.headers.back().second.empty()) request.unfit = kNotSigned;
        return request;
    }

    Reading read(const HttpAnswer& answer, UtcInstant now) const {
        AttemptResult why;
        why.channel_text = "WeChat answered HTTP " + std::to_string(answer.status) + ".";
        switch (v3_proof(settings_, answer, now)) {
            case V3Proof::good:
                break;
            case V3Proof::unsigned_answer:
                return {{}, answer.status >= 400 ? unsigned_error(answer, std::move(why))
                                                 : not_believed("signature", "WeChat's answer is not signed.")};
            case V3Proof::wrong:
                return {{}, not_believed("signature", "The signature of WeChat's answer is wrong.")};
            case V3Proof::stale:
                return {{}, not_believed("clock", "WeChat's answer is too old or too new; check the till's clock.")};
        }
        if (answer.status >= 500 || answer.status == 429 || answer.status < 200) return {{}, std::move(why)};
        if (answer.body.empty()) return {Json(), {}};
        auto json = Json::parse(answer.body);
        if (!json) return {{}, std::move(why)};
        return {std::move(*json), {}};
    }

    // Refused before anybody looked at the order, or not by WeChat at all: never more than a hint.
    static AttemptResult unsigned_error(const HttpAnswer& answer, AttemptResult why) {
        const auto json = Json::parse(answer.body);
        if (json && meaning_of((*json)["code"].text()) == CodeMeaning::config) {
            why.refs["alarm"] = "config";
            why.channel_code = fit_to_keep((*json)["code"].text(), "", 40);
        }
        return why;
    }

    bool ours(const Json& json) const {
        if (partner_)
            return json["sp_mchid"].text() == settings_.merchant_id && json["sub_mchid"].text() == settings_.sub_merchant_id &&
                   json["sp_appid"].text() == settings_.app_id;
        return json["mchid"].text() == settings_.merchant_id && json["appid"].text() == settings_.app_id;
    }

    Trade trade(const Json& json, const AttemptId& id, Money amount) const {
        const TradeState state = parse_trade_state(json["trade_state"].text());
        const bool about_it = json["out_trade_no"].text() == id.text();
        if (state == TradeState::success) {
            AttemptResult result = paid(json, about_it, amount);
            return {result.outcome == Outcome::approved ? state : TradeState::unclear, std::move(result)};
        }
        // While the payer is asked the state may come alone; everything final must name the order.
        if (!about_it && !(state == TradeState::paying && json["out_trade_no"].is_null()))
            return {TradeState::unclear, not_believed("mismatch", "WeChat answered about another order.")};
        AttemptResult result;
        result.outcome = outcome_of_unpaid(state);
        result.channel_code = fit_to_keep(json["trade_state"].text(), "", 40);
        result.channel_text = fit_to_say(json["trade_state_desc"].text(), "");
        return {state, std::move(result)};
    }

    AttemptResult paid(const Json& json, bool about_it, Money amount) const {
        const Json& amounts = json["amount"];
        if (!about_it || !ours(json) || !is(amounts["total"], amount) ||
            (!amounts["currency"].is_null() && amounts["currency"].text() != "CNY"))
            return not_believed("mismatch", "WeChat reported another order, merchant or amount as paid.");
        AttemptResult result;
        result.outcome = Outcome::approved;
        result.channel_code = "SUCCESS";
        for (const char* name : {"transaction_id", "success_time", "bank_type"})
            if (!json[name].text().empty()) result.refs[name] = fit_to_keep(json[name].text(), "", 64);
        if (amounts["payer_total"].whole()) result.refs["payer_total"] = amounts["payer_total"].plain();
        result.discounts = discounts_of(json, amount);
        return result;
    }

    RefundResult refund_state(const Attempt& paid, const RefundRequest& refund, const HttpAnswer& answer, UtcInstant now,
                              bool asked_to_refund) const;

    WechatSettings settings_;
    bool partner_;
    std::string trades_;
};

bool v3_refuses_refund(const std::string& code) {
    for (const char* known : {"NOT_ENOUGH", "NOTENOUGH", "USER_ACCOUNT_ABNORMAL", "RESOURCE_NOT_EXISTS", "MCH_NOT_EXISTS",
                              "NO_AUTH", "PARAM_ERROR", "SIGN_ERROR"})
        if (code == known) return true;
    return false;
}

RefundResult V3::refund_state(const Attempt& paid, const RefundRequest& refund, const HttpAnswer& answer, UtcInstant now,
                              bool asked_to_refund) const {
    const Reading reading = read(answer, now);
    if (!reading.json) return unclear_refund(reading.why);
    const Json& json = *reading.json;
    RefundResult result;
    if (answer.status >= 400) {
        const std::string code = json["code"].text();
        result.channel_code = fit_to_keep(code, "", 40);
        result.channel_text = fit_to_say(json["message"].text(), "");
        // Asked about, "no such refund" may only mean that it has not arrived.
        if (asked_to_refund && v3_refuses_refund(code)) result.outcome = RefundOutcome::refused;
        if (meaning_of(code) == CodeMeaning::config) result.refs["alarm"] = "config";
        return result;
    }
    if (json["out_trade_no"].text() != paid.id.text() || json["out_refund_no"].text() != refund.id.text() ||
        !is(json["amount"]["refund"], refund.amount)) {
        return unclear_refund(not_believed("mismatch", "WeChat answered about another refund."));
    }
    const std::string status = json["status"].text();
    result.channel_code = fit_to_keep(status, "", 40);
    result.refs["refund_id"] = fit_to_keep(json["refund_id"].text(), "", 64);
    if (status == "SUCCESS") result.outcome = RefundOutcome::refunded;
    if (status == "PROCESSING") result.outcome = RefundOutcome::processing;
    if (status == "CLOSED") result.outcome = RefundOutcome::refused;
    if (status == "ABNORMAL") result.channel_text = "The payer's account cannot take the refund; see the merchant console.";
    return result;
}

}  // namespace

std::unique_ptr<WechatDialect> make_wechat_v3(const WechatSettings& settings) { return std::make_unique<V3>(settings); }

}  // namespace mulin::payment
