#include "sync/client/settle_cards.h"

#include "sync/wire/messages.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr int kNotesPerCall = 100;
constexpr int kMaxCalls = 1'000;

// A grant that went back is told as a reverse: it closes the id should the grant never have arrived.
CardRequest request_of(const CardNote& note) {
    CardRequest request;
    request.op = note.returned ? "reverse" : note.kind;
    request.id = note.id;
    request.at = note.at;
    if (note.returned) return request;
    request.card = note.card;
    request.amount = note.amount;
    request.offline = true;
    return request;
}

Status take_answer(TerminalStore& store, const CardNote& note, const CardAnswer& answer, UtcInstant now) {
    if (answer.balance) MULIN_TRY_STATUS(store.cards().hear(note.card, {*answer.balance, answer.card_state, now}));
    return store.cards().mark_told(note);
}

// One by one: a district that does not know the report leaves it waiting, and nothing else with it.
Status tell_lost(TerminalStore& store, const Enrolment& enrolment, Transport& transport, CardsSettled& settled) {
    MULIN_TRY(const auto cards, store.cards().untold_lost());
    for (const LostCard& lost : cards) {
        CardRequest request{.op = "lost", .id = lost_id(lost), .card = lost.card, .at = lost.at};
        MULIN_TRY(const auto answers, call_cards(transport, enrolment.till, {request}, kCallTimeoutMs));
        if (answers.front().standing != "booked") {
            ++settled.doubtful;
            continue;
        }
        MULIN_TRY_STATUS(store.cards().mark_lost_told(lost.card, answers.front().change));
        ++settled.lost;
    }
    return payment::ok();
}

}  // namespace

std::string lost_id(const LostCard& lost) { return "lost-" + lost.card.substr(0, 32) + "-" + std::to_string(lost.at.ms); }

Result<std::vector<CardAnswer>> call_cards(Transport& transport, const TillId& till,
                                           const std::vector<CardRequest>& requests, int timeout_ms) {
    HttpCall call;
    call.method = "POST";
    call.path = "/v1/cards";
    call.body = print(CardCallMessage{till, requests});
    call.timeout_ms = timeout_ms;
    MULIN_TRY(const auto http, transport.call(call));
    if (http.status != 200) {
        const auto refusal = parse_wire_refusal(http.body);
        return fail(http.status == 403 || http.status == 401 ? ErrorCode::refused : ErrorCode::peer,
                    refusal ? refusal->message : "The account service answered with status " + std::to_string(http.status) + ".");
    }
    MULIN_TRY(auto reply, parse_card_reply(http.body));
    bool ours = reply.till == till && reply.answers.size() == requests.size();
    for (std::size_t i = 0; ours && i < requests.size(); ++i) ours = reply.answers[i].id == requests[i].id;
    if (!ours) return fail(ErrorCode::peer, "The account service answered for something else.");
    return std::move(reply.answers);
}

Result<CardsSettled> settle_cards(TerminalStore& store, const Enrolment& enrolment, Transport& transport,
                                  const payment::Clock& clock) {
    CardsSettled settled;
    for (int i = 0; i < kMaxCalls; ++i) {
        MULIN_TRY(const auto notes, store.cards().untold(kNotesPerCall));
        if (notes.empty()) break;
        std::vector<CardRequest> requests;
        for (const CardNote& note : notes) requests.push_back(request_of(note));
        MULIN_TRY(const auto answers, call_cards(transport, enrolment.till, requests, kCallTimeoutMs));
        for (std::size_t n = 0; n < notes.size(); ++n) {
            MULIN_TRY_STATUS(take_answer(store, notes[n], answers[n], clock.utc()));
            ++settled.told;
            const bool as_wished = answers[n].standing == (notes[n].returned ? "returned" : "booked");
            const bool never_arrived = notes[n].returned && answers[n].standing == "closed";
            if (!as_wished && !never_arrived) ++settled.doubtful;
        }
    }
    MULIN_TRY_STATUS(tell_lost(store, enrolment, transport, settled));
    return settled;
}

}  // namespace mulin::sync
