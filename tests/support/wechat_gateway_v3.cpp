// Protocol V3 of the simulator: JSON, RSA both ways.

#include <chrono>
#include <regex>

#include <nlohmann/json.hpp>

#include "payment/wire/signature.h"
#include "tests/support/wechat_gateway.h"

namespace mulin::tests {
namespace {

using nlohmann::json;

const char* const kSubMerchant = "1900000110";
const char* const kSerial = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
const char* const kPlatform = "PUB_KEY_ID_0119000001092026000000000001";

std::int64_t now_s() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string text_at(const json& object, const char* name) {
    return object.is_object() && object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : "";
}

std::string wrong_amounts(const json& amount, const char* name) {
    if (!amount.is_object() || !amount.contains(name) || !amount[name].is_number_integer() || amount[name].get<int>() <= 0)
        return std::string("amount.") + name + " is no whole number of fen";
    if (text_at(amount, "currency") != "CNY") return "amount.currency is not CNY";
    return "";
}

}  // namespace

std::optional<std::string> WechatGateway::refused_v3(const GatewayCall& call) {
    static const std::regex one("([a-z_]+)=\"([^\"]+)\"");
    static const std::string scheme = "WECHATPAY2-SHA256-RSA2048 ";
    const auto header = call.headers.find("authorization");
    if (header == call.headers.end() || header->second.rfind(scheme, 0) != 0) return "Authorization不合法";
    std::map<std::string, std::string> part;
    for (std::sregex_iterator it(header->second.begin(), header->second.end(), one), end; it != end; ++it) part[(*it)[1]] = (*it)[2];
    if (part.size() != 5 || part["timestamp"].find_first_not_of("0123456789") != std::string::npos) return "Authorization不合法";
    const std::string target = call.path + (call.query.empty() ? "" : "?" + call.query);
    const std::string message =
        call.method + "\n" + target + "\n" + part["timestamp"] + "\n" + part["nonce_str"] + "\n" + call.body + "\n";
    if (part["mchid"] != kMerchant || part["serial_no"] != kSerial) return "商户证书序列号有误";
    if (!merchant_key_->public_key().verify(message, part["signature"])) return "错误的签名,验签失败";
    if (std::abs(now_s() - std::stoll(part["timestamp"])) > 300) return "请求时间戳过期";
    if (!nonces_.insert(part["nonce_str"]).second) return "随机串重复";
    const auto accept = call.headers.find("accept");
    if (accept == call.headers.end() || !call.headers.contains("user-agent")) return "缺少Accept或User-Agent";
    return std::nullopt;
}

WechatGateway::V3Body WechatGateway::error_v3(int status, const std::string& code, const std::string& text,
                                              const BookAnswer& book) const {
    return {.status = status, .json = json({{"code", code}, {"message", text}}).dump(),
            .wrong_signature = book.entry != nullptr && book.entry->lies(Behaviour::wrong_signature), .delivery = book.delivery};
}

std::string WechatGateway::trade_json(const BookEntry& entry) const {
    const bool paid = entry.standing == Standing::paid;
    json trade = {{"out_trade_no", entry.lies(Behaviour::wrong_order) ? "01OTHER000000000000000001" : entry.number},
                  {"trade_state", state_word(entry.standing)},
                  {"trade_state_desc", "订单状态"}};
    const std::string merchant = entry.lies(Behaviour::wrong_merchant) ? "1900000999" : kMerchant;
    if (protocol_ == Protocol::v3_partner) {
        trade.update(json{{"sp_appid", kAppId}, {"sp_mchid", merchant}, {"sub_mchid", kSubMerchant}});
    } else {
        trade.update(json{{"appid", kAppId}, {"mchid", merchant}});
    }
    if (!paid) return trade.dump();
    trade.update(json{{"transaction_id", "4200" + payment::md5_hex(entry.number).substr(0, 24)}, {"trade_type", "MICROPAY"},
                      {"bank_type", "OTHERS"}, {"success_time", "2026-01-01T12:00:05+08:00"}, {"payer", {{"openid", "o1"}}}});
    trade["amount"] = {{"total", entry.amount_fen + (entry.lies(Behaviour::wrong_amount) ? 1 : 0)},
                       {"payer_total", entry.amount_fen - entry.discount_fen}, {"currency", "CNY"}, {"payer_currency", "CNY"}};
    if (entry.discount_fen > 0)
        trade["promotion_detail"] = json::array({{{"coupon_id", "109519"}, {"name", "减"}, {"scope", "GLOBAL"},
            {"type", entry.platform_pays ? "CASH" : "NOCASH"}, {"amount", entry.discount_fen}, {"stock_id", "931386"},
            {"wechatpay_contribute", entry.platform_pays ? entry.discount_fen : 0},
            {"merchant_contribute", entry.platform_pays ? 0 : entry.discount_fen}, {"other_contribute", 0}, {"currency", "CNY"}}});
    return trade.dump();
}

WechatGateway::V3Body WechatGateway::pay_v3(const std::string& body) {
    const json request = json::parse(body, nullptr, false);
    const bool partner = protocol_ == Protocol::v3_partner;
    std::string wrong = wrong_amounts(request.value("amount", json()), "total");
    for (const char* name : {partner ? "sp_appid" : "appid", partner ? "sp_mchid" : "mchid", "description", "out_trade_no"})
        if (text_at(request, name).empty()) wrong = std::string(name) + " is missing";
    if (text_at(request, "description").size() > 127) wrong = "description is too long";
    if (!request.value("scene_info", json()).contains("store_info")) wrong = "scene_info.store_info is missing";
    if (partner && text_at(request, "sub_mchid") != kSubMerchant) wrong = "sub_mchid is missing";
    const std::string code = text_at(request.value("payer", json()), "auth_code");
    if (!wrong.empty()) {
        complain("V3 codepay: " + wrong);
        return error_v3(400, "PARAM_ERROR", wrong, {});
    }
    if (code.size() != 18 || code[0] != '1') return error_v3(400, "AUTH_CODE_INVALID", "付款码无效 " + code, {});
    const BookAnswer book = book_.start(text_at(request, "out_trade_no"), request["amount"]["total"].get<std::int64_t>(), code);
    switch (book.say) {
        case Say::refused:
            return error_v3(403, "NOT_ENOUGH", "余额不足 " + code, book);
        case Say::paying:
            return {.status = other_readings_ ? 202 : 200, .json = "{\"trade_state\":\"USERPAYING\"}"};
        case Say::used:
            return error_v3(400, "OUT_TRADE_NO_USED", "商户订单号重复", book);
        case Say::system_error:
            return error_v3(500, "SYSTEM_ERROR", "系统异常", book);
        case Say::unlisted:
            return error_v3(400, "NEW_CODE_OF_2031", "新的错误", book);
        case Say::unsigned_error:
            return {.status = 403, .json = "{\"code\":\"NOT_ENOUGH\",\"message\":\"?\"}", .with_signature = false};
        case Say::state:
            if (book.status != 200) return {.status = book.status, .json = "<html>502</html>", .with_signature = false};
            return {.json = trade_json(*book.entry), .wrong_signature = book.entry->lies(Behaviour::wrong_signature),
                    .wrong_clock = book.entry->lies(Behaviour::wrong_clock), .delivery = book.delivery};
        default:
            return {.delivery = Delivery::none};
    }
}

WechatGateway::V3Body WechatGateway::query_v3(const std::string& number) {
    const BookAnswer book = book_.query(number);
    if (book.say == Say::system_error) return error_v3(500, "SYSTEM_ERROR", "系统异常", book);
    if (book.say == Say::rate_limited) return error_v3(429, "FREQUENCY_LIMITED", "频率超限", book);
    if (book.say != Say::state || book.entry->standing == Standing::absent)
        return error_v3(404, "ORDER_NOT_EXIST", "订单不存在", book);
    return {.json = trade_json(*book.entry), .wrong_signature = book.entry->lies(Behaviour::wrong_signature),
            .wrong_clock = book.entry->lies(Behaviour::wrong_clock)};
}

WechatGateway::V3Body WechatGateway::reverse_v3(const std::string& number) {
    const BookAnswer book = book_.reverse(number);
    switch (book.say) {
        case Say::again:
            if (book.entry->reverses == 2) return {.status = 204};  // said to be done, and is not
            return error_v3(400, "USERPAYING", "用户支付中", book);
        case Say::again_paying:
            return error_v3(400, "USERPAYING", "正在支付中不能发起撤销", book);
        case Say::too_late:
            return error_v3(400, "REVERSE_EXPIRE", "订单无法撤销", book);
        case Say::not_found:
            return error_v3(404, "ORDER_NOT_EXIST", "订单不存在", book);
        default:
            return {.status = 204, .delivery = book.delivery};
    }
}

WechatGateway::V3Body WechatGateway::refund_v3(const std::string& body) {
    const json request = json::parse(body, nullptr, false);
    std::string wrong = wrong_amounts(request.value("amount", json()), "refund");
    if (wrong.empty()) wrong = wrong_amounts(request["amount"], "total");
    for (const char* name : {"out_trade_no", "out_refund_no"})
        if (text_at(request, name).empty()) wrong = std::string(name) + " is missing";
    if (!wrong.empty()) {
        complain("V3 refund: " + wrong);
        return error_v3(400, "PARAM_ERROR", wrong, {});
    }
    const std::string number = text_at(request, "out_trade_no"), refund_number = text_at(request, "out_refund_no");
    const BookAnswer book = book_.refund(number, refund_number, request["amount"]["refund"].get<std::int64_t>());
    switch (book.say) {
        case Say::done: {
            V3Body answer = refund_query_v3(refund_number);
            answer.delivery = book.delivery;
            return answer;
        }
        case Say::refused:
            return error_v3(403, "NOT_ENOUGH", "基本账户余额不足", book);
        case Say::another:
        case Say::too_much:
            return error_v3(400, "INVALID_REQUEST", "金额与之前请求不一致或大于支付金额", book);
        default:
            return error_v3(404, "RESOURCE_NOT_EXISTS", "订单不存在", book);
    }
}

WechatGateway::V3Body WechatGateway::refund_query_v3(const std::string& refund_number) {
    const BookAnswer book = book_.refund_query(refund_number);
    if (book.say == Say::not_found) return error_v3(404, "RESOURCE_NOT_EXISTS", "退款单不存在", book);
    const json answer = {{"refund_id", "5030" + refund_number.substr(0, 20)}, {"out_refund_no", refund_number},
                         {"transaction_id", "4200"}, {"out_trade_no", book.entry->number}, {"channel", "ORIGINAL"},
                         {"status", book.say == Say::done ? "SUCCESS" : "PROCESSING"},
                         {"amount", {{"total", book.entry->amount_fen}, {"refund", book.entry->refunds.at(refund_number)},
                                     {"currency", "CNY"}}}};
    return {.json = answer.dump()};
}

GatewayAnswer WechatGateway::handle_v3(const GatewayCall& call) {
    const std::string trades = protocol_ == Protocol::v3_partner ? "/v3/pay/partner/transactions/" : "/v3/pay/transactions/";
    const std::string by_number = trades + "out-trade-no/", refunds = "/v3/refund/domestic/refunds";
    V3Body body;
    if (const auto why = refused_v3(call)) {
        complain("V3 " + call.path + ": " + *why);
        body = {.status = 401, .json = json({{"code", "SIGN_ERROR"}, {"message", *why}}).dump(), .with_signature = false};
    } else if (call.method == "POST" && call.path == trades + "codepay") {
        body = pay_v3(call.body);
    } else if (call.method == "GET" && call.path.rfind(by_number, 0) == 0) {
        if (call.query.find("mchid=" + std::string(kMerchant)) == std::string::npos) complain("V3 query: mchid is missing");
        body = query_v3(call.path.substr(by_number.size()));
    } else if (call.method == "POST" && call.path.rfind(by_number, 0) == 0) {
        const std::string rest = call.path.substr(by_number.size());
        body = reverse_v3(rest.substr(0, rest.find('/')));
    } else if (call.method == "POST" && call.path == refunds) {
        body = refund_v3(call.body);
    } else if (call.method == "GET" && call.path.rfind(refunds + "/", 0) == 0) {
        body = refund_query_v3(call.path.substr(refunds.size() + 1));
    } else {
        body = {.status = 404, .json = "{}", .with_signature = false};
    }
    GatewayAnswer answer{.status = body.status, .body = body.json, .delivery = body.delivery};
    if (!body.with_signature) return answer;
    const std::string time = std::to_string(now_s() + clock_shift_s_ + (body.wrong_clock ? 3'600 : 0)), nonce = payment::md5_hex(time + body.json);
    std::string signature = platform_key_->sign(time + "\n" + nonce + "\n" + body.json + "\n");
    if (body.wrong_signature) signature[10] = signature[10] == 'A' ? 'B' : 'A';
    answer.headers = {{"Content-Type", "application/json"}, {"Wechatpay-Timestamp", time}, {"Wechatpay-Nonce", nonce},
                      {"Wechatpay-Serial", kPlatform}, {"Wechatpay-Signature", signature}};
    return answer;
}

}  // namespace mulin::tests
