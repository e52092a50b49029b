#include "payment/wechat/wechat_messages.h"

#include <algorithm>
#include <array>
#include <utility>

#include "payment/money/sponsor.h"
#include "payment/wire/redact.h"

namespace mulin::payment {
namespace {

constexpr std::int64_t kAskAfterSystemErrorMs = 5'000;
constexpr std::int64_t kAskWhilePayingMs = 10'000;
constexpr std::int64_t kAskAfterUsedMs = 1'000;

// Published error tables of micropay; the V3 spellings are the same words in V3's style.
constexpr std::array kDeclined = {
    std::string_view("AUTHCODEEXPIRE"), std::string_view("AUTH_CODE_EXPIRE"), std::string_view("AUTH_CODE_ERROR"),
    std::string_view("AUTH_CODE_INVALID"), std::string_view("NOTENOUGH"), std::string_view("NOT_ENOUGH"),
    std::string_view("NOTSUPORTCARD"), std::string_view("BUYER_MISMATCH"), std::string_view("RULELIMIT"),
    std::string_view("RULE_LIMIT"), std::string_view("TRADE_ERROR"), std::string_view("ORDERCLOSED"),
    std::string_view("ORDER_CLOSED"), std::string_view("ORDERREVERSED"), std::string_view("ORDER_REVERSED"),
};
constexpr std::array kConfig = {
    std::string_view("NOAUTH"), std::string_view("NO_AUTH"), std::string_view("PARAM_ERROR"),
    std::string_view("LACK_PARAMS"), std::string_view("SIGNERROR"), std::string_view("SIGN_ERROR"),
    std::string_view("XML_FORMAT_ERROR"), std::string_view("REQUIRE_POST_METHOD"), std::string_view("NOT_UTF8"),
    std::string_view("APPID_NOT_EXIST"), std::string_view("MCHID_NOT_EXIST"), std::string_view("MCH_NOT_EXISTS"),
    std::string_view("APPID_MCHID_NOT_MATCH"), std::string_view("INVALID_REQUEST"),
};
constexpr std::array kPaying = {std::string_view("USERPAYING"), std::string_view("USER_PAYING")};
constexpr std::array kUsed = {
    std::string_view("ORDERPAID"), std::string_view("ORDER_PAID"), std::string_view("OUT_TRADE_NO_USED"),
};
constexpr std::array kNotFound = {
    std::string_view("ORDERNOTEXIST"), std::string_view("ORDER_NOT_EXIST"), std::string_view("INVALID_TRANSACTIONID"),
    std::string_view("NOT_FOUND"), std::string_view("RESOURCE_NOT_EXISTS"),
};

template <class Table>
bool in(const Table& table, std::string_view code) {
    return std::find(table.begin(), table.end(), code) != table.end();
}

}  // namespace

CodeMeaning meaning_of(std::string_view code) {
    if (in(kDeclined, code)) return CodeMeaning::declined;
    if (in(kConfig, code)) return CodeMeaning::config;
    if (in(kPaying, code)) return CodeMeaning::paying;
    if (in(kUsed, code)) return CodeMeaning::used;
    if (in(kNotFound, code)) return CodeMeaning::not_found;
    return CodeMeaning::unknown;
}

TradeState parse_trade_state(std::string_view text) {
    using S = TradeState;
    static constexpr std::array<std::pair<std::string_view, S>, 8> kStates = {{
        {"SUCCESS", S::success}, {"REFUND", S::refunded}, {"NOTPAY", S::not_paid}, {"CLOSED", S::closed},
        {"REVOKED", S::revoked}, {"USERPAYING", S::paying}, {"PAYERROR", S::failed}, {"ACCEPT", S::accepted},
    }};
    for (const auto& [name, state] : kStates)
        if (name == text) return state;
    return S::unclear;
}

Outcome outcome_of_unpaid(TradeState state) {
    switch (state) {
        case TradeState::paying:
        case TradeState::accepted:
        case TradeState::failed:  // declined as soon as the order is reversed, which its text asks for
            return Outcome::pending;
        case TradeState::closed:
        case TradeState::revoked:
            return Outcome::declined;
        case TradeState::success:  // approved only by whoever checked the amount
        case TradeState::refunded:
        case TradeState::not_paid:
        case TradeState::not_found:
        case TradeState::unclear:
            break;
    }
    return Outcome::unknown;
}

AttemptResult result_of_code(std::string_view code, std::string_view text, std::string_view showed) {
    AttemptResult result;
    result.channel_code = fit_to_keep(code, showed, 40);
    result.channel_text = fit_to_say(text, showed);
    switch (meaning_of(code)) {
        case CodeMeaning::config:
            result.refs["alarm"] = "config";
            [[fallthrough]];
        case CodeMeaning::declined:
            result.outcome = Outcome::declined;
            break;
        case CodeMeaning::paying:
            result.outcome = Outcome::pending;
            result.retry_after_ms = kAskWhilePayingMs;
            break;
        case CodeMeaning::used:
            result.retry_after_ms = kAskAfterUsedMs;
            break;
        case CodeMeaning::not_found:
        case CodeMeaning::unknown:
            result.retry_after_ms = kAskAfterSystemErrorMs;
            break;
    }
    return result;
}

void Promotions::give(const char* sponsor, std::int64_t fen) {
    if (fen == 0) return;
    for (auto& known : discounts_) {
        if (known.sponsor != sponsor) continue;
        known.amount += Money::fen(fen);
        return;
    }
    discounts_.push_back({sponsor, Money::fen(fen)});
}

void Promotions::add(Fen amount, Fen platform, Fen merchant, Fen other, std::string_view kind) {
    if (!sane(amount) || *amount > total_.in_fen() - sum_) {
        doubtful_ = true;
        return;
    }
    sum_ += *amount;
    std::int64_t left = *amount;
    const auto part = [&](const char* sponsor, Fen fen) {
        if (!sane(fen) || *fen > left) return;
        left -= *fen;
        give(sponsor, *fen);
    };
    part(sponsor::kPlatform, platform);
    part(sponsor::kMerchant, merchant);
    part(sponsor::kOther, other);
    give(kind == "DISCOUNT" ? sponsor::kMerchant : sponsor::kPlatform, left);
}

std::optional<Money> Promotions::sum() const {
    if (doubtful_) return std::nullopt;
    return Money::fen(sum_);
}

}  // namespace mulin::payment
