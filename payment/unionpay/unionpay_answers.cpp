// What UnionPay's answers mean (unionpay_messages.h).

#include <algorithm>
#include <map>

#include "payment/unionpay/unionpay_messages.h"
#include "payment/money/sponsor.h"
#include "payment/wire/json.h"
#include "payment/wire/redact.h"
#include "payment/wire/signature.h"

namespace mulin::payment {
namespace {

constexpr std::int64_t kTooOftenMs = 10'000;

bool between(std::string_view code, std::string_view from, std::string_view to) {
    return code.size() == 2 && code >= from && code <= to && code.find_first_not_of("0123456789") == std::string_view::npos;
}

// "" is right for a field that the answer may leave out.
bool same_or_absent(const FormFields& answer, const std::string& name, const std::string& ours) {
    const std::string& theirs = field(answer, name);
    return theirs.empty() || theirs == ours;
}

bool about_us(const FormFields& answer, const UnionpayShop& shop, const UnionpayOrder& order) {
    return field(answer, "merId") == shop.merchant && field(answer, "orderId") == order.id &&
           field(answer, "txnTime") == order.time;
}

bool for_amount(const FormFields& answer, Money amount) {
    return field(answer, "txnAmt") == std::to_string(amount.in_fen()) && field(answer, "currencyCode") == "156";
}

bool plain_text(const std::string& value) {
    return std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void keep_numbers(const FormFields& answer, std::map<std::string, std::string>& refs) {
    for (const char* name : {"queryId", "traceNo", "traceTime", "settleDate", "settleAmt", "payCardType"})
        if (const std::string& value = field(answer, name); !value.empty() && value.size() <= 32 && plain_text(value))
            refs[name] = value;
}

std::string words(const FormFields& answer, const char* code, const char* text) {
    const std::string& said = field(answer, text);
    return without_long_numbers(said.empty() ? "UnionPay answered " + field(answer, code) : said);
}

AttemptResult mismatched(const FormFields& answer, const char* code) {
    AttemptResult result;
    result.channel_code = without_long_numbers(field(answer, code), 16);
    result.channel_text = "The answer is about another payment, amount or merchant.";
    result.refs["alarm"] = "mismatch";
    return result;
}

const char* sponsor_of(const std::string& id) {
    if (id == "00010000") return sponsor::kPlatform;
    return id.size() == 15 ? sponsor::kMerchant : sponsor::kIssuer;
}

std::optional<Json> read_coupons_json(std::string_view text) {
    if (auto json = Json::parse(text)) return std::move(*json);
    const auto decoded = from_base64(text);
    if (!decoded) return std::nullopt;
    auto json = Json::parse(*decoded);
    return json ? std::optional<Json>(std::move(*json)) : std::nullopt;
}

void take_coupons(const FormFields& answer, Money amount, AttemptResult& result) {
    const std::string& text = field(answer, "couponInfo");
    if (text.empty()) return;
    if (auto coupons = unionpay_coupons(text, amount)) {
        result.discounts = std::move(*coupons);
    } else {
        result.refs["alarm"] = "discount";
    }
}

}  // namespace

UnionpayCode unionpay_code(std::string_view code) {
    using C = UnionpayCode;
    static const std::map<std::string_view, C> kNamed = {
        {"00", C::success},       {"A6", C::success},       {"05", C::accepted},      {"03", C::in_doubt},
        {"04", C::in_doubt},      {"10", C::refused_setup}, {"11", C::refused_setup}, {"13", C::refused_setup},
        {"12", C::duplicate},     {"34", C::not_found},     {"35", C::wrong_state},   {"37", C::too_often},
        {"42", C::paid_but},      {"74", C::paid_but},      {"75", C::paid_but},      {"45", C::returned},
        {"01", C::refused},       {"02", C::refused},       {"88", C::refused},
    };
    if (const auto named = kNamed.find(code); named != kNamed.end()) return named->second;
    return between(code, "30", "33") || between(code, "60", "80") ? C::refused : C::in_doubt;
}

AttemptResult unionpay_read_start(const FormFields& answer, const UnionpayShop& shop, const UnionpayOrder& order,
                                  Money amount) {
    AttemptResult result;
    result.channel_code = without_long_numbers(field(answer, "respCode"), 16);
    result.channel_text = words(answer, "respCode", "respMsg");
    const UnionpayCode code = unionpay_code(result.channel_code);
    if (!about_us(answer, shop, order)) {
        const bool says_other = !same_or_absent(answer, "merId", shop.merchant) ||
                                !same_or_absent(answer, "orderId", order.id) ||
                                !same_or_absent(answer, "txnTime", order.time);
        if (says_other) return mismatched(answer, "respCode");
        if (code == UnionpayCode::refused_setup) result.refs["alarm"] = "config";
        return result;
    }
    if (!same_or_absent(answer, "txnAmt", std::to_string(amount.in_fen())) ||
        !same_or_absent(answer, "currencyCode", "156"))
        return mismatched(answer, "respCode");
    keep_numbers(answer, result.refs);
    switch (code) {
        case UnionpayCode::success:  // of the request: it was taken in, nobody has paid yet
        case UnionpayCode::accepted:
            result.outcome = Outcome::pending;
            break;
        case UnionpayCode::refused:
            result.outcome = Outcome::declined;
            break;
        case UnionpayCode::refused_setup:
            result.outcome = Outcome::declined;
            result.refs["alarm"] = "config";
            break;
        case UnionpayCode::too_often:
            result.retry_after_ms = kTooOftenMs;
            break;
        default:
            break;
    }
    return result;
}

UnionpayStatus unionpay_read_query(const FormFields& answer, const UnionpayShop& shop, const UnionpayOrder& order,
                                   Money amount) {
    UnionpayStatus status;
    status.channel_code = without_long_numbers(field(answer, "respCode"), 16);
    status.channel_text = words(answer, "respCode", "respMsg");
    const UnionpayCode asked = unionpay_code(status.channel_code);
    if (!about_us(answer, shop, order)) {
        status.mismatch = asked == UnionpayCode::success || asked == UnionpayCode::not_found;
        return status;
    }
    if (asked == UnionpayCode::too_often) status.retry_after_ms = kTooOftenMs;
    if (asked == UnionpayCode::not_found) status.known = UnionpayStatus::Known::not_found;
    if (status.channel_code != "00") return status;
    status.channel_code = without_long_numbers(field(answer, "origRespCode"), 16);
    status.channel_text = words(answer, "origRespCode", "origRespMsg");
    const UnionpayCode code = unionpay_code(status.channel_code);
    // A transaction that failed may come without amounts; one that succeeded may not.
    const bool fits = code == UnionpayCode::success
                          ? for_amount(answer, amount)
                          : same_or_absent(answer, "txnAmt", std::to_string(amount.in_fen())) &&
                                same_or_absent(answer, "currencyCode", "156");
    if (!fits) {
        status.mismatch = true;
        return status;
    }
    status.known = UnionpayStatus::Known::found;
    status.code = code;
    return status;
}

AttemptResult unionpay_read_payment(const FormFields& answer, const UnionpayShop& shop, const UnionpayOrder& order,
                                    Money amount) {
    const UnionpayStatus status = unionpay_read_query(answer, shop, order, amount);
    if (status.mismatch) return mismatched(answer, "respCode");
    AttemptResult result;
    result.channel_code = status.channel_code;
    result.channel_text = status.channel_text;
    result.retry_after_ms = status.retry_after_ms;
    if (status.known != UnionpayStatus::Known::found) {
        if (unionpay_code(status.channel_code) == UnionpayCode::refused_setup) result.refs["alarm"] = "config";
        return result;
    }
    keep_numbers(answer, result.refs);
    switch (status.code) {
        case UnionpayCode::success:
            result.outcome = Outcome::approved;
            if (status.channel_code == "A6") result.refs["alarm"] = "defect";
            take_coupons(answer, amount, result);
            break;
        case UnionpayCode::accepted:
            result.outcome = Outcome::pending;
            break;
        case UnionpayCode::refused:
        case UnionpayCode::refused_setup:
        case UnionpayCode::returned:  // the payer has the money
            result.outcome = Outcome::declined;
            break;
        case UnionpayCode::paid_but:
            result.refs["alarm"] = "review";
            break;
        default:
            break;
    }
    return result;
}

std::optional<std::vector<ChannelDiscount>> unionpay_coupons(std::string_view text, Money amount) {
    const auto json = read_coupons_json(text);
    if (!json) return std::nullopt;
    const Json& list = json->kind() == Json::Kind::array ? *json : (*json)["couponInfo"];
    if (list.kind() != Json::Kind::array) return std::nullopt;
    std::map<std::string, Money> parts;
    std::int64_t left_fen = amount.in_fen();
    for (const Json& item : list.items()) {
        const auto fen = item["offstAmt"].whole();
        const std::string sponsor = item["spnsrId"].plain();
        if (!fen || *fen < 0 || *fen > left_fen || sponsor.empty()) return std::nullopt;
        left_fen -= *fen;
        if (*fen > 0) parts[sponsor_of(sponsor)] += Money::fen(*fen);
    }
    std::vector<ChannelDiscount> discounts;
    for (const auto& [sponsor, part] : parts) discounts.push_back({sponsor, part});
    return discounts;
}

}  // namespace mulin::payment
