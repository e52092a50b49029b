#include "sync/wire/card_messages.h"

#include <nlohmann/json.hpp>

#include "sync/wire/fields.h"
#include "sync/wire/limits.h"

namespace mulin::sync {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxAmountFen = 1'000'000'000;

void same_version(Fields& fields) {
    if (fields.integer("v", 0, 1'000'000) != kWireVersion) fields.problem("v", "must be 1: the other side speaks another version");
}

Money read_amount(Fields& fields) {
    const Money amount = fields.money("amount_fen");
    if (amount.is_negative() || amount.in_fen() > kMaxAmountFen) fields.problem("amount_fen", "is out of bounds");
    return amount;
}

CardRequest read_request(Fields& fields) {
    CardRequest request;
    request.op = fields.text("op", 16);
    request.id = fields.optional_id("id");
    if (fields.has("card") && !fields.text("card", 64).empty()) request.card = fields.hex("card", 32);
    request.debit = fields.optional_id("debit");
    request.amount = read_amount(fields);
    request.at = fields.instant("at");
    request.offline = fields.boolean("offline");
    return request;
}

CardAnswer read_answer(Fields& fields) {
    CardAnswer answer;
    answer.id = fields.optional_id("id");
    answer.standing = fields.text("standing", 16);
    answer.code = fields.optional_text("code", 64);
    answer.amount = read_amount(fields);
    if (fields.has("balance_fen")) answer.balance = fields.money("balance_fen");
    answer.card_state = fields.optional_text("card_state", 16);
    if (fields.has("change")) answer.change = fields.integer("change", 0, 1'000'000'000'000);
    return answer;
}

}  // namespace

std::string print(const CardCallMessage& message) {
    json list = json::array();
    for (const CardRequest& request : message.requests) {
        list.push_back({{"op", request.op},
                        {"id", request.id},
                        {"card", request.card},
                        {"debit", request.debit},
                        {"amount_fen", request.amount.in_fen()},
                        {"at", payment::to_rfc3339(request.at)},
                        {"offline", request.offline}});
    }
    return json_text({{"v", kWireVersion}, {"till", message.till.text()}, {"requests", std::move(list)}});
}

std::string print(const CardReplyMessage& message) {
    json list = json::array();
    for (const CardAnswer& answer : message.answers) {
        json value = {{"id", answer.id},
                      {"standing", answer.standing},
                      {"code", answer.code},
                      {"amount_fen", answer.amount.in_fen()},
                      {"card_state", answer.card_state}};
        if (answer.balance) value["balance_fen"] = answer.balance->in_fen();
        if (answer.change > 0) value["change"] = answer.change;
        list.push_back(std::move(value));
    }
    return json_text({{"v", kWireVersion}, {"till", message.till.text()}, {"answers", std::move(list)}});
}

Result<CardCallMessage> parse_card_call(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "cards"));
    Fields fields(*value, "cards");
    same_version(fields);
    CardCallMessage message;
    message.till = TillId(fields.id("till"));
    for (Fields& request : fields.objects("requests", kMaxCardRequests)) message.requests.push_back(read_request(request));
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return message;
}

Result<CardReplyMessage> parse_card_reply(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "cards"));
    Fields fields(*value, "cards");
    same_version(fields);
    CardReplyMessage message;
    message.till = TillId(fields.id("till"));
    for (Fields& answer : fields.objects("answers", kMaxCardRequests)) message.answers.push_back(read_answer(answer));
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return message;
}

}  // namespace mulin::sync
