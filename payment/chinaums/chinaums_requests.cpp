// The requests of chinaums_messages.h. A member with an empty value is left out.

#include <initializer_list>
#include <utility>

#include "payment/chinaums/chinaums_messages.h"
#include "payment/wire/json.h"

namespace mulin::payment {
namespace {

constexpr const char* kBills = "QRPAYDEFAULT";

// A name and its value as JSON text; empty is left out.
using Member = std::pair<const char*, std::string>;

std::string words_of(const std::string& text) { return text.empty() ? std::string() : json_quoted(text); }

std::string object(std::initializer_list<Member> members) {
    std::string json = "{";
    for (const auto& [name, value] : members) {
        if (value.empty()) continue;
        json += (json.size() > 1 ? "," : "") + json_quoted(name) + ":" + value;
    }
    return json + "}";
}

std::string fen(Money amount) { return std::to_string(amount.in_fen()); }

std::string kept(const Attempt& attempt, const char* name) {
    const auto found = attempt.result.refs.find(name);
    return found == attempt.result.refs.end() ? std::string() : found->second;
}

std::string day(UtcInstant instant) { return china_date(instant).text(); }

std::string short_day(UtcInstant instant) { return chinaums_time(instant).substr(0, 8); }

}  // namespace

std::string chinaums_time(UtcInstant instant) {
    std::string digits;
    for (const char c : chinaums_stamp(instant))
        if (c >= '0' && c <= '9') digits += c;
    return digits;
}

std::string chinaums_stamp(UtcInstant instant) {
    std::string text = to_rfc3339(UtcInstant{instant.ms - (instant.ms % 1000 + 1000) % 1000});
    text.resize(text.size() - std::string_view("+08:00").size());
    text[10] = ' ';
    return text;
}

std::string poslink_pay(const ChinaumsShop& shop, const AttemptRequest& request) {
    return object({{"merchantCode", words_of(shop.merchant)},
                   {"terminalCode", words_of(shop.terminal)},
                   {"transactionAmount", fen(request.amount)},
                   {"transactionCurrencyCode", words_of("156")},
                   {"merchantOrderId", words_of(request.id.text())},
                   {"merchantRemark", words_of(shop.description)},
                   {"payMode", words_of("CODE_SCAN")},
                   {"payCode", words_of(request.code)},
                   {"orderDesc", words_of(shop.description)},
                   {"deviceType", words_of(shop.device_type)},
                   {"serialNum", words_of(shop.device_serial)},
                   {"longitude", words_of(shop.longitude)},
                   {"latitude", words_of(shop.latitude)},
                   {"ip", words_of(shop.ip)}});
}

std::string poslink_query(const ChinaumsShop& shop, const Attempt& attempt) {
    return object({{"merchantCode", words_of(shop.merchant)},
                   {"terminalCode", words_of(shop.terminal)},
                   {"merchantOrderId", words_of(attempt.id.text())},
                   {"originalOrderId", words_of(kept(attempt, "orderId"))},
                   {"oriTransDate", words_of(short_day(attempt.created))}});
}

std::string poslink_void(const ChinaumsShop& shop, const Attempt& attempt) {
    return object({{"merchantCode", words_of(shop.merchant)},
                   {"terminalCode", words_of(shop.terminal)},
                   {"merchantOrderId", words_of(attempt.id.text())},
                   {"originalOrderId", words_of(kept(attempt, "orderId"))}});
}

std::string poslink_refund(const ChinaumsShop& shop, const Attempt& paid, const RefundRequest& request) {
    return object({{"merchantCode", words_of(shop.merchant)},
                   {"terminalCode", words_of(shop.terminal)},
                   {"merchantOrderId", words_of(paid.id.text())},
                   {"originalOrderId", words_of(kept(paid, "orderId"))},
                   {"refundRequestId", words_of(request.id.text())},
                   {"transactionAmount", fen(request.amount)}});
}

std::string poslink_refund_query(const ChinaumsShop& shop, const Attempt& paid, const RefundRequest& request) {
    return object({{"merchantCode", words_of(shop.merchant)},
                   {"terminalCode", words_of(shop.terminal)},
                   {"merchantOrderId", words_of(paid.id.text())},
                   {"originalOrderId", words_of(kept(paid, "orderId"))},
                   {"refundRequestId", words_of(request.id.text())},
                   {"oriTransDate", words_of(short_day(paid.created))}});
}

std::string netpay_bill_number(const ChinaumsShop& shop, const AttemptId& id) { return shop.source_id + id.text(); }

std::string netpay_undo_number(const ChinaumsShop& shop, const AttemptId& id) { return shop.source_id + id.text() + "U"; }

std::string netpay_refund_number(const ChinaumsShop& shop, const RefundId& id) { return shop.source_id + id.text(); }

std::string netpay_show(const ChinaumsShop& shop, const AttemptRequest& request, UtcInstant now, UtcInstant valid_until) {
    return object({{"requestTimestamp", words_of(chinaums_stamp(now))},
                   {"msgId", words_of(request.id.text())},
                   {"mid", words_of(shop.merchant)},
                   {"tid", words_of(shop.terminal)},
                   {"instMid", words_of(kBills)},
                   {"billNo", words_of(netpay_bill_number(shop, request.id))},
                   {"billDate", words_of(day(request.created))},
                   {"billDesc", words_of(shop.description)},
                   {"totalAmount", fen(request.amount)},
                   {"expireTime", words_of(chinaums_stamp(valid_until))},
                   {"notifyUrl", words_of(shop.notify_url)}});
}

std::string netpay_query(const ChinaumsShop& shop, const Attempt& attempt, UtcInstant now, const std::string& refund_number) {
    return object({{"requestTimestamp", words_of(chinaums_stamp(now))},
                   {"msgId", words_of(attempt.id.text())},
                   {"mid", words_of(shop.merchant)},
                   {"tid", words_of(shop.terminal)},
                   {"instMid", words_of(kBills)},
                   {"billNo", words_of(netpay_bill_number(shop, attempt.id))},
                   {"billDate", words_of(day(attempt.created))},
                   {"refundOrderId", words_of(refund_number)}});
}

std::string netpay_close(const ChinaumsShop& shop, const Attempt& attempt, UtcInstant now) {
    return object({{"requestTimestamp", words_of(chinaums_stamp(now))},
                   {"msgId", words_of(attempt.id.text())},
                   {"mid", words_of(shop.merchant)},
                   {"tid", words_of(shop.terminal)},
                   {"instMid", words_of(kBills)},
                   {"billNo", words_of(netpay_bill_number(shop, attempt.id))},
                   {"billDate", words_of(day(attempt.created))},
                   {"qrCodeId", words_of(kept(attempt, "qrCodeId"))}});
}

std::string netpay_refund(const ChinaumsShop& shop, const Attempt& attempt, UtcInstant now,
                          const std::string& refund_number, Money amount) {
    return object({{"requestTimestamp", words_of(chinaums_stamp(now))},
                   {"msgId", words_of(attempt.id.text())},
                   {"mid", words_of(shop.merchant)},
                   {"tid", words_of(shop.terminal)},
                   {"instMid", words_of(kBills)},
                   {"billNo", words_of(netpay_bill_number(shop, attempt.id))},
                   {"billDate", words_of(day(attempt.created))},
                   {"refundOrderId", words_of(refund_number)},
                   {"refundAmount", fen(amount)}});
}

}  // namespace mulin::payment
