#include "sync/server/account_routes.h"

#include <algorithm>

#include "sync/database/in_transaction.h"
#include "sync/server/account_commands.h"
#include "sync/server/account_service.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;

// Every till hears of it; the one that told may believe a bundle again that ends here or later.
Result<std::int64_t> tell_lost(District::Access& access, const CardRequest& request, UtcInstant now) {
    MULIN_TRY_STATUS(tell_tills(access, request.card, true));
    MULIN_TRY(const auto before, access.directory.denial("card", request.card));
    if (!before || before->reason == "blocked") {
        MULIN_TRY_STATUS(access.directory.deny({"card", request.card, "lost", std::min(request.at, now), false}));
    }
    return access.directory.change();
}

Result<CardReplyMessage> carry_out(District& district, const TillRecord& till, const CardCallMessage& call) {
    const UtcInstant now = district.clock().utc();
    auto access = district.access();
    AccountLedger ledger(access.database);
    return database::in_transaction(access.database, [&]() -> Result<CardReplyMessage> {
        CardReplyMessage reply;
        reply.till = till.id;
        for (const CardRequest& request : call.requests) {
            MULIN_TRY(auto answer, answer_card_request(ledger, {till.id, till.site}, request, now));
            if (request.op == "lost" && answer.standing == "booked") {
                MULIN_TRY(answer.change, tell_lost(access, request, now));
            }
            reply.answers.push_back(std::move(answer));
        }
        return reply;
    });
}

}  // namespace

HttpResponse answer_cards(District& district, const TillRecord& till, const HttpRequest& request) {
    const auto call = parse_card_call(request.body);
    if (!call) return refusal(400, "malformed", call.error().message);
    if (call->till != till.id) {
        return refusal(403, "wrong_certificate", "The bookings name another till than the certificate.");
    }
    const auto reply = carry_out(district, till, *call);
    if (reply) return {200, "application/json", print(*reply)};
    if (reply.error().code == ErrorCode::invalid_input) return refusal(400, "malformed", reply.error().message);
    return refusal(500, error_code_name(reply.error().code), reply.error().message);
}

}  // namespace mulin::sync::server
