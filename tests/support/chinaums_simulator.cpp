#include "tests/support/chinaums_simulator.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "payment/wire/json.h"
#include "payment/wire/signature.h"

namespace mulin::tests {
namespace {

using payment::Json;
using payment::json_quoted;
using ChinaumsFate = ChinaumsPlan::Fate;
using ChinaumsLie = ChinaumsPlan::Lie;

// Values are JSON text; an empty one is left out.
std::string members(std::initializer_list<std::pair<const char*, std::string>> all) {
    std::string text;
    for (const auto& [name, value] : all)
        if (!value.empty()) text += (text.empty() ? "" : ",") + json_quoted(name) + ":" + value;
    return text;
}

GatewayAnswer said(const std::string& inside) {
    GatewayAnswer reply;
    reply.headers = {{"Content-Type", "application/json;charset=UTF-8"}};
    reply.body = "{" + inside + "}";
    return reply;
}

GatewayAnswer only(const char* code, const char* info) {
    return said(members({{"errCode", json_quoted(code)}, {"errInfo", json_quoted(info)}}));
}

// The value of name="..." in the Authorization header.
std::string part(const std::string& header, const std::string& name) {
    const auto begin = header.find(name + "=\"");
    if (begin == std::string::npos) return {};
    const auto from = begin + name.size() + 2;
    return header.substr(from, header.find('"', from) - from);
}

}  // namespace

ChinaumsSimulator::ChinaumsSimulator() : server_([this](const GatewayCall& call) { return handle(call); }) {}

std::string ChinaumsSimulator::code_for(const ChinaumsPlan& plan) {
    const std::lock_guard lock(mutex_);
    std::string last = std::to_string(++codes_);
    const std::string code = "1300610988280" + std::string(5 - last.size(), '0') + last;
    plans_[code] = plan;
    return code;
}

void ChinaumsSimulator::next_shown(const ChinaumsPlan& plan) {
    const std::lock_guard lock(mutex_);
    next_shown_ = plan;
}

std::int64_t ChinaumsSimulator::returned(const Payment& one) const {
    std::int64_t sum = one.voided ? one.amount_fen : 0;
    for (const auto& [id, fen] : one.refunds) sum += fen;
    return sum;
}

std::int64_t ChinaumsSimulator::held(const std::string& order) {
    const std::lock_guard lock(mutex_);
    Payment* const one = find(order);
    if (one == nullptr || one->closed || one->plan.fate != ChinaumsFate::paid || one->waiting > 0) return 0;
    return one->amount_fen - returned(*one);
}

int ChinaumsSimulator::starts(const std::string& order) {
    const std::lock_guard lock(mutex_);
    Payment* const one = find(order);
    return one == nullptr ? 0 : one->starts;
}

int ChinaumsSimulator::refunds() {
    const std::lock_guard lock(mutex_);
    int made = 0;
    for (const auto& [order, one] : ledger_) made += static_cast<int>(one.refunds.size());
    return made;
}

std::vector<std::string> ChinaumsSimulator::orders() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [order, one] : ledger_) all.push_back(one.shown ? order.substr(std::string_view(kSource).size()) : order);
    return all;
}

std::vector<std::string> ChinaumsSimulator::paths() {
    const std::lock_guard lock(mutex_);
    return paths_;
}

ChinaumsSimulator::Payment* ChinaumsSimulator::find(const std::string& order) {
    for (const std::string& key : {order, kSource + order})
        if (const auto found = ledger_.find(key); found != ledger_.end()) return &found->second;
    return nullptr;
}

bool ChinaumsSimulator::authorized(const GatewayCall& call) const {
    const auto found = call.headers.find("authorization");
    if (found == call.headers.end() || !found->second.starts_with("OPEN-BODY-SIG ")) return false;
    const std::string time = part(found->second, "Timestamp"), nonce = part(found->second, "Nonce");
    if (part(found->second, "AppId") != kAppId || time.size() != 14 || nonce.empty()) return false;
    const std::string line = kAppId + time + nonce + payment::sha256_hex(call.body);
    return part(found->second, "Signature") == payment::base64(payment::hmac_sha256(kAppKey, line));
}

GatewayAnswer ChinaumsSimulator::handle(const GatewayCall& call) {
    const std::lock_guard lock(mutex_);
    paths_.push_back(call.path);
    if (call.method != "POST" || !authorized(call)) return {.status = 401, .body = R"({"errCode":"0013","errInfo":"认证失败"})"};
    const auto request = Json::parse(call.body);
    if (!request) return only("0001", "报文格式错误");
    const std::string poslink_root = "/v6/poslink/transaction/", netpay_root = "/v1/netpay/bills/";
    if (call.path.starts_with(poslink_root)) return poslink(call.path.substr(poslink_root.size()), *request);
    if (call.path.starts_with(netpay_root)) return netpay(call.path.substr(netpay_root.size()), *request);
    return {.status = 404};
}

GatewayAnswer ChinaumsSimulator::poslink(const std::string& what, const Json& request) {
    if (request["merchantCode"].text() != kMerchant || request["terminalCode"].text() != kTerminal ||
        request["merchantOrderId"].text().empty())
        return only("0002", "缺少必填字段");
    if (what == "pay") return pay(request, false);
    Payment* const one = find(request["merchantOrderId"].text());
    if (one == nullptr || !one->arrived) return only(kNotFound, "原交易不存在");
    if (what == "query") return request["oriTransDate"].text().size() == 8 ? query(*one) : only("0002", "缺少原交易日期");
    if (what == "voidpayment" || what == "reversepayment") return take_back(*one, false);
    if (what == "refund") return refund(*one, request, false);
    if (what == "refund-query") return refund_query(*one, request["refundRequestId"].text());
    return {.status = 404};
}

GatewayAnswer ChinaumsSimulator::netpay(const std::string& what, const Json& request) {
    const bool whole = request["mid"].text() == kMerchant && request["tid"].text() == kTerminal &&
                       request["instMid"].text() == "QRPAYDEFAULT" && request["requestTimestamp"].text().size() == 19 &&
                       request["billDate"].text().size() == 10 && request["billNo"].text().starts_with(kSource) &&
                       !request["msgId"].text().empty();
    if (!whole) return only("INVALID_PARAM", "参数错误");
    if (what == "get-qrcode") return pay(request, true);
    Payment* const one = find(request["billNo"].text());
    if (one == nullptr || !one->arrived) return only("NO_ORDER", "订单不存在");
    if (what == "query") return bill(*one, request["refundOrderId"].text());
    if (what == "close-qrcode") return take_back(*one, true);
    if (what == "refund") return refund(*one, request, true);
    return {.status = 404};
}

GatewayAnswer ChinaumsSimulator::pay(const Json& request, bool shown) {
    ChinaumsPlan plan = next_shown_;
    if (!shown) {
        const auto known = plans_.find(request["payCode"].text());
        const bool whole = request["transactionCurrencyCode"].text() == "156" && request["payMode"].text() == "CODE_SCAN" &&
                           request["transactionAmount"].kind() == Json::Kind::number;
        if (known == plans_.end() || !whole) return only(kRefused, "付款码无效");
        plan = known->second;
    }
    const std::string order = request[shown ? "billNo" : "merchantOrderId"].text();
    const auto amount = request[shown ? "totalAmount" : "transactionAmount"].whole();
    if (!amount || *amount <= 0) return only("0002", "金额错误");
    if (Payment* const before = find(order); before != nullptr) {
        ++before->starts;
        return only(shown ? "DUP_ORDER" : "D1", "订单号重复");
    }
    if (plan.lost) return {.delivery = Delivery::none};
    Payment one;
    one.order = order;
    one.amount_fen = *amount;
    one.number = "2026031011450000000" + std::to_string(100 + ledger_.size());
    one.code = request["payCode"].text();
    one.waiting = plan.waiting_queries;
    one.unfound = plan.unfound_queries;
    one.shown = shown;
    one.plan = plan;
    ledger_[order] = one;
    const bool undecided = plan.fate == ChinaumsFate::waits || plan.waiting_queries > 0;
    std::string code = shown ? "SUCCESS" : undecided ? kWaiting : plan.fate == ChinaumsFate::refused ? "51" : "00";
    if (!plan.start_code.empty()) code = plan.start_code;
    const std::int64_t amount_said = plan.lie == ChinaumsLie::amount ? *amount + 1 : *amount;
    GatewayAnswer reply;
    if (shown) {
        reply = said(members({{"errCode", json_quoted(code)}, {"msgId", json_quoted(request["msgId"].text())},
                              {"mid", json_quoted(plan.lie == ChinaumsLie::merchant ? "898000000000002" : kMerchant)},
                              {"billNo", json_quoted(plan.lie == ChinaumsLie::order ? "9999SOMEBODYELSES" : order)},
                              {"billDate", json_quoted(request["billDate"].text())},
                              {"totalAmount", std::to_string(amount_said)}, {"qrCodeId", json_quoted(one.number)},
                              {"billQRCode", code == "SUCCESS" ? json_quoted("https://qr-test.chinaums.com/bills/qrCode.do?id=" + one.number) : ""}}));
    } else {
        reply = said(members({{"errCode", json_quoted(code)}, {"errInfo", json_quoted(code == "00" ? "10000成功响应码" : "交易未成功")},
                              {"transactionTime", json_quoted("114500")}, {"transactionDate", json_quoted("0310")},
                              {"settlementDateWithYear", json_quoted("20260310")}, {"retrievalRefNum", json_quoted("15005163609N")},
                              {"transactionAmount", money(one, amount_said)}, {"orderId", json_quoted(one.number)},
                              {"merchantCode", plan.lie == ChinaumsLie::merchant ? json_quoted("898000000000002") : ""},
                              {"thirdPartyName", json_quoted("微信钱包")}, {"thirdPartyBuyerId", json_quoted("otdJ-own-value")},
                              {"chnlType", json_quoted("WXPay")}, {"systemTraceNum", json_quoted("000015")}}));
    }
    reply.status = plan.start_status;
    if (plan.start_status != 200) reply.body = "<html><body>502 Bad Gateway</body></html>";
    reply.delivery = plan.start_delivery;
    return reply;
}

std::string ChinaumsSimulator::money(const Payment& one, std::int64_t fen) const {
    return one.plan.amounts_as_text ? json_quoted(std::to_string(fen)) : std::to_string(fen);
}

// ---- Queries

std::optional<GatewayAnswer> ChinaumsSimulator::first_obstacle(Payment& one, bool bill) {
    if (one.plan.failing_queries > 0) {
        --one.plan.failing_queries;
        return GatewayAnswer{.status = 502, .body = "<html></html>"};
    }
    if (one.unfound-- > 0) return bill ? only("NO_ORDER", "订单不存在") : only(kNotFound, "原交易不存在");
    return std::nullopt;
}

void ChinaumsSimulator::look(Payment& one) {
    if (one.closed && one.plan.late_success && ++one.looks_after_close > 1) {
        one.closed = false;
        one.plan.fate = ChinaumsFate::paid;
        one.waiting = 0;
    }
}

GatewayAnswer ChinaumsSimulator::query(Payment& one) {
    if (auto obstacle = first_obstacle(one, false)) return *obstacle;
    look(one);
    std::string code = "0";
    if (one.closed || one.voided) code = one.voided ? "2" : "4";
    else if (!one.refunds.empty()) code = "3";
    else if (one.waiting > 0 || one.plan.fate == ChinaumsFate::waits) code = kWaiting;
    else if (one.plan.fate == ChinaumsFate::refused) code = "5余额不足";
    if (one.waiting > 0) --one.waiting;
    const std::int64_t left = one.amount_fen - one.plan.platform_fen - (one.plan.amounts_do_not_add_up ? 1 : 0);
    const std::int64_t whole = one.amount_fen + (one.plan.amounts_do_not_add_up ? 3 : 0);
    const bool swapped = one.plan.amounts_swapped;
    const std::int64_t amount_said = one.plan.lie == ChinaumsLie::amount ? one.amount_fen + 1 : one.amount_fen;
    return said(members(
        {{"errCode", json_quoted("00")}, {"errInfo", json_quoted("00000成功响应码")},
         {"originalTransactionTime", json_quoted("20260310114500")}, {"queryResCode", json_quoted(code)},
         {"queryResDesc", json_quoted("查询结果" + code)}, {"originalPayCode", json_quoted(one.code)},
         {"originalBatchNo", json_quoted("000001")}, {"originalSystemTraceNum", json_quoted("000015")},
         {"originalRetrievalRefNum", json_quoted("15005163609N")}, {"origialRetrievalRefNum", json_quoted("15005163609N")},
         {"originalTransactionAmount", money(one, amount_said)}, {"amount", money(one, swapped ? left : whole)},
         {"refundedAmount", "0"}, {"refundAmonunt", "0"}, {"actualTransactionAmount", money(one, swapped ? whole : left)},
         {"promotionAmt", one.plan.platform_fen > 0 ? json_quoted(std::to_string(one.plan.platform_fen)) : ""},
         {"terminalCode", one.plan.lie == ChinaumsLie::merchant ? json_quoted("00000002") : ""},
         {"thirdPartyName", json_quoted("微信钱包")}, {"thirdPartyBuyerId", json_quoted("otdJ-own-value")},
         {"orderId", json_quoted(one.number)},
         {"merchantOrderId", json_quoted(one.plan.lie == ChinaumsLie::order ? "01K7QC3M5VSOMEBODYELSES001" : one.order)},
         {"originalSettlementDate", json_quoted("20260310")}}));
}

GatewayAnswer ChinaumsSimulator::bill(Payment& one, const std::string& refund_id) {
    if (auto obstacle = first_obstacle(one, true)) return *obstacle;
    if (refund_id.empty()) look(one);
    const bool waits = one.waiting > 0 || one.plan.fate == ChinaumsFate::waits;
    if (one.waiting > 0 && refund_id.empty()) --one.waiting;
    const bool paid = !one.closed && !waits && one.plan.fate == ChinaumsFate::paid;
    std::string status = one.closed || (!waits && one.plan.fate == ChinaumsFate::refused) ? "CLOSED" : waits ? "UNPAID" : "PAID";
    if (paid && !one.refunds.empty()) status = "REFUND";
    const std::int64_t amount_said = one.plan.lie == ChinaumsLie::amount ? one.amount_fen + 1 : one.amount_fen;
    const std::int64_t coupon = one.plan.platform_fen + one.plan.merchant_fen;
    const std::int64_t buyer = one.amount_fen - coupon - (one.plan.amounts_do_not_add_up ? 1 : 0);
    std::string payment, back;
    if (paid)
        payment = "{" + members({{"status", json_quoted("TRADE_SUCCESS")}, {"totalAmount", money(one, amount_said)},
                                 {"couponAmount", money(one, coupon)}, {"buyerPayAmount", money(one, buyer)},
                                 {"couponMerchantContribute", one.plan.merchant_fen > 0 ? money(one, one.plan.merchant_fen) : ""},
                                 {"receiptAmount", money(one, one.amount_fen - one.plan.merchant_fen)},
                                 {"payTime", json_quoted("2026-03-10 11:45:05")}, {"paySeqId", json_quoted("15005163609N")},
                                 {"settleDate", json_quoted("2026-03-10")}, {"buyerId", json_quoted("otdJ-own-value")},
                                 {"targetSys", json_quoted("WXPay")}, {"merOrderId", json_quoted(one.order)}}) + "}";
    if (const auto made = one.refunds.find(refund_id); made != one.refunds.end()) {
        const bool done = one.refund_questions++ >= one.plan.refund_waiting_queries;
        back = "{" + members({{"status", json_quoted(done ? "TRADE_SUCCESS" : "PROCESSING")}, {"totalAmount", money(one, made->second)},
                              {"payTime", json_quoted("2026-03-10 11:50:00")}}) + "}";
    }
    return said(members({{"errCode", json_quoted("SUCCESS")}, {"mid", json_quoted(one.plan.lie == ChinaumsLie::merchant ? "898000000000002" : kMerchant)},
                         {"tid", json_quoted(kTerminal)}, {"billNo", json_quoted(one.plan.lie == ChinaumsLie::order ? "9999SOMEBODYELSES" : one.order)},
                         {"billStatus", json_quoted(status)}, {"totalAmount", money(one, amount_said)},
                         {"billPayment", payment}, {"refundBillPayment", back}}));
}

// ---- Taking back

GatewayAnswer ChinaumsSimulator::take_back(Payment& one, bool bill) {
    if (one.plan.busy_reverses > 0) {
        if (--one.plan.busy_reverses == 0 && one.plan.pays_while_reversed) {
            one.plan.fate = ChinaumsFate::paid;
            one.waiting = 0;
        }
        return only(bill ? "ORDER_PROCESSING" : kBusy, "系统繁忙");
    }
    const bool paid = one.plan.fate == ChinaumsFate::paid && one.waiting == 0 && !one.closed;
    if (one.plan.reverse_refused || !one.refunds.empty() || (bill && paid))
        return only(bill ? "OPERATION_NOT_ALLOWED" : kRefused, "不允许撤销");
    if (paid) one.voided = true;
    if (!paid) one.closed = true;
    GatewayAnswer reply = bill ? said(members({{"errCode", json_quoted("SUCCESS")}, {"billNo", json_quoted(one.order)}}))
                               : said(members({{"errCode", json_quoted("00")}, {"errInfo", json_quoted("10000成功响应码")},
                                               {"transactionAmount", money(one, one.amount_fen)}, {"orderId", json_quoted(one.number)}}));
    reply.delivery = std::exchange(one.plan.reverse_delivery, Delivery::whole);
    return reply;
}

GatewayAnswer ChinaumsSimulator::refund(Payment& one, const Json& request, bool bill) {
    const std::string id = request[bill ? "refundOrderId" : "refundRequestId"].text();
    const auto fen = request[bill ? "refundAmount" : "transactionAmount"].whole();
    if (id.empty() || id.size() >= 50 || !fen || *fen <= 0 || (bill && !id.starts_with(kSource)))
        return only(bill ? "INVALID_PARAM" : "0002", "参数错误");
    const bool paid = one.plan.fate == ChinaumsFate::paid && one.waiting == 0 && !one.closed && !one.voided;
    const bool again = one.refunds.count(id) > 0;
    const bool undo = bill && id == one.order + "U";
    if (undo && one.plan.busy_reverses > 0) {
        --one.plan.busy_reverses;
        return only(kWaiting, "系统繁忙");
    }
    if (!paid || one.plan.refund_refused || (undo && one.plan.reverse_refused) || (!again && returned(one) + *fen > one.amount_fen))
        return only(bill ? "OPERATION_NOT_ALLOWED" : kRefused, "不允许退款");
    // poslink promises nothing about the same number twice: here it is a second refund.
    if (!bill && again) one.refunds[id + "-again"] = *fen;
    one.refunds.emplace(id, *fen);
    const bool done = one.plan.refund_waiting_queries == 0;
    GatewayAnswer reply =
        bill ? said(members({{"errCode", json_quoted("SUCCESS")}, {"billNo", json_quoted(one.order)}, {"refundOrderId", json_quoted(id)},
                             {"refundStatus", json_quoted(done ? "SUCCESS" : "PROCESSING")}, {"refundAmount", money(one, one.refunds[id])}}))
             : said(members({{"errCode", json_quoted("00")}, {"errInfo", json_quoted("10000成功响应码")},
                             {"transactionAmount", money(one, *fen)}, {"orderId", json_quoted(one.number)},
                             {"refundOrderId", json_quoted("2026031011500000000" + std::to_string(one.refunds.size()))},
                             {"refundPromotionList", json_quoted("0|0|0")}}));
    Delivery& delivery = undo ? one.plan.reverse_delivery : one.plan.refund_delivery;
    reply.delivery = std::exchange(delivery, Delivery::whole);
    return reply;
}

GatewayAnswer ChinaumsSimulator::refund_query(Payment& one, const std::string& id) {
    const auto made = one.refunds.find(id);
    if (made == one.refunds.end()) return only(kNotFound, "退款不存在");
    const bool done = one.refund_questions++ >= one.plan.refund_waiting_queries;
    return said(members({{"errCode", json_quoted("00")}, {"errInfo", json_quoted("00000成功响应码")},
                         {"queryResCode", json_quoted(done ? "00" : kWaiting)}, {"payCode", json_quoted(one.code)},
                         {"originalAmount", json_quoted(std::to_string(made->second))}, {"dealType", json_quoted("refund")},
                         {"dealRetrievalRefNum", json_quoted("15005163609N")}, {"refundOrderId", json_quoted("20260310115000000001")}}));
}

}  // namespace mulin::tests
