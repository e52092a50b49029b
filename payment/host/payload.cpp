#include "payment/host/payload.h"

#include <nlohmann/json.hpp>

#include "payment/host/json_fields.h"
#include "payment/host/strict_json.h"

namespace mulin::payment::host {
namespace {

using nlohmann::json;

constexpr std::int64_t kLongestMs = 7LL * 24 * 3600 * 1000;
constexpr std::size_t kMostDiscounts = 16;
constexpr Phase kPhases[] = {Phase::presented, Phase::waiting_payer, Phase::password, Phase::card_inserted, Phase::host};
constexpr ReverseOutcome kReverseOutcomes[] = {ReverseOutcome::reversed, ReverseOutcome::not_paid_closed,
                                               ReverseOutcome::refused_retry, ReverseOutcome::unknown,
                                               ReverseOutcome::too_late};
constexpr RefundOutcome kRefundOutcomes[] = {RefundOutcome::refunded, RefundOutcome::processing, RefundOutcome::refused,
                                             RefundOutcome::unknown, RefundOutcome::not_sent};

std::string compact(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

const char* phase_name(Phase phase) {
    switch (phase) {
        case Phase::presented: return "presented";
        case Phase::waiting_payer: return "waiting_customer";
        case Phase::password: return "password";
        case Phase::card_inserted: return "card_inserted";
        case Phase::host: return "host";
    }
    return "host";
}

// The member of `all` with this name; a mistake when there is none.
template <class All, class Name>
auto named(Fields& fields, const char* field, const All& all, Name name) {
    const auto text = fields.needed(field);
    for (const auto value : all)
        if (text == name(value)) return value;
    fields.mistake(std::string(field) + " is not one of the known words");
    return *std::begin(all);
}

json poll_json(const PollPlan& plan) {
    return {{"delays_ms", plan.delays_ms}, {"give_up_ms", plan.give_up_ms},
            {"reverse_not_before_ms", plan.reverse_not_before_ms}, {"reverse_first_ms", plan.reverse_first_ms},
            {"reverse_longest_ms", plan.reverse_longest_ms}, {"reverse_give_up_ms", plan.reverse_give_up_ms},
            {"watch_ms", plan.watch_ms}};
}

void read_poll(Fields& outer, PollPlan& plan) {
    const auto* object = outer.object("poll_plan");
    if (object == nullptr) return;
    Fields fields(*object);
    plan.delays_ms = fields.waits("delays_ms", plan.delays_ms);
    plan.give_up_ms = fields.number("give_up_ms", plan.give_up_ms, 1, kLongestMs);
    plan.reverse_not_before_ms = fields.number("reverse_not_before_ms", plan.reverse_not_before_ms, 0, kLongestMs);
    plan.reverse_first_ms = fields.number("reverse_first_ms", plan.reverse_first_ms, 1, kLongestMs);
    plan.reverse_longest_ms = fields.number("reverse_longest_ms", plan.reverse_longest_ms, 1, kLongestMs);
    plan.reverse_give_up_ms = fields.number("reverse_give_up_ms", plan.reverse_give_up_ms, 1, kLongestMs);
    plan.watch_ms = fields.waits("watch_ms", plan.watch_ms);
    if (const auto status = fields.status(); !status) outer.mistake("the poll plan makes no sense");
}

json attempt_json(const Attempt& attempt) {
    return {{"attempt_id", attempt.id.text()}, {"order_ref", attempt.order_ref}, {"channel", attempt.channel},
            {"method", attempt.method}, {"amount_fen", attempt.amount.in_fen()}, {"currency", "CNY"},
            {"created", to_rfc3339(attempt.created)}, {"refs", attempt.result.refs},
            {"state", attempt_state_name(attempt.state)}};
}

Attempt read_attempt(Fields& fields) {
    Attempt attempt;
    attempt.id = AttemptId(fields.needed("attempt_id"));
    attempt.order_ref = fields.text("order_ref", 128);
    attempt.channel = fields.text("channel", 64);
    attempt.method = fields.text("method", 64);
    attempt.amount = fields.money("amount_fen");
    attempt.created = fields.instant("created");
    attempt.result.refs = fields.texts("refs");
    attempt.state = parse_attempt_state(fields.text("state", 32)).value_or(AttemptState::unknown);
    return attempt;
}

// Parses, lets `read` fill a record from the fields, and answers with it or with the first mistake.
template <class Record, class Read>
Result<Record> decode(std::string_view text, Read read) {
    const auto object = parse_strict(text);
    if (!object) return fail(ErrorCode::peer, "The adapter's process sent something that is not a JSON object.");
    Fields fields(*object);
    Record record;
    read(fields, record);
    MULIN_TRY_STATUS(fields.status());
    return record;
}

// What a reverse and a refund say: an outcome and what goes with every answer.
template <class Said, class Name>
std::string encode_said(const Said& said, Name name) {
    return compact({{"outcome", name(said.outcome)}, {"refs", said.refs},
                 {"channel_code", said.channel_code}, {"channel_text", said.channel_text}});
}

template <class Said, class Outcomes, class Name>
Result<Said> decode_said(std::string_view text, const Outcomes& outcomes, Name name) {
    return decode<Said>(text, [&](Fields& fields, Said& said) {
        said.outcome = named(fields, "outcome", outcomes, name);
        said.refs = fields.texts("refs");
        said.channel_code = fields.text("channel_code", 128);
        said.channel_text = fields.text("channel_text");
    });
}

json discounts_json(const std::vector<ChannelDiscount>& discounts) {
    json list = json::array();
    for (const auto& one : discounts) list.push_back({{"sponsor", one.sponsor}, {"amount_fen", one.amount.in_fen()}});
    return list;
}

void read_discounts(Fields& outer, AttemptResult& result) {
    const auto* list = outer.list("discounts", kMostDiscounts);
    if (list == nullptr) return;
    for (const auto& entry : *list) {
        if (!entry.is_object()) return outer.mistake("a discount is no object");
        Fields fields(entry);
        ChannelDiscount discount{fields.needed("sponsor", 64), fields.money("amount_fen")};
        if (!fields.status()) return outer.mistake("a discount needs a sponsor and amount_fen");
        result.discounts.push_back(std::move(discount));
    }
}

}  // namespace

std::string encode(const Hello& hello) {
    return compact({{"protocol_least", hello.least}, {"protocol_most", hello.most}, {"host", "mulin"},
                 {"channel", hello.settings.channel()}, {"settings", hello.settings.values()},
                 {"locale", hello.locale}, {"clock", to_rfc3339(hello.now)}});
}

Result<Hello> decode_hello(std::string_view text) {
    return decode<Hello>(text, [](Fields& fields, Hello& hello) {
        hello.least = fields.number("protocol_least", 1, 0, 1'000'000);
        hello.most = fields.number("protocol_most", 1, 0, 1'000'000);
        hello.settings = ChannelSettings(fields.needed("channel", 64), fields.texts("settings"));
        hello.locale = fields.text("locale", 32);
        hello.now = fields.instant("clock");
    });
}

std::string encode(const Welcome& welcome) {
    const Capabilities& can = welcome.capabilities;
    return compact({{"protocol", welcome.protocol}, {"adapter", welcome.adapter}, {"version", welcome.version},
                 {"capabilities",
                  {{"query", can.query}, {"reverse", can.reverse}, {"refund", can.refund},
                   {"refund_partial", can.refund_partial}, {"refund_query", can.refund_query},
                   {"refund_repeatable", can.refund_repeatable}, {"presented_code", can.presented_code},
                   {"needs_code", can.needs_code}, {"start_deadline_ms", can.start_deadline_ms},
                   {"poll_plan", poll_json(can.poll)}}}});
}

Result<Welcome> decode_welcome(std::string_view text) {
    return decode<Welcome>(text, [](Fields& outer, Welcome& welcome) {
        welcome.protocol = outer.number("protocol", -1, 0, 1'000'000);
        welcome.adapter = outer.needed("adapter", 64);
        welcome.version = outer.text("version", 64);
        const auto* object = outer.object("capabilities");
        if (object == nullptr) return outer.mistake("capabilities are missing");
        Fields fields(*object);
        Capabilities& can = welcome.capabilities;
        can.query = fields.flag("query");
        can.reverse = fields.flag("reverse");
        can.refund = fields.flag("refund");
        can.refund_partial = fields.flag("refund_partial");
        can.refund_query = fields.flag("refund_query");
        can.refund_repeatable = fields.flag("refund_repeatable");
        can.presented_code = fields.flag("presented_code");
        can.needs_code = fields.flag("needs_code");
        can.start_deadline_ms = fields.number("start_deadline_ms", can.start_deadline_ms, 1, 600'000);
        read_poll(fields, can.poll);
        if (!fields.status()) outer.mistake("the capabilities make no sense");
    });
}

std::string encode(const AttemptRequest& request) {
    return compact({{"attempt_id", request.id.text()}, {"order_ref", request.order_ref},
                 {"amount_fen", request.amount.in_fen()}, {"currency", "CNY"}, {"code", request.code},
                 {"deadline_ms", request.deadline_ms}, {"method", request.method},
                 {"created", to_rfc3339(request.created)}});
}

Result<AttemptRequest> decode_request(std::string_view text) {
    return decode<AttemptRequest>(text, [](Fields& fields, AttemptRequest& request) {
        request.id = AttemptId(fields.needed("attempt_id"));
        request.order_ref = fields.text("order_ref", 128);
        request.amount = fields.money("amount_fen");
        request.code = fields.text("code", 4096);
        request.deadline_ms = fields.number("deadline_ms", 10'000, 0, kLongestMs);
        request.method = fields.text("method", 64);
        request.created = fields.instant("created");
    });
}

std::string encode(const AboutAttempt& about) {
    json object = attempt_json(about.attempt);
    object["deadline_ms"] = about.deadline_ms;
    return compact(object);
}

Result<AboutAttempt> decode_about_attempt(std::string_view text) {
    return decode<AboutAttempt>(text, [](Fields& fields, AboutAttempt& about) {
        about.attempt = read_attempt(fields);
        about.deadline_ms = fields.number("deadline_ms", 10'000, 0, kLongestMs);
    });
}

std::string encode(const AboutRefund& about) {
    return compact({{"refund_id", about.request.id.text()}, {"amount_fen", about.request.amount.in_fen()},
                 {"refunded_before_fen", about.request.refunded_before.in_fen()}, {"reason", about.request.reason},
                 {"created", to_rfc3339(about.request.created)}, {"paid", attempt_json(about.paid)},
                 {"deadline_ms", about.deadline_ms}});
}

Result<AboutRefund> decode_about_refund(std::string_view text) {
    return decode<AboutRefund>(text, [](Fields& fields, AboutRefund& about) {
        about.request.id = RefundId(fields.needed("refund_id"));
        about.request.amount = fields.money("amount_fen");
        about.request.refunded_before = fields.money("refunded_before_fen");
        about.request.reason = fields.text("reason");
        about.request.created = fields.instant("created");
        about.deadline_ms = fields.number("deadline_ms", 10'000, 0, kLongestMs);
        const auto* paid = fields.object("paid");
        if (paid == nullptr) return fields.mistake("paid is missing");
        Fields inner(*paid);
        about.paid = read_attempt(inner);
        if (!inner.status()) fields.mistake("the paid attempt makes no sense");
    });
}

std::string encode(const EchoedResult& echoed) {
    const AttemptResult& result = echoed.result;
    return compact({{"outcome", outcome_name(result.outcome)}, {"refs", result.refs},
                 {"echo", {{"attempt_id", echoed.echo.attempt}, {"amount_fen", echoed.echo.amount_fen},
                           {"currency", echoed.echo.currency}}},
                 {"discounts", discounts_json(result.discounts)}, {"channel_code", result.channel_code},
                 {"channel_text", result.channel_text}, {"presented", result.presented},
                 {"retry_after_ms", result.retry_after_ms}});
}

Result<EchoedResult> decode_result(std::string_view text) {
    return decode<EchoedResult>(text, [](Fields& fields, EchoedResult& echoed) {
        const auto outcome = parse_outcome(fields.needed("outcome"));
        if (!outcome) return fields.mistake("the outcome is not one of the known words");
        AttemptResult& result = echoed.result;
        result.outcome = *outcome;
        result.refs = fields.texts("refs");
        result.channel_code = fields.text("channel_code", 128);
        result.channel_text = fields.text("channel_text");
        result.presented = fields.text("presented", 4096);
        result.retry_after_ms = fields.number("retry_after_ms", 0, 0, 3'600'000);
        read_discounts(fields, result);
        const auto* echo = fields.object("echo");
        if (echo == nullptr) return;
        Fields inner(*echo);
        echoed.echo.attempt = inner.text("attempt_id", 128);
        echoed.echo.amount_fen = inner.number("amount_fen", -1, -1, Money::kMaxFen);
        echoed.echo.currency = inner.text("currency", 8);
        if (!inner.status()) fields.mistake("the echo makes no sense");
    });
}

std::string encode(const ReverseResult& result) { return encode_said(result, reverse_outcome_name); }

Result<ReverseResult> decode_reverse_result(std::string_view text) {
    return decode_said<ReverseResult>(text, kReverseOutcomes, reverse_outcome_name);
}

std::string encode(const RefundResult& result) { return encode_said(result, refund_outcome_name); }

Result<RefundResult> decode_refund_result(std::string_view text) {
    return decode_said<RefundResult>(text, kRefundOutcomes, refund_outcome_name);
}

std::string encode(const ProgressOf& of) {
    return compact({{"attempt_id", of.attempt}, {"phase", phase_name(of.progress.phase)}, {"text", of.progress.text}});
}

Result<ProgressOf> decode_progress(std::string_view text) {
    return decode<ProgressOf>(text, [](Fields& fields, ProgressOf& of) {
        of.attempt = fields.needed("attempt_id");
        of.progress.phase = named(fields, "phase", kPhases, phase_name);
        of.progress.text = fields.text("text", 4096);
    });
}

std::string encode_cancel(std::string_view attempt) { return compact(json::object({{"attempt_id", attempt}})); }

Result<std::string> decode_cancel(std::string_view text) {
    return decode<std::string>(text, [](Fields& fields, std::string& attempt) { attempt = fields.needed("attempt_id"); });
}

}  // namespace mulin::payment::host
