#include "payment/alipay/alipay_messages.h"

#include <algorithm>
#include <array>
#include <utility>

#include "payment/alipay/alipay_discounts.h"
#include "payment/wire/gateway_channel.h"
#include "payment/wire/redact.h"

namespace mulin::payment {
namespace {

constexpr std::int64_t kAskAtOnceMs = 200;

constexpr const char* kPay = "alipay.trade.pay";
constexpr const char* kQuery = "alipay.trade.query";
constexpr const char* kCancel = "alipay.trade.cancel";
constexpr const char* kRefund = "alipay.trade.refund";
constexpr const char* kRefundQuery = "alipay.trade.fastpay.refund.query";

// sub_codes of 40004 that are a clear refusal of this payment.
constexpr std::array kDeclined = {
    std::string_view("ACQ.PAYMENT_AUTH_CODE_INVALID"), std::string_view("ACQ.CONTEXT_INCONSISTENT"),
    std::string_view("ACQ.TRADE_HAS_CLOSE"), std::string_view("ACQ.BUYER_BALANCE_NOT_ENOUGH"),
    std::string_view("ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH"), std::string_view("ACQ.PAYMENT_FAIL"),
    std::string_view("ACQ.PULL_MOBILE_CASHIER_FAIL"), std::string_view("ACQ.TOTAL_FEE_EXCEED"),
    std::string_view("ACQ.TRADE_BUYER_NOT_MATCH"), std::string_view("ACQ.PAYMENT_REQUEST_HAS_RISK"),
    std::string_view("ACQ.ERROR_BALANCE_PAYMENT_DISABLE"), std::string_view("ACQ.BUYER_SELLER_EQUAL"),
    std::string_view("ACQ.BUYER_ENABLE_STATUS_FORBID"), std::string_view("ACQ.MOBILE_PAYMENT_SWITCH_OFF"),
    std::string_view("ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR"), std::string_view("ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR"),
    std::string_view("ACQ.BEYOND_PAY_RESTRICTION"), std::string_view("ACQ.BEYOND_PER_RECEIPT_RESTRICTION"),
    std::string_view("ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT"), std::string_view("ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE"),
    std::string_view("ACQ.USER_FACE_PAYMENT_SWITCH_OFF"),
};
// ... and of our configuration.
constexpr std::array kConfig = {
    std::string_view("ACQ.INVALID_PARAMETER"), std::string_view("ACQ.ACCESS_FORBIDDEN"), std::string_view("ACQ.PARTNER_ERROR"),
    std::string_view("ACQ.SELLER_BEEN_BLOCKED"), std::string_view("ACQ.INVALID_STORE_ID"),
};
constexpr std::array kConfigGates = {
    std::string_view("20001"), std::string_view("40001"), std::string_view("40002"), std::string_view("40006"),
};
constexpr std::array kRefundRefused = {
    std::string_view("ACQ.SELLER_BALANCE_NOT_ENOUGH"), std::string_view("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"),
    std::string_view("ACQ.REASON_TRADE_BEEN_FREEZEN"), std::string_view("ACQ.TRADE_NOT_EXIST"),
    std::string_view("ACQ.TRADE_HAS_FINISHED"), std::string_view("ACQ.TRADE_STATUS_ERROR"),
    std::string_view("ACQ.TRADE_NOT_ALLOW_REFUND"), std::string_view("ACQ.REFUND_FEE_ERROR"),
};

template <class Table>
bool in(const Table& table, std::string_view code) {
    return std::find(table.begin(), table.end(), code) != table.end();
}

bool is_config(const Json& node) {
    return in(kConfigGates, node["code"].plain()) || (node["code"].plain() == "40004" && in(kConfig, node["sub_code"].text()));
}

// What the gate itself refused with a code of its own table (isv.*) went no further; anything else may have.
bool refuses_config(const Json& node) {
    return is_config(node) && (node["code"].plain() == "40004" || node["sub_code"].text().starts_with("isv."));
}

std::string code_in(const Json& node) {
    const std::string sub = node["sub_code"].text();
    return fit_to_keep(sub.empty() ? node["code"].plain() : sub, "", 60);
}

std::string text_in(const Json& node, std::string_view showed) {
    const std::string sub = node["sub_msg"].text();
    return fit_to_say(sub.empty() ? node["msg"].text() : sub, showed);
}

// What a refund's answer says whatever came of it; the outcome is still open.
RefundResult refund_said_by(const Json& node) {
    RefundResult result;
    result.channel_code = code_in(node);
    result.channel_text = text_in(node, "");
    if (is_config(node)) result.refs["alarm"] = "config";
    return result;
}

// Name and value, with a comma before; nothing for an empty value.
std::string more(const char* name, std::string_view value) {
    return value.empty() ? std::string() : std::string(",\"") + name + "\":" + json_quoted(value);
}

std::string number_of(const AttemptId& id) { return "{\"out_trade_no\":" + json_quoted(id.text()); }

std::string node_name(std::string method) {
    std::replace(method.begin(), method.end(), '.', '_');
    return method + "_response";
}

}  // namespace

std::string alipay_request_message(const FormFields& fields) { return sorted_line(fields, {"sign"}); }

bool alipay_signed(const RsaPublicKey& key, std::string_view node, std::string_view signature) {
    if (key.verify(node, signature)) return true;
    std::string plain(node);
    for (auto at = plain.find("\\/"); at != std::string::npos; at = plain.find("\\/", at + 1)) plain.erase(at, 1);
    return plain.size() != node.size() && key.verify(plain, signature);
}

AttemptResult alipay_refusal(const Json& node, std::string_view showed) {
    AttemptResult result;
    const std::string& code = node["code"].plain();
    result.channel_code = code_in(node);
    result.channel_text = text_in(node, showed);
    if (code == "10003") {
        result.outcome = Outcome::pending;
    } else if (refuses_config(node) || (code == "40004" && in(kDeclined, node["sub_code"].text()))) {
        result.outcome = Outcome::declined;
    } else {
        result.retry_after_ms = kAskAtOnceMs;
    }
    if (is_config(node)) result.refs["alarm"] = "config";
    return result;
}

HttpRequest AlipayMessages::request(const std::string& method, std::string biz_content, UtcInstant now) const {
    std::string time = to_rfc3339(UtcInstant{now.ms / 1000 * 1000}).substr(0, 19);
    time[10] = ' ';
    FormFields fields = {{"app_id", settings_.app_id}, {"method", method},       {"format", "JSON"},
                         {"charset", "utf-8"},         {"sign_type", "RSA2"},    {"timestamp", time},
                         {"version", "1.0"},           {"biz_content", std::move(biz_content)}};
    if (!settings_.app_auth_token.empty()) fields["app_auth_token"] = settings_.app_auth_token;
    if (!settings_.app_cert_sn.empty()) {
        fields["app_cert_sn"] = settings_.app_cert_sn;
        fields["alipay_root_cert_sn"] = settings_.alipay_root_cert_sn;
    }
    fields["sign"] = settings_.app_key->sign(alipay_request_message(fields));
    HttpRequest request;
    request.url = settings_.address + "?charset=utf-8";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=utf-8"}};
    request.body = form_encode(fields);
    if (fields["sign"].empty()) request.unfit = kNotSigned;
    return request;
}

HttpRequest AlipayMessages::pay(const AttemptRequest& attempt, UtcInstant now) const {
    return request(kPay,
                   number_of(attempt.id) + more("scene", "bar_code") + more("auth_code", attempt.code) +
                       more("product_code", "FACE_TO_FACE_PAYMENT") + more("subject", settings_.subject) +
                       more("total_amount", to_yuan(attempt.amount)) + more("timeout_express", settings_.timeout_express) +
                       more("store_id", settings_.store) + more("terminal_id", settings_.terminal) +
                       ",\"query_options\":[\"fund_bill_list\",\"voucher_detail_list\"]}",
                   now);
}

HttpRequest AlipayMessages::query(const AttemptId& id, UtcInstant now) const {
    return request(kQuery, number_of(id) + ",\"query_options\":[\"fund_bill_list\",\"voucher_detail_list\"]}", now);
}

HttpRequest AlipayMessages::cancel(const AttemptId& id, UtcInstant now) const {
    return request(kCancel, number_of(id) + "}", now);
}

HttpRequest AlipayMessages::refund(const Attempt& paid, const RefundRequest& refund, UtcInstant now) const {
    return request(kRefund,
                   number_of(paid.id) + more("refund_amount", to_yuan(refund.amount)) +
                       more("out_request_no", refund.id.text()) +
                       more("refund_reason", fit_to_keep(refund.reason, "", 200)) + "}",
                   now);
}

HttpRequest AlipayMessages::refund_query(const Attempt& paid, const RefundRequest& refund, UtcInstant now) const {
    return request(kRefundQuery, number_of(paid.id) + more("out_request_no", refund.id.text()) + "}", now);
}

AlipayMessages::Reading AlipayMessages::read(const std::string& method, const HttpAnswer& answer) const {
    AttemptResult why;
    why.channel_text = "Alipay answered HTTP " + std::to_string(answer.status) + ".";
    const auto json = Json::parse(answer.body);
    if (answer.status != 200 || !json) return {{}, std::move(why)};
    std::string name = node_name(method);
    if ((*json)[name].is_null()) name = "error_response";
    const Json& node = (*json)[name];
    const auto raw = raw_member(answer.body, name);
    if (node.kind() != Json::Kind::object || !raw) return {{}, std::move(why)};
    const std::string sign = (*json)["sign"].text();
    if (sign.empty()) {
        // Errors may come unsigned: they are a hint for the operator and nothing more.
        why = not_believed(is_config(node) ? "config" : "signature", text_in(node, ""));
        why.channel_code = code_in(node);
        return {{}, std::move(why)};
    }
    if (!alipay_signed(*settings_.alipay_key, *raw, sign))
        return {{}, not_believed("signature", "The signature of Alipay's answer is wrong.")};
    return {node, {}};
}

AttemptResult AlipayMessages::paid(const Json& node, const AttemptId& id, Money amount) const {
    const std::string currency = node["trans_currency"].text();
    if (node["out_trade_no"].text() != id.text() || yuan_of(node["total_amount"]) != amount ||
        (!currency.empty() && currency != "CNY"))
        return not_believed("mismatch", "Alipay reported another order or amount as paid.");
    AttemptResult result;
    result.outcome = Outcome::approved;
    result.channel_code = node["code"].plain();
    for (const char* name : {"trade_no", "gmt_payment", "send_pay_date", "receipt_amount", "buyer_pay_amount", "settlement_id"})
        if (!node[name].plain().empty()) result.refs[name] = fit_to_keep(node[name].plain(), "", 64);
    result.discounts = alipay_discounts(node, amount);
    return result;
}

AttemptResult AlipayMessages::read_pay(const AttemptRequest& attempt, const HttpAnswer& answer) const {
    const Reading reading = read(kPay, answer);
    if (!reading.node) {
        AttemptResult why = reading.why;
        why.channel_text = fit_to_say(why.channel_text, attempt.code);
        why.retry_after_ms = kAskAtOnceMs;
        return why;
    }
    const Json& node = *reading.node;
    if (node["code"].plain() == "10000") return paid(node, attempt.id, attempt.amount);
    const Json& number = node["out_trade_no"];
    if (!number.is_null() && number.text() != attempt.id.text())
        return not_believed("mismatch", "Alipay answered about another order.");
    return alipay_refusal(node, attempt.code);
}

AlipayQuery AlipayMessages::read_query(const AttemptId& id, Money amount, const HttpAnswer& answer) const {
    const Reading reading = read(kQuery, answer);
    if (!reading.node) return {AlipayTrade::unclear, reading.why};
    const Json& node = *reading.node;
    AttemptResult result;
    result.channel_code = code_in(node);
    result.channel_text = text_in(node, "");
    if (node["code"].plain() != "10000") {
        if (is_config(node)) result.refs["alarm"] = "config";
        const bool absent = node["sub_code"].text() == "ACQ.TRADE_NOT_EXIST";
        return {absent ? AlipayTrade::not_found : AlipayTrade::unclear, std::move(result)};
    }
    if (node["out_trade_no"].text() != id.text())
        return {AlipayTrade::unclear, not_believed("mismatch", "Alipay answered about another order.")};
    const std::string status = node["trade_status"].text();
    result.channel_code = fit_to_keep(status, "", 40);
    if (status == "WAIT_BUYER_PAY") {
        result.outcome = Outcome::pending;
        return {AlipayTrade::waiting, std::move(result)};
    }
    if (status == "TRADE_CLOSED") {
        result.outcome = Outcome::declined;
        return {AlipayTrade::closed, std::move(result)};
    }
    if (status != "TRADE_SUCCESS" && status != "TRADE_FINISHED") return {AlipayTrade::unclear, std::move(result)};
    AttemptResult approved = paid(node, id, amount);
    const auto state = approved.outcome == Outcome::approved ? AlipayTrade::paid : AlipayTrade::unclear;
    return {state, std::move(approved)};
}

AlipayCancel AlipayMessages::read_cancel(const AttemptId& id, const HttpAnswer& answer) const {
    using Answer = AlipayCancel::Answer;
    const Reading reading = read(kCancel, answer);
    if (!reading.node) return {Answer::unclear, "", reading.why.channel_code, reading.why.channel_text, false};
    const Json& node = *reading.node;
    AlipayCancel cancel{Answer::unclear, node["action"].text(), code_in(node), text_in(node, ""), is_config(node)};
    const std::string sub = node["sub_code"].text();
    const Json& number = node["out_trade_no"];
    if (!number.is_null() && number.text() != id.text()) return cancel;
    if (node["retry_flag"].text() == "Y" || sub == "ACQ.SELLER_BALANCE_NOT_ENOUGH") {
        cancel.answer = Answer::again;
    } else if (node["code"].plain() == "10000") {
        cancel.answer = Answer::done;
    } else if (sub == "ACQ.TRADE_CANCEL_TIME_OUT" || sub == "ACQ.TRADE_HAS_FINISHED") {
        cancel.answer = Answer::too_late;
    }
    return cancel;
}

RefundResult AlipayMessages::read_refund(const Attempt& paid, const RefundRequest& refund, const HttpAnswer& answer) const {
    const Reading reading = read(kRefund, answer);
    if (!reading.node) return unclear_refund(reading.why);
    const Json& node = *reading.node;
    RefundResult result = refund_said_by(node);
    if (node["code"].plain() != "10000") {
        const bool refused = node["code"].plain() == "40004" && in(kRefundRefused, node["sub_code"].text());
        if (refused || refuses_config(node)) result.outcome = RefundOutcome::refused;
        return result;
    }
    // refund_fee is the sum of all refunds of the order so far.
    const auto sum = yuan_of(node["refund_fee"]);
    if (node["out_trade_no"].text() != paid.id.text() || !sum || *sum < refund.amount || *sum > paid.amount)
        return unclear_refund(not_believed("mismatch", "Alipay answered about another refund."));
    result.refs["trade_no"] = fit_to_keep(node["trade_no"].text(), "", 64);
    // N: nothing moved in this call; whether it did before, only the query says.
    result.outcome = node["fund_change"].text() == "Y" ? RefundOutcome::refunded : RefundOutcome::processing;
    return result;
}

RefundResult AlipayMessages::read_refund_query(const Attempt& paid, const RefundRequest& refund, const HttpAnswer& answer) const {
    const Reading reading = read(kRefundQuery, answer);
    if (!reading.node) return unclear_refund(reading.why);
    const Json& node = *reading.node;
    RefundResult result = refund_said_by(node);
    // An answer without a status: not received, not done, or failed.
    if (node["code"].plain() != "10000" || node["refund_status"].is_null()) return result;
    if (node["out_trade_no"].text() != paid.id.text() || node["out_request_no"].text() != refund.id.text() ||
        yuan_of(node["refund_amount"]) != refund.amount)
        return unclear_refund(not_believed("mismatch", "Alipay answered about another refund."));
    result.refs["trade_no"] = fit_to_keep(node["trade_no"].text(), "", 64);
    const std::string status = node["refund_status"].text();
    result.channel_code = fit_to_keep(status, "", 40);
    if (status == "REFUND_SUCCESS") result.outcome = RefundOutcome::refunded;
    if (status == "REFUND_PROCESSING") result.outcome = RefundOutcome::processing;
    if (status == "REFUND_FAIL") result.outcome = RefundOutcome::refused;
    return result;
}

}  // namespace mulin::payment
