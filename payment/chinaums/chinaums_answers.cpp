// What ChinaUMS's answers mean (chinaums_messages.h).

#include <algorithm>
#include <initializer_list>

#include "payment/chinaums/chinaums_messages.h"
#include "payment/money/sponsor.h"
#include "payment/wire/json.h"
#include "payment/wire/redact.h"

namespace mulin::payment {
namespace {

using Refs = std::map<std::string, std::string>;

std::string shown(const std::string& text) { return without_long_numbers(text); }

void keep(const Json& answer, std::initializer_list<const char*> names, Refs& refs) {
    for (const char* name : names)
        if (const std::string& value = answer[name].plain(); !value.empty() && value.size() <= 64) refs[name] = value;
}

bool absent_or(const Json& value, const std::string& ours) { return value.plain().empty() || value.plain() == ours; }

// An amount that is there must be a whole number of fen, and ours.
bool absent_or_fen(const Json& value, Money ours) { return value.is_null() || value.whole() == ours.in_fen(); }

bool ours(const Json& answer, const ChinaumsShop& shop) {
    return absent_or(answer["merchantCode"], shop.merchant) && absent_or(answer["terminalCode"], shop.terminal) &&
           absent_or(answer["mid"], shop.merchant) && absent_or(answer["tid"], shop.terminal);
}

// What of the order's amount somebody else paid, or nothing when the figures contradict each other. Two
// names are used either way round for "the order's" and "what the payer paid", so each may be the whole
// or the rest; a stated discount must be the difference.
std::optional<std::int64_t> discount_of(Money order, std::initializer_list<const Json*> figures, std::int64_t stated) {
    std::int64_t least = order.in_fen();
    for (const Json* figure : figures) {
        if (figure->is_null()) continue;
        const auto fen = figure->whole();
        if (!fen || *fen < 0 || *fen > order.in_fen()) return std::nullopt;
        least = std::min(least, *fen);
    }
    for (const Json* figure : figures) {
        const auto fen = figure->whole();
        if (fen && *fen != least && *fen != order.in_fen()) return std::nullopt;
    }
    const std::int64_t discount = order.in_fen() - least;
    if (stated != 0 && stated != discount) return std::nullopt;
    return discount;
}

ChinaumsTrade trade_of(const std::string& code) {
    using T = ChinaumsTrade;
    if (code == "0") return T::paid;
    if (code == "2" || code == "4") return T::returned;
    if (code == "3") return T::refunded;
    // "5" comes with its reason behind it.
    const bool reason = code.size() > 1 && static_cast<unsigned char>(code[1]) >= 0x80;
    return code == "5" || (code.starts_with("5") && reason) ? T::refused : T::in_doubt;
}

void take_poslink_amounts(const Json& answer, Money order, ChinaumsStatus& status) {
    if (answer["originalTransactionAmount"].whole() != order.in_fen()) {
        status.mismatch = true;
        return;
    }
    const auto discount = discount_of(order, {&answer["amount"], &answer["actualTransactionAmount"]},
                                      answer["promotionAmt"].whole().value_or(0));
    status.unclear_amounts = !discount;
    if (discount && *discount > 0) status.discounts.push_back({sponsor::kPlatform, Money::fen(*discount)});
}

// couponAmount is the whole, or what netpay itself gave beside the alliance's part (yxlmAmount).
void take_netpay_amounts(const Json& paid, Money order, ChinaumsStatus& status) {
    if (paid["totalAmount"].whole() != order.in_fen()) {
        status.mismatch = true;
        return;
    }
    const std::int64_t coupon = paid["couponAmount"].whole().value_or(0);
    const std::int64_t alliance = paid["yxlmAmount"].whole().value_or(0);
    const std::int64_t merchant = paid["couponMerchantContribute"].whole().value_or(0);
    const auto payer = paid["buyerPayAmount"].whole();
    for (const std::int64_t part : {coupon, alliance, merchant, payer.value_or(0)})
        status.unclear_amounts = status.unclear_amounts || part < 0 || part > order.in_fen();
    if (status.unclear_amounts) return;
    const std::int64_t left = payer ? order.in_fen() - *payer : coupon;
    if ((left != coupon && left != coupon + alliance) || merchant > left) {
        status.unclear_amounts = true;
        return;
    }
    if (left > merchant) status.discounts.push_back({sponsor::kPlatform, Money::fen(left - merchant)});
    if (merchant > 0) status.discounts.push_back({sponsor::kMerchant, Money::fen(merchant)});
}

ChinaumsSaid::Word word_of(const std::string& code, const char* yes, const ChinaumsShop& shop) {
    if (code == yes) return ChinaumsSaid::Word::yes;
    if (shop.waiting_codes.count(code) > 0) return ChinaumsSaid::Word::waiting;
    return shop.refused_codes.count(code) > 0 ? ChinaumsSaid::Word::refused : ChinaumsSaid::Word::neither;
}

std::string reason_of(const Json& answer) {
    for (const char* name : {"queryResDesc", "errInfo", "errMsg"})
        if (!answer[name].text().empty()) return shown(answer[name].text());
    return shown("ChinaUMS answered " + answer["errCode"].plain());
}

template <class Answer>
Answer said_by(const Json& answer, const std::string& code) {
    Answer said;
    said.channel_code = shown(code);
    said.channel_text = reason_of(answer);
    return said;
}

template <class Answer>
Answer unreadable() {
    Answer answer;
    answer.channel_code = "garbage";
    answer.channel_text = "ChinaUMS's answer cannot be read.";
    return answer;
}

}  // namespace

ChinaumsSaid read_poslink(std::string_view body, const ChinaumsShop& shop, Money amount) {
    const auto answer = Json::parse(body);
    if (!answer) return unreadable<ChinaumsSaid>();
    auto said = said_by<ChinaumsSaid>(*answer, (*answer)["errCode"].plain());
    said.mismatch = !ours(*answer, shop) || !absent_or_fen((*answer)["transactionAmount"], amount);
    if (said.mismatch) return said;
    said.word = word_of((*answer)["errCode"].plain(), "00", shop);
    keep(*answer, {"orderId", "retrievalRefNum", "systemTraceNum", "settlementDateWithYear", "thirdPartyName", "chnlType"},
         said.refs);
    return said;
}

ChinaumsStatus read_poslink_query(std::string_view body, const ChinaumsShop& shop, const Attempt& attempt) {
    const auto parsed = Json::parse(body);
    if (!parsed) return unreadable<ChinaumsStatus>();
    const Json& answer = *parsed;
    const std::string code = answer["errCode"].plain();
    auto status = said_by<ChinaumsStatus>(answer, code);
    if (code != "00") {
        status.answered = shop.waiting_codes.count(code) > 0 || shop.not_found_codes.count(code) > 0;
        if (shop.waiting_codes.count(code) > 0) status.trade = ChinaumsTrade::waiting;
        if (shop.not_found_codes.count(code) > 0) status.trade = ChinaumsTrade::not_found;
        return status;
    }
    status.answered = true;
    const std::string result = answer["queryResCode"].plain();
    status.channel_code = shown(result);
    const auto kept = attempt.result.refs.find("orderId");
    status.mismatch = answer["merchantOrderId"].plain() != attempt.id.text() || !ours(answer, shop) ||
                      (kept != attempt.result.refs.end() && !absent_or(answer["orderId"], kept->second));
    if (status.mismatch) return status;
    const ChinaumsTrade trade = shop.waiting_codes.count(result) > 0 ? ChinaumsTrade::waiting : trade_of(result);
    if (trade == ChinaumsTrade::paid) {
        take_poslink_amounts(answer, attempt.amount, status);
    } else {
        status.mismatch = !absent_or_fen(answer["originalTransactionAmount"], attempt.amount);
    }
    if (status.mismatch) return status;
    status.trade = trade;
    keep(answer, {"orderId", "originalRetrievalRefNum", "originalSettlementDate", "thirdPartyName"}, status.refs);
    return status;
}

RefundResult read_poslink_refund_query(std::string_view body, const ChinaumsShop& shop, const RefundRequest& request) {
    const auto answer = Json::parse(body);
    if (!answer) return unreadable<RefundResult>();
    auto result = said_by<RefundResult>(*answer, (*answer)["queryResCode"].plain());
    const bool about_it = ours(*answer, shop) && absent_or((*answer)["refundRequestId"], request.id.text()) &&
                          (*answer)["originalAmount"].whole() == request.amount.in_fen();
    const std::string code = (*answer)["errCode"].plain();
    if (code != "00") {
        result.channel_code = shown(code);
    } else if ((*answer)["queryResCode"].plain() == "00") {
        if (about_it) result.outcome = RefundOutcome::refunded;
        if (!about_it) result.refs["alarm"] = "mismatch";
    } else if (shop.waiting_codes.count((*answer)["queryResCode"].plain()) > 0) {
        result.outcome = RefundOutcome::processing;
    }
    if (about_it) keep(*answer, {"refundOrderId", "dealRetrievalRefNum"}, result.refs);
    return result;
}

// ---- netpay

ChinaumsSaid read_netpay(std::string_view body, const ChinaumsShop& shop) {
    const auto answer = Json::parse(body);
    if (!answer) return unreadable<ChinaumsSaid>();
    auto said = said_by<ChinaumsSaid>(*answer, (*answer)["errCode"].plain());
    said.mismatch = !ours(*answer, shop);
    if (!said.mismatch) said.word = word_of((*answer)["errCode"].plain(), "SUCCESS", shop);
    return said;
}

ChinaumsBill read_netpay_show(std::string_view body, const ChinaumsShop& shop, const AttemptRequest& request) {
    ChinaumsBill bill{read_netpay(body, shop), {}};
    const auto answer = Json::parse(body);
    if (!answer) return bill;
    bill.said.mismatch = bill.said.mismatch || !absent_or((*answer)["billNo"], netpay_bill_number(shop, request.id)) ||
                         !absent_or_fen((*answer)["totalAmount"], request.amount);
    if (bill.said.mismatch || bill.said.word != ChinaumsSaid::Word::yes) return bill;
    bill.code = (*answer)["billQRCode"].text();
    keep(*answer, {"qrCodeId"}, bill.said.refs);
    return bill;
}

ChinaumsStatus read_netpay_query(std::string_view body, const ChinaumsShop& shop, const Attempt& attempt) {
    const auto parsed = Json::parse(body);
    if (!parsed) return unreadable<ChinaumsStatus>();
    const Json& answer = *parsed;
    const std::string code = answer["errCode"].plain();
    auto status = said_by<ChinaumsStatus>(answer, code);
    if (code != "SUCCESS") {
        status.answered = code == "NO_ORDER";
        if (status.answered) status.trade = ChinaumsTrade::not_found;
        return status;
    }
    status.answered = true;
    status.mismatch = answer["billNo"].plain() != netpay_bill_number(shop, attempt.id) || !ours(answer, shop) ||
                      !absent_or_fen(answer["totalAmount"], attempt.amount);
    if (status.mismatch) return status;
    const std::string bill = answer["billStatus"].plain();
    const Json& paid = answer["billPayment"];
    status.channel_code = shown(bill);
    ChinaumsTrade trade = ChinaumsTrade::in_doubt;
    if (bill == "UNPAID") trade = ChinaumsTrade::waiting;
    if (bill == "CLOSED") trade = ChinaumsTrade::closed;
    if (bill == "REFUND" || (bill == "PAID" && paid["status"].plain() == "TRADE_REFUND")) trade = ChinaumsTrade::refunded;
    if (bill == "PAID" && paid["status"].plain() == "TRADE_SUCCESS") {
        trade = ChinaumsTrade::paid;
        take_netpay_amounts(paid, attempt.amount, status);
    }
    if (status.mismatch) return status;
    status.trade = trade;
    keep(paid, {"paySeqId", "settleDate", "targetOrderId", "merOrderId", "targetSys"}, status.refs);
    return status;
}

RefundResult read_netpay_refund(std::string_view body, const std::string& bill_number, const std::string& refund_number,
                                Money amount) {
    const auto answer = Json::parse(body);
    if (!answer) return unreadable<RefundResult>();
    RefundResult result;
    const std::string code = (*answer)["errCode"].plain(), state = (*answer)["refundStatus"].plain();
    result.channel_code = shown(code == "SUCCESS" ? state : code);
    result.channel_text = reason_of(*answer);
    if (!absent_or((*answer)["billNo"], bill_number) || !absent_or((*answer)["refundOrderId"], refund_number) ||
        !absent_or_fen((*answer)["refundAmount"], amount)) {
        result.refs["alarm"] = "mismatch";
        return result;
    }
    if (code == "OPERATION_NOT_ALLOWED" || (code == "SUCCESS" && state == "FAIL")) result.outcome = RefundOutcome::refused;
    if (code == "SUCCESS" && state == "PROCESSING") result.outcome = RefundOutcome::processing;
    // The amount must have been said before it is believed.
    if (code == "SUCCESS" && state == "SUCCESS" && (*answer)["refundAmount"].whole() == amount.in_fen())
        result.outcome = RefundOutcome::refunded;
    keep(*answer, {"refundTargetOrderId"}, result.refs);
    return result;
}

RefundResult read_netpay_refund_query(std::string_view body, const std::string& bill_number, Money amount) {
    const auto answer = Json::parse(body);
    if (!answer) return unreadable<RefundResult>();
    RefundResult result;
    const Json& back = (*answer)["refundBillPayment"];
    result.channel_code = shown(back["status"].plain());
    result.channel_text = reason_of(*answer);
    if ((*answer)["errCode"].plain() != "SUCCESS" || (*answer)["billNo"].plain() != bill_number) return result;
    if (back["status"].plain() != "TRADE_SUCCESS") return result;
    if (back["totalAmount"].whole() == amount.in_fen()) {
        result.outcome = RefundOutcome::refunded;
    } else {
        result.refs["alarm"] = "mismatch";
    }
    return result;
}

AttemptResult chinaums_result(const ChinaumsStatus& status) {
    AttemptResult result;
    result.refs = status.refs;
    result.channel_code = status.channel_code;
    result.channel_text = status.channel_text;
    if (status.mismatch || status.unclear_amounts) {
        result.refs["alarm"] = status.mismatch ? "mismatch" : "review";
        result.channel_text = status.mismatch ? "The answer is about another payment, amount or merchant."
                                              : "The amounts in the answer do not add up.";
        return result;
    }
    switch (status.trade) {
        case ChinaumsTrade::paid:
            result.outcome = Outcome::approved;
            result.discounts = status.discounts;
            break;
        case ChinaumsTrade::waiting:
            result.outcome = Outcome::pending;
            break;
        case ChinaumsTrade::refused:
        case ChinaumsTrade::closed:
        case ChinaumsTrade::returned:
            result.outcome = Outcome::declined;
            break;
        default:
            break;
    }
    return result;
}

}  // namespace mulin::payment
