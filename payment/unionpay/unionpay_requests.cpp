// The requests of unionpay_messages.h.

#include <cstdio>

#include "payment/unionpay/unionpay_messages.h"

namespace mulin::payment {
namespace {

FormFields base_request(const UnionpayShop& shop, const char* type, const char* sub_type, const UnionpayOrder& order) {
    return {{"version", "5.1.0"},
            {"encoding", "UTF-8"},
            {"signMethod", shop.sign_method},
            {"certId", shop.certificate_id},
            {"txnType", type},
            {"txnSubType", sub_type},
            {"bizType", "000000"},
            {"accessType", "0"},
            {"channelType", shop.channel_type},
            {"merId", shop.merchant},
            {"orderId", order.id},
            {"txnTime", order.time}};
}

void add_money(FormFields& fields, const UnionpayShop& shop, Money amount) {
    fields["txnAmt"] = std::to_string(amount.in_fen());
    fields["currencyCode"] = "156";
    fields["backUrl"] = shop.notify_url;
    if (!shop.terminal.empty()) fields["termId"] = shop.terminal;
}

// The gateway's own number names the original best; without it, our order does.
void add_original(FormFields& fields, const Attempt& attempt) {
    const auto found = attempt.result.refs.find("queryId");
    if (found != attempt.result.refs.end() && !found->second.empty()) {
        fields["origQryId"] = found->second;
        return;
    }
    const UnionpayOrder original = unionpay_order(attempt.id, attempt.created);
    fields["origOrderId"] = original.id;
    fields["origTxnTime"] = original.time;
}

}  // namespace

std::string unionpay_time(UtcInstant instant) {
    const Date date = china_date(instant);
    const std::int64_t second = (instant.ms + kChinaOffsetMs) / 1000 - std::int64_t{date.days_since_1970()} * 86'400;
    char text[64];
    std::snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02d", date.year(), date.month(), date.day(),
                  static_cast<int>(second / 3600), static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
    return text;
}

std::optional<UtcInstant> parse_unionpay_time(std::string_view text) {
    if (text.size() != 14 || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    const auto part = [&](std::size_t from, std::size_t length) { return std::string(text.substr(from, length)); };
    return parse_rfc3339(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(8, 2) + ":" + part(10, 2) + ":" +
                         part(12, 2) + "+08:00");
}

UnionpayOrder unionpay_order(const AttemptId& id, UtcInstant created) { return {id.text(), unionpay_time(created)}; }

UnionpayOrder unionpay_undo_order(const AttemptId& id, const std::string& time) {
    return {id.text() + "U" + time.substr(time.size() > 12 ? time.size() - 12 : 0), time};
}

UnionpayOrder unionpay_refund_order(const RefundRequest& request) {
    return {request.id.text(), unionpay_time(request.created)};
}

FormFields unionpay_pay(const UnionpayShop& shop, const AttemptRequest& request) {
    FormFields fields = base_request(shop, "01", "06", unionpay_order(request.id, request.created));
    add_money(fields, shop, request.amount);
    fields["qrNo"] = request.code;
    return fields;
}

FormFields unionpay_show(const UnionpayShop& shop, const AttemptRequest& request, UtcInstant valid_until) {
    FormFields fields = base_request(shop, "01", "07", unionpay_order(request.id, request.created));
    add_money(fields, shop, request.amount);
    fields["payTimeout"] = unionpay_time(valid_until);
    return fields;
}

FormFields unionpay_query(const UnionpayShop& shop, const UnionpayOrder& order) {
    FormFields fields = base_request(shop, "00", "00", order);
    fields.erase("channelType");
    return fields;
}

FormFields unionpay_undo(const UnionpayShop& shop, const Attempt& attempt, const UnionpayOrder& undo) {
    FormFields fields = base_request(shop, "31", "00", undo);
    add_money(fields, shop, attempt.amount);
    add_original(fields, attempt);
    return fields;
}

FormFields unionpay_reversal(const UnionpayShop& shop, const Attempt& attempt) {
    return base_request(shop, "99", "01", unionpay_order(attempt.id, attempt.created));
}

FormFields unionpay_refund(const UnionpayShop& shop, const Attempt& paid, const RefundRequest& request) {
    FormFields fields = base_request(shop, "04", "00", unionpay_refund_order(request));
    add_money(fields, shop, request.amount);
    add_original(fields, paid);
    return fields;
}

}  // namespace mulin::payment
