// Protocol V2 of the simulator: XML and API key.

#include <algorithm>
#include <array>
#include <regex>

#include "payment/wire/signature.h"
#include "tests/support/wechat_gateway.h"

namespace mulin::tests {
namespace {

using payment::field;
using payment::FormFields;

const char* const kPage = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

std::string unescaped(std::string text) {
    for (const auto& [entity, plain] : {std::pair("&lt;", "<"), std::pair("&gt;", ">"), std::pair("&amp;", "&")})
        for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1))
            text.replace(at, std::string(entity).size(), plain);
    return text;
}

FormFields read_xml(const std::string& body) {
    static const std::regex one("<([a-z_0-9]+)>(?:<!\\[CDATA\\[([^\\]]*)\\]\\]>|([^<]*))</\\1>");
    FormFields fields;
    const auto from = body.find("<xml>") == 0 ? body.begin() + 5 : body.end();
    for (std::sregex_iterator it(from, body.end(), one), end; it != end; ++it)
        fields[(*it)[1]] = (*it)[2].matched ? (*it)[2].str() : unescaped((*it)[3].str());
    return fields;
}

std::string xml_of(const FormFields& fields) {
    std::string out = "<xml>";
    for (const auto& [name, value] : fields) {
        const bool number = !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
        out += "<" + name + ">" + (number ? value : "<![CDATA[" + value + "]]>") + "</" + name + ">\n";
    }
    return out + "</xml>";
}

GatewayAnswer unsigned_v2(const std::string& text) {
    return {.status = 200, .body = xml_of({{"return_code", "FAIL"}, {"return_msg", text}})};
}

struct Rule {
    const char* name;
    std::size_t longest;
    bool required;
};

// Published tables; `sign` is checked by itself.
constexpr std::array kPay = {Rule{"body", 128, true},         Rule{"out_trade_no", 32, true}, Rule{"total_fee", 10, true},
                             Rule{"spbill_create_ip", 64, true}, Rule{"auth_code", 128, true}, Rule{"device_info", 32, false},
                             Rule{"attach", 127, false},       Rule{"goods_tag", 32, false},   Rule{"detail", 6000, false},
                             Rule{"scene_info", 256, false},   Rule{"limit_pay", 32, false},   Rule{"version", 8, false},
                             Rule{"time_start", 14, false},    Rule{"time_expire", 14, false}};
constexpr std::array kByNumber = {Rule{"out_trade_no", 32, true}};
constexpr std::array kRefund = {Rule{"out_trade_no", 32, true}, Rule{"out_refund_no", 64, true}, Rule{"total_fee", 10, true},
                                Rule{"refund_fee", 10, true}, Rule{"refund_desc", 80, false}, Rule{"notify_url", 256, false}};
constexpr std::array kRefundQuery = {Rule{"out_refund_no", 64, true}};
constexpr std::array kAlways = {Rule{"appid", 32, true}, Rule{"mch_id", 32, true}, Rule{"nonce_str", 32, true},
                                Rule{"sign", 64, true}, Rule{"sign_type", 32, false}};

template <class Rules>
std::string broken(const FormFields& fields, const Rules& rules) {
    for (const Rule& rule : rules) {
        const std::string& value = field(fields, rule.name);
        if (rule.required && value.empty()) return std::string(rule.name) + " is missing";
        if (value.size() > rule.longest) return std::string(rule.name) + " is too long";
    }
    const auto known = [&](const std::string& name) {
        const auto same = [&](const Rule& rule) { return name == rule.name; };
        return std::any_of(rules.begin(), rules.end(), same) || std::any_of(kAlways.begin(), kAlways.end(), same);
    };
    for (const auto& [name, value] : fields)
        if (!known(name)) return name + " is in no table";
    return "";
}

bool whole_number(const std::string& text) {
    return !text.empty() && text[0] != '0' && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::string WechatGateway::sign_v2(const Fields& fields) const {
    std::string line;
    for (const auto& [name, value] : fields)
        if (name != "sign" && !value.empty()) line += name + "=" + value + "&";
    line += "key=" + api_key_;
    return payment::upper_ascii(protocol_ == Protocol::v2_md5 ? payment::md5_hex(line)
                                                              : payment::hmac_sha256_hex(api_key_, line));
}

GatewayAnswer WechatGateway::say_v2(Fields answer, const BookAnswer& book) const {
    answer.insert({{"return_code", "SUCCESS"}, {"return_msg", "OK"}, {"result_code", "SUCCESS"}, {"appid", kAppId},
                   {"mch_id", kMerchant}, {"nonce_str", "8aaee146b1dee7cec9100add9b96cbe2"}});
    if (book.entry != nullptr && book.entry->lies(Behaviour::wrong_merchant)) answer["mch_id"] = "1900000999";
    answer["sign"] = sign_v2(answer);
    if (book.entry != nullptr && book.entry->lies(Behaviour::wrong_signature)) answer["sign"][0] ^= 1;
    if (book.status != 200) return {.status = book.status, .body = kPage};
    return {.status = 200, .body = xml_of(answer), .delivery = book.delivery};
}

GatewayAnswer WechatGateway::fail_v2(const std::string& code, const std::string& text, const BookAnswer& book) const {
    return say_v2({{"result_code", "FAIL"}, {"err_code", code}, {"err_code_des", text}}, book);
}

std::optional<std::string> WechatGateway::refused_v2(const GatewayCall& call, const Fields& fields) {
    std::string wrong;
    if (call.path == "/pay/micropay") wrong = broken(fields, kPay);
    else if (call.path == "/secapi/pay/refund") wrong = broken(fields, kRefund);
    else if (call.path == "/pay/refundquery") wrong = broken(fields, kRefundQuery);
    else wrong = broken(fields, kByNumber);
    if (wrong.empty() && (broken(Fields(fields.begin(), fields.end()), kAlways).find("missing") != std::string::npos))
        wrong = "appid, mch_id, nonce_str or sign is missing";
    for (const char* amount : {"total_fee", "refund_fee"})
        if (fields.contains(amount) && !whole_number(field(fields, amount))) wrong = std::string(amount) + " is no whole number";
    if (field(fields, "sign") != sign_v2(fields)) return "签名错误";
    if (field(fields, "appid") != kAppId || field(fields, "mch_id") != kMerchant) return "appid和mch_id不匹配";
    if (wrong.empty()) return std::nullopt;
    complain("V2 " + call.path + ": " + wrong);
    return "参数错误:" + wrong;
}

GatewayAnswer WechatGateway::handle_v2(const GatewayCall& call) {
    if (call.method != "POST") return unsigned_v2("请使用post方法");
    // The front refuses before the application sees it.
    if (call.path.rfind("/secapi/", 0) == 0 && !call.with_certificate) {
        complain("V2 " + call.path + ": no client certificate");
        return {.status = 400, .body = "<html><head><title>400 No required SSL certificate was sent</title></head></html>"};
    }
    const Fields fields = read_xml(call.body);
    if (fields.empty()) return unsigned_v2("XML格式错误");
    if (const auto why = refused_v2(call, fields)) return unsigned_v2(*why);
    if (!nonces_.insert(field(fields, "nonce_str")).second) complain("V2: a nonce came twice");
    if (call.path == "/pay/micropay") return pay_v2(fields);
    if (call.path == "/pay/orderquery") return query_v2(fields);
    if (call.path == "/secapi/pay/reverse") return reverse_v2(fields);
    if (call.path == "/secapi/pay/refund") return refund_v2(fields);
    if (call.path == "/pay/refundquery") return refund_query_v2(fields);
    return {.status = 404, .body = kPage};
}

void WechatGateway::fill_paid_v2(Fields& answer, const BookEntry& entry) const {
    const std::int64_t total = entry.amount_fen + (entry.lies(Behaviour::wrong_amount) ? 1 : 0);
    answer.insert({{"openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}, {"is_subscribe", "N"}, {"trade_type", "MICROPAY"},
                   {"bank_type", "OTHERS"}, {"fee_type", "CNY"}, {"total_fee", std::to_string(total)},
                   {"cash_fee", std::to_string(entry.amount_fen - entry.discount_fen)},
                   {"transaction_id", "4200" + payment::md5_hex(entry.number).substr(0, 24)},
                   {"out_trade_no", entry.lies(Behaviour::wrong_order) ? "01OTHER000000000000000001" : entry.number},
                   {"time_end", "20260101120005"}});
    if (entry.discount_fen == 0) return;
    const std::string fen = std::to_string(entry.discount_fen);
    answer["coupon_fee"] = fen;
    if (!entry.platform_pays) answer["settlement_total_fee"] = std::to_string(entry.amount_fen - entry.discount_fen);
    const std::string list = "[{\"promotion_id\":\"109519\",\"name\":\"" + fen + "\",\"scope\":\"GLOBAL\",\"type\":\"" +
                             (entry.platform_pays ? "COUPON" : "DISCOUNT") + "\",\"amount\":" + fen +
                             ",\"activity_id\":\"931386\",\"wxpay_contribute\":" + (entry.platform_pays ? fen : "0") +
                             ",\"merchant_contribute\":" + (entry.platform_pays ? "0" : fen) + ",\"other_contribute\":0}]";
    answer["promotion_detail"] = other_readings_ ? "{\"promotion_detail\":" + list + "}" : list;
}

GatewayAnswer WechatGateway::pay_v2(const Fields& fields) {
    const std::string& code = field(fields, "auth_code");
    if (code.size() != 18 || code[0] != '1' || code[1] > '5')
        return fail_v2("AUTH_CODE_INVALID", "请扫描微信支付授权码(以10/11/12/13/14/15为前缀的18位数字) " + code, {});
    const BookAnswer book = book_.start(field(fields, "out_trade_no"), std::stoll(field(fields, "total_fee")), code);
    switch (book.say) {
        case Say::refused:
            return fail_v2("NOTENOUGH", "用户帐号余额不足,付款码" + code, book);
        case Say::paying:
            return fail_v2("USERPAYING", "需要用户输入支付密码", book);
        case Say::used:
            return fail_v2("OUT_TRADE_NO_USED", "商户订单号重复", book);
        case Say::system_error:
            return fail_v2("SYSTEMERROR", "系统超时", book);
        case Say::unlisted:
            return fail_v2("NEW_CODE_OF_2031", "新的错误", book);
        case Say::unsigned_error:
            return unsigned_v2("系统繁忙");
        case Say::state: {
            Fields answer;
            fill_paid_v2(answer, *book.entry);
            return say_v2(answer, book);
        }
        default:
            return {.delivery = Delivery::none};
    }
}

GatewayAnswer WechatGateway::query_v2(const Fields& fields) {
    const BookAnswer book = book_.query(field(fields, "out_trade_no"));
    if (book.say == Say::system_error) return fail_v2("SYSTEMERROR", "系统错误", book);
    if (book.say == Say::rate_limited) return fail_v2("FREQUENCY_LIMITED", "频率限制", book);
    if (book.say != Say::state || book.entry->standing == Standing::absent)
        return fail_v2("ORDERNOTEXIST", "此交易订单号不存在", book);
    Fields answer = {{"trade_state", state_word(book.entry->standing)}, {"trade_state_desc", "订单状态"}};
    if (book.entry->standing == Standing::paid) fill_paid_v2(answer, *book.entry);
    answer.insert({"out_trade_no", book.entry->number});
    return say_v2(answer, book);
}

GatewayAnswer WechatGateway::reverse_v2(const Fields& fields) {
    const BookAnswer book = book_.reverse(field(fields, "out_trade_no"));
    switch (book.say) {
        case Say::again: {
            Fields answer = {{"result_code", "FAIL"}, {"err_code", "SYSTEMERROR"}, {"recall", "Y"}};
            if (book.entry->reverses == 2) answer = {{"result_code", "SUCCESS"}, {"recall", "Y"}};
            return say_v2(answer, book);
        }
        case Say::again_paying:
            return fail_v2("USERPAYING", "正在支付中不能发起撤销", book);
        case Say::too_late:
            return say_v2({{"result_code", "FAIL"}, {"err_code", "REVERSE_EXPIRE"}, {"err_code_des", "订单无法撤销"}, {"recall", "N"}}, book);
        // Said to be done, whether there is such an order or not.
        default:
            return say_v2({{"recall", "N"}}, book);
    }
}

GatewayAnswer WechatGateway::refund_v2(const Fields& fields) {
    const BookAnswer book = book_.refund(field(fields, "out_trade_no"), field(fields, "out_refund_no"),
                                         std::stoll(field(fields, "refund_fee")));
    if (book.entry != nullptr && std::stoll(field(fields, "total_fee")) != book.entry->amount_fen)
        complain("V2 refund: total_fee is not the order's");
    switch (book.say) {
        case Say::done:
            return say_v2({{"out_trade_no", field(fields, "out_trade_no")}, {"out_refund_no", field(fields, "out_refund_no")},
                           {"transaction_id", "4200"}, {"refund_id", "5030" + field(fields, "out_refund_no").substr(0, 20)},
                           {"refund_fee", field(fields, "refund_fee")}, {"total_fee", field(fields, "total_fee")}},
                          book);
        case Say::refused:
            return fail_v2("NOTENOUGH", "基本账户余额不足,请充值后重新发起", book);
        case Say::another:
            return fail_v2("ERROR", "订单金额或退款金额与之前请求不一致", book);
        case Say::too_much:
            return fail_v2("REFUND_FEE_INVALID", "退款金额大于支付金额", book);
        default:
            return fail_v2("ORDERNOTEXIST", "订单号不存在", book);
    }
}

GatewayAnswer WechatGateway::refund_query_v2(const Fields& fields) {
    const std::string& number = field(fields, "out_refund_no");
    const BookAnswer book = book_.refund_query(number);
    if (book.say == Say::not_found) return fail_v2("REFUNDNOTEXIST", "退款订单查询失败", book);
    return say_v2({{"out_trade_no", book.entry->number}, {"total_fee", std::to_string(book.entry->amount_fen)},
                   {"refund_count", "1"}, {"out_refund_no_0", number}, {"refund_id_0", "5030" + number.substr(0, 20)},
                   {"refund_fee_0", std::to_string(book.entry->refunds.at(number))},
                   {"refund_status_0", book.say == Say::done ? "SUCCESS" : "PROCESSING"}},
                  book);
}

}  // namespace mulin::tests
