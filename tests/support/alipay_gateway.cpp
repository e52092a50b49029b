#include "tests/support/alipay_gateway.h"

#include <chrono>
#include <optional>
#include <regex>

#include <nlohmann/json.hpp>

namespace mulin::tests {
namespace {

using nlohmann::json;

std::string url_decoded(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::map<std::string, std::string> form_values(const std::string& body) {
    std::map<std::string, std::string> values;
    std::size_t at = 0;
    while (at < body.size()) {
        const auto end = std::min(body.find('&', at), body.size());
        const auto middle = std::min(body.find('=', at), end);
        if (middle < end) values[url_decoded(body.substr(at, middle - at))] = url_decoded(body.substr(middle + 1, end - middle - 1));
        at = end + 1;
    }
    return values;
}

std::string yuan_text(std::int64_t fen) {
    const std::string rest = std::to_string(fen % 100);
    return std::to_string(fen / 100) + "." + (rest.size() < 2 ? "0" : "") + rest;
}

std::optional<std::int64_t> fen_in_yuan(const json& content, const char* name) {
    static const std::regex form("([0-9]{1,9})\\.([0-9]{2})");
    std::smatch part;
    if (!content.contains(name) || !content[name].is_string()) return std::nullopt;
    const std::string text = content[name].get<std::string>();
    if (!std::regex_match(text, part, form)) return std::nullopt;
    return std::stoll(part[1].str()) * 100 + std::stoll(part[2].str());
}

std::string text_member(const json& content, const char* name) {
    return content.is_object() && content.contains(name) && content[name].is_string() ? content[name].get<std::string>() : "";
}

// The signature's age is looked at by the documents' rule of the day; here an hour either way.
bool is_about_now(const std::string& timestamp) {
    std::tm parts{};
    if (timestamp.size() != 19 || ::strptime(timestamp.c_str(), "%Y-%m-%d %H:%M:%S", &parts) == nullptr) return false;
    const auto sent = ::timegm(&parts) - 8 * 3600;
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    return sent > now - 3600 && sent < now + 3600;
}

}  // namespace

AlipayGateway::AlipayGateway() : server_([this](const GatewayCall& call) { return handle(call); }) {
    folder_.write("app_key.pem", app_key_.pem());
    folder_.write("alipay_key.pem", alipay_key_.public_key().pem());
    folder_.write("authority.pem", gateway_trust().authority.certificate_pem);
}

std::map<std::string, std::string> AlipayGateway::settings() const {
    return {{"address", server_.url() + "/gateway.do"},
            {"app_id", "2021000000000001"},
            {"subject", "长者午餐"},
            {"store", "S001"},
            {"terminal", "T01"},
            {"app_key_file", folder_.path() + "/app_key.pem"},
            {"alipay_key_file", folder_.path() + "/alipay_key.pem"},
            {"authorities_file", folder_.path() + "/authority.pem"}};
}

std::int64_t AlipayGateway::held_fen(const std::string& number) {
    const std::lock_guard lock(mutex_);
    return book_.held_fen(number);
}
int AlipayGateway::starts(const std::string& number) {
    const std::lock_guard lock(mutex_);
    return book_.starts(number);
}
std::vector<std::string> AlipayGateway::complaints() {
    const std::lock_guard lock(mutex_);
    return complaints_;
}

// The sub_code of what the gateway refuses before any business; empty when it is in order.
std::string AlipayGateway::refused(const GatewayCall& call, const Values& values) const {
    const auto value = [&](const char* name) { return values.contains(name) ? values.at(name) : std::string(); };
    if (call.method != "POST" || call.path != "/gateway.do") return "isv.invalid-request";
    if (value("app_id") != "2021000000000001") return "isv.invalid-app-id";
    if (value("format") != "JSON") return "isv.invalid-format";
    if (call.query.find("charset=utf-8") == std::string::npos) return "isv.invalid-charset";
    if (value("sign_type") != "RSA2") return "isv.invalid-signature-type";
    if (value("version") != "1.0") return "isv.invalid-version";
    if (!is_about_now(value("timestamp"))) return "isv.invalid-timestamp";
    std::string message;
    for (const auto& [name, content] : values)
        if (name != "sign" && !content.empty()) message += (message.empty() ? "" : "&") + name + "=" + content;
    if (!app_key_.public_key().verify(message, value("sign"))) return "isv.invalid-signature";
    return "";
}

GatewayAnswer AlipayGateway::say(const std::string& method, const Json& node, const BookAnswer& book, bool with_signature) const {
    std::string text = node.dump();
    std::string signature = alipay_key_.sign(text);
    if (book.entry != nullptr && book.entry->lies(Behaviour::wrong_signature)) signature[10] = signature[10] == 'A' ? 'B' : 'A';
    if (other_readings_) text = std::regex_replace(text, std::regex("/"), "\\/");
    std::string root = std::regex_replace(method, std::regex("\\."), "_") + "_response";
    std::string body = "{\"" + root + "\":" + text + (with_signature ? ",\"sign\":\"" + signature + "\"" : "") + "}";
    if (book.status != 200) body = "<html><head><title>502 Bad Gateway</title></head></html>";
    return {.status = book.status, .headers = {{"Content-Type", "text/html;charset=utf-8"}}, .body = body, .delivery = book.delivery};
}

GatewayAnswer AlipayGateway::fail(const std::string& method, const std::string& sub_code, const std::string& text,
                                  const BookAnswer& book, bool with_signature) const {
    return say(method, {{"code", "40004"}, {"msg", "Business Failed"}, {"sub_code", sub_code}, {"sub_msg", text}}, book, with_signature);
}

GatewayAnswer AlipayGateway::handle(const GatewayCall& call) {
    const std::lock_guard lock(mutex_);
    // Public parameters may stand in the query, too.
    Values values = form_values(call.query);
    values.merge(form_values(call.body));
    const std::string method = values.contains("method") ? values.at("method") : "";
    if (const std::string why = refused(call, values); !why.empty()) {
        complaints_.push_back(method + ": " + why);
        const Json error = {{"code", "40002"}, {"msg", "Invalid Arguments"}, {"sub_code", why}, {"sub_msg", why}};
        return {.body = "{\"error_response\":" + error.dump() + "}"};
    }
    const Json content = Json::parse(values.contains("biz_content") ? values.at("biz_content") : "", nullptr, false);
    if (text_member(content, "out_trade_no").empty()) {
        complaints_.push_back(method + ": out_trade_no is missing");
        return fail(method, "ACQ.INVALID_PARAMETER", "参数无效", {});
    }
    if (method == "alipay.trade.pay") return pay(content);
    if (method == "alipay.trade.query") return query(content);
    if (method == "alipay.trade.cancel") return cancel(content);
    if (method == "alipay.trade.refund") return refund(content);
    if (method == "alipay.trade.fastpay.refund.query") return refund_query(content);
    return fail(method, "isv.invalid-method", "不存在的方法名", {});
}

void AlipayGateway::fill(Json& node, const BookEntry& entry) const {
    const auto amount = [&](std::int64_t fen) { return other_readings_ ? Json::parse(yuan_text(fen)) : Json(yuan_text(fen)); };
    node["trade_no"] = "2026010122001" + entry.number.substr(0, 15);
    node["out_trade_no"] = entry.lies(Behaviour::wrong_order) ? "01OTHER000000000000000001" : entry.number;
    node["buyer_logon_id"] = "159****5620";
    node["total_amount"] = amount(entry.amount_fen + (entry.lies(Behaviour::wrong_amount) ? 1 : 0));
    const std::int64_t by_merchant = entry.platform_pays ? 0 : entry.discount_fen;
    node["receipt_amount"] = amount(entry.amount_fen - by_merchant);
    node["buyer_pay_amount"] = amount(entry.amount_fen - entry.discount_fen);
    node["point_amount"] = amount(0);
    node["store_name"] = "睦邻小厨/一店";
    node["fund_bill_list"] = Json::array({{{"fund_channel", "ALIPAYACCOUNT"}, {"amount", amount(entry.amount_fen - entry.discount_fen)}}});
    if (entry.discount_fen == 0) return;
    node["fund_bill_list"].push_back({{"fund_channel", entry.platform_pays ? "DISCOUNT" : "MDISCOUNT"}, {"amount", amount(entry.discount_fen)}});
    node["voucher_detail_list"] = Json::array({{{"id", "2015102600073002039000002D5O"}, {"name", "立减"}, {"type", "ALIPAY_FIX_VOUCHER"},
        {"amount", amount(entry.discount_fen)}, {"merchant_contribute", amount(by_merchant)},
        {"other_contribute", amount(entry.discount_fen - by_merchant)}}});
    node[entry.platform_pays ? "discount_amount" : "mdiscount_amount"] = amount(entry.discount_fen);
}

GatewayAnswer AlipayGateway::pay(const Json& content) {
    const char* const method = "alipay.trade.pay";
    const auto total = fen_in_yuan(content, "total_amount");
    std::string wrong;
    if (!total || *total <= 0) wrong = "total_amount";
    if (text_member(content, "scene") != "bar_code") wrong = "scene";
    if (text_member(content, "subject").empty() || text_member(content, "subject").size() > 256) wrong = "subject";
    if (text_member(content, "auth_code").empty()) wrong = "auth_code";
    if (!wrong.empty()) {
        complaints_.push_back(std::string(method) + ": " + wrong);
        return fail(method, "ACQ.INVALID_PARAMETER", wrong, {});
    }
    const std::string code = text_member(content, "auth_code");
    if (code.size() < 16 || code.size() > 24 || code[0] != '2') return fail(method, "ACQ.PAYMENT_AUTH_CODE_INVALID", "无效付款码 " + code, {});
    const BookAnswer book = book_.start(text_member(content, "out_trade_no"), *total, code);
    switch (book.say) {
        case Say::refused:
            return fail(method, "ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足,付款码" + code, book);
        case Say::paying: {
            Json node = {{"code", "10003"}, {"msg", " order success pay inprocess"}};
            fill(node, *book.entry);
            return say(method, node, book);
        }
        case Say::used:
            return fail(method, "ACQ.TRADE_HAS_SUCCESS", "交易已被支付", book);
        case Say::system_error:
            return say(method, {{"code", "20000"}, {"msg", "Service Currently Unavailable"}, {"sub_code", "aop.ACQ.SYSTEM_ERROR"}}, book);
        case Say::unlisted:
            return fail(method, "ACQ.NEW_CODE_OF_2031", "新的错误", book);
        case Say::unsigned_error:
            return fail(method, "ACQ.PAYMENT_FAIL", "支付失败", book, false);
        case Say::state: {
            Json node = {{"code", "10000"}, {"msg", "Success"}, {"gmt_payment", "2026-01-01 12:00:05"}};
            fill(node, *book.entry);
            return say(method, node, book);
        }
        default:
            return {.delivery = Delivery::none};
    }
}

GatewayAnswer AlipayGateway::query(const Json& content) {
    const char* const method = "alipay.trade.query";
    const BookAnswer book = book_.query(text_member(content, "out_trade_no"));
    if (book.say == Say::system_error) return fail(method, "ACQ.SYSTEM_ERROR", "系统错误", book);
    if (book.say == Say::rate_limited) return say(method, {{"code", "40005"}, {"msg", "Call Limited"}, {"sub_code", "isv.app-call-limited"}}, book);
    if (book.say != Say::state || book.entry->standing == Standing::absent)
        return fail(method, "ACQ.TRADE_NOT_EXIST", "交易不存在", book);
    const Standing standing = book.entry->standing;
    Json node = {{"code", "10000"}, {"msg", "Success"}};
    node["trade_status"] = standing == Standing::paid ? "TRADE_SUCCESS" : standing == Standing::paying ? "WAIT_BUYER_PAY" : "TRADE_CLOSED";
    if (standing == Standing::paid) node["send_pay_date"] = "2026-01-01 12:00:05";
    fill(node, *book.entry);
    return say(method, node, book);
}

GatewayAnswer AlipayGateway::cancel(const Json& content) {
    const char* const method = "alipay.trade.cancel";
    const std::string number = text_member(content, "out_trade_no");
    const BookEntry* before = book_.find(number);
    const bool paid = before != nullptr && before->standing == Standing::paid;
    const BookAnswer book = book_.reverse(number);
    Json node = {{"code", "10000"}, {"msg", "Success"}, {"out_trade_no", number}, {"retry_flag", "N"}};
    switch (book.say) {
        case Say::again:
            if (book.entry->reverses == 2) {
                node = {{"code", "40004"}, {"msg", "Business Failed"}, {"sub_code", "ACQ.SYSTEM_ERROR"}, {"sub_msg", "系统错误"}};
            }
            node["retry_flag"] = "Y";
            return say(method, node, book);
        case Say::again_paying:
            node = {{"code", "40004"}, {"msg", "Business Failed"}, {"sub_code", "ACQ.SYSTEM_ERROR"}, {"sub_msg", "支付中"}, {"retry_flag", "Y"}};
            return say(method, node, book);
        case Say::too_late:
            return fail(method, "ACQ.TRADE_CANCEL_TIME_OUT", "超过撤销时间范围", book);
        // Also for an order that never was.
        default:
            if (book.entry != nullptr) node["action"] = paid ? "refund" : "close";
            return say(method, node, book);
    }
}

GatewayAnswer AlipayGateway::refund(const Json& content) {
    const char* const method = "alipay.trade.refund";
    const std::string number = text_member(content, "out_trade_no"), request = text_member(content, "out_request_no");
    const auto amount = fen_in_yuan(content, "refund_amount");
    if (!amount || request.empty()) {
        complaints_.push_back(std::string(method) + ": refund_amount or out_request_no");
        return fail(method, "ACQ.INVALID_PARAMETER", "参数无效", {});
    }
    const BookEntry* before = book_.find(number);
    const bool repeated = before != nullptr && before->refunds.contains(request);
    const BookAnswer book = book_.refund(number, request, *amount);
    switch (book.say) {
        case Say::done: {
            const bool moved = !repeated && book.entry->behaviour != Behaviour::refund_processing;
            return say(method, {{"code", "10000"}, {"msg", "Success"}, {"out_trade_no", number}, {"trade_no", "20260101220014"},
                                {"fund_change", moved ? "Y" : "N"}, {"refund_fee", yuan_text(book.entry->returned_fen)}},
                       book);
        }
        case Say::refused:
            return fail(method, "ACQ.SELLER_BALANCE_NOT_ENOUGH", "商户的支付宝账户中无足够的资金进行撤销", book);
        case Say::another:
            return fail(method, "ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致", book);
        case Say::too_much:
            return fail(method, "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限", book);
        default:
            return fail(method, "ACQ.TRADE_NOT_EXIST", "交易不存在", book);
    }
}

GatewayAnswer AlipayGateway::refund_query(const Json& content) {
    const char* const method = "alipay.trade.fastpay.refund.query";
    const std::string request = text_member(content, "out_request_no");
    const BookAnswer book = book_.refund_query(request);
    Json node = {{"code", "10000"}, {"msg", "Success"}};
    if (book.say == Say::not_found || book.entry->number != text_member(content, "out_trade_no")) return say(method, node, {});
    node.update(Json{{"out_trade_no", book.entry->number}, {"out_request_no", request}, {"total_amount", yuan_text(book.entry->amount_fen)},
                     {"refund_amount", yuan_text(book.entry->refunds.at(request))}});
    if (book.say == Say::done) node["refund_status"] = "REFUND_SUCCESS";
    return say(method, node, book);
}

}  // namespace mulin::tests
