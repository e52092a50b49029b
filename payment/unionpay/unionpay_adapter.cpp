#include "payment/unionpay/unionpay_adapter.h"

#include <algorithm>
#include <utility>

#include "payment/unionpay/emv_qr.h"
#include "payment/wire/gateway_channel.h"

namespace mulin::payment {
namespace {

// A transaction this much older than now is not sent under its old time: the gateway wants "now".
constexpr std::int64_t kFreshMs = 60'000;
constexpr std::int64_t kAfterCodeEndsMs = 10'000;
constexpr std::int64_t kLeastTimeMs = 50;

bool is_qr_number(const std::string& code) {
    return !code.empty() && code.size() <= 20 && code.find_first_not_of("0123456789") == std::string::npos;
}

// A code that carries fields of its own must be whole and over our amount; an address is drawn as it is.
bool may_be_shown(const std::string& code, Money amount) {
    if (code.empty() || code.size() > 512) return false;
    if (!code.starts_with("000201")) return true;
    const auto fields = parse_emv_text(code);
    if (!fields) return false;
    const std::string asked = emv_value(*fields, "54");
    return asked.empty() || parse_yuan(asked) == amount;
}

ReverseResult reversed_as(ReverseOutcome outcome, const UnionpayStatus& status) {
    ReverseResult result;
    result.outcome = outcome;
    result.channel_code = status.channel_code;
    result.channel_text = status.channel_text;
    if (status.mismatch) result.refs["alarm"] = "mismatch";
    return result;
}

bool refuses(UnionpayCode code) {
    return code == UnionpayCode::refused || code == UnionpayCode::refused_setup || code == UnionpayCode::wrong_state ||
           code == UnionpayCode::returned;
}

}  // namespace

UnionpayAdapter::UnionpayAdapter(UnionpayOptions options, UnionpaySigner signer, UnionpayTrust trust,
                                 std::unique_ptr<HttpTransport> transport, const Clock& clock)
    : options_(std::move(options)),
      signer_(std::move(signer)),
      trust_(std::move(trust)),
      transport_(std::move(transport)),
      clock_(clock) {
    options_.shop.certificate_id = signer_.certificate_id();
    options_.shop.sign_method = signer_.sign_method();
}

Capabilities UnionpayAdapter::capabilities() const {
    Capabilities can;
    can.query = can.reverse = can.refund = can.refund_partial = can.refund_query = can.refund_repeatable = true;
    can.needs_code = !options_.shows_code;
    can.presented_code = options_.shows_code;
    can.start_deadline_ms = options_.start_deadline_ms;
    can.poll.delays_ms = options_.shows_code
                             ? std::vector<std::int64_t>{3'000, 3'000, 4'000, 5'000, 8'000, 10'000}
                             : std::vector<std::int64_t>{1'000, 2'000, 4'000, 8'000, 16'000, 32'000};
    can.poll.give_up_ms =
        options_.shows_code ? options_.valid_ms + 2 * kAfterCodeEndsMs : options_.give_up_ms;
    can.poll.reverse_longest_ms = 60'000;
    can.poll.watch_ms = {300'000, 600'000, 1'800'000, 3'600'000, 7'200'000};
    return can;
}

UnionpayAdapter::Heard UnionpayAdapter::ask(Door door, const FormFields& request) {
    const std::int64_t left_ms = until_.ms - clock_.monotonic().ms;
    if (left_ms < kLeastTimeMs) return {Heard::Kind::silence, {}, "no_time", "There was no time left to ask UnionPay."};
    HttpRequest http;
    http.url = options_.address + (door == Door::query ? "/queryTrans.do" : "/backTransReq.do");
    http.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"}};
    http.body = signer_.seal(request);
    if (http.body.empty()) http.unfit = kNotSigned;
    http.deadline_ms = left_ms;
    const HttpExchange exchange = transport_->exchange(http);
    Heard heard;
    if (exchange.kind != HttpExchange::Kind::answered) {
        const bool left = exchange.kind != HttpExchange::Kind::nothing_left;
        heard.kind = left ? Heard::Kind::silence : Heard::Kind::nothing_left;
        heard.code = left ? "no_answer" : "no_connection";
        heard.text = exchange.problem;
        return heard;
    }
    if (exchange.answer.status != 200) {
        heard.code = "http_" + std::to_string(exchange.answer.status);
        heard.text = "UnionPay's gateway is out of order.";
        return heard;
    }
    auto opened = trust_.open(exchange.answer.body, clock_.utc());
    heard.kind = opened ? Heard::Kind::verified : Heard::Kind::unverified;
    if (opened) {
        heard.answer = std::move(*opened);
    } else {
        heard.code = "unverified";
        heard.text = opened.error().message;
    }
    return heard;
}

// ---- Paying

AttemptResult UnionpayAdapter::start(const AttemptRequest& request) {
    AttemptResult result;
    if (!options_.shows_code && !is_qr_number(request.code)) {
        result.outcome = Outcome::not_sent;
        result.channel_code = "no_code";
        result.channel_text = looks_like_emv_payer_code(request.code)
                                  ? "This kind of code is not taken here: ask for the barcode with digits."
                                  : "This is no UnionPay code: scan the payer's code again.";
        return result;
    }
    const UtcInstant valid_until{request.created.ms + options_.valid_ms};
    begin_call(request.deadline_ms > 0 ? request.deadline_ms : options_.start_deadline_ms);
    const Heard heard = ask(Door::transaction,
                            options_.shows_code ? unionpay_show(options_.shop, request, valid_until)
                                                : unionpay_pay(options_.shop, request));
    if (heard.kind != Heard::Kind::verified) {
        result.outcome = heard.kind == Heard::Kind::nothing_left ? Outcome::not_sent : Outcome::unknown;
        result.channel_code = heard.code;
        result.channel_text = heard.text;
        if (heard.kind == Heard::Kind::unverified) result.refs["alarm"] = "unverified";
        return result;
    }
    result = unionpay_read_start(heard.answer, options_.shop, unionpay_order(request.id, request.created), request.amount);
    if (options_.shows_code) return show(request, heard, std::move(result));
    if (result.outcome == Outcome::pending && request.progress) request.progress({Phase::waiting_payer, result.channel_text});
    return result;
}

AttemptResult UnionpayAdapter::show(const AttemptRequest& request, const Heard& heard, AttemptResult result) {
    if (result.outcome != Outcome::pending) return result;
    const std::string& code = field(heard.answer, "qrCode");
    if (!may_be_shown(code, request.amount)) {
        result.outcome = Outcome::unknown;
        result.channel_text = "The gateway sent no code that can be shown.";
        result.refs["alarm"] = "mismatch";
        return result;
    }
    result.presented = code;
    result.refs["shown"] = "qr";
    if (request.progress) request.progress({Phase::presented, code});
    return result;
}

AttemptResult UnionpayAdapter::query(const Attempt& attempt) {
    begin_call(options_.start_deadline_ms);
    const UnionpayOrder order = unionpay_order(attempt.id, attempt.created);
    const Heard heard = ask(Door::query, unionpay_query(options_.shop, order));
    if (heard.kind != Heard::Kind::verified) {
        AttemptResult result;
        result.outcome = heard.kind == Heard::Kind::nothing_left ? Outcome::not_sent : Outcome::unknown;
        result.channel_code = heard.code;
        result.channel_text = heard.text;
        return result;
    }
    AttemptResult result = unionpay_read_payment(heard.answer, options_.shop, order, attempt.amount);
    if (result.outcome == Outcome::approved) return unless_undone(attempt, std::move(result));
    // Until somebody scans a shown code there is no transaction to be found.
    const bool shown = attempt.result.refs.count("shown") > 0 || !attempt.result.presented.empty();
    if (options_.shows_code && shown && result.outcome == Outcome::unknown && result.channel_code == "34" &&
        !code_has_expired(attempt)) {
        result.outcome = Outcome::pending;
        result.presented = attempt.result.presented;
    }
    return result;
}

// A payment that was undone may go on saying that it succeeded: its undo knows better.
AttemptResult UnionpayAdapter::unless_undone(const Attempt& attempt, AttemptResult paid) {
    const std::string time = undo_time_of(attempt);
    if (time.empty()) return paid;
    const UnionpayStatus undo = status_of(unionpay_undo_order(attempt.id, time), attempt.amount);
    const bool refused = undo.known == UnionpayStatus::Known::found && refuses(undo.code);
    if (undo.known == UnionpayStatus::Known::not_found || refused) return paid;
    const bool done = undo.known == UnionpayStatus::Known::found && undo.code == UnionpayCode::success;
    paid.outcome = done ? Outcome::declined : Outcome::unknown;
    paid.discounts.clear();
    paid.channel_code = undo.channel_code;
    paid.channel_text = done ? "The payment was taken back." : undo.channel_text;
    return paid;
}

UnionpayStatus UnionpayAdapter::status_of(const UnionpayOrder& order, Money amount) {
    const Heard heard = ask(Door::query, unionpay_query(options_.shop, order));
    if (heard.kind == Heard::Kind::verified) return unionpay_read_query(heard.answer, options_.shop, order, amount);
    UnionpayStatus status;
    status.channel_code = heard.code;
    status.channel_text = heard.text;
    return status;
}

// ---- Undoing

bool UnionpayAdapter::code_has_expired(const Attempt& attempt) const {
    return clock_.utc().ms > attempt.created.ms + options_.valid_ms + kAfterCodeEndsMs;
}

// The undo's own name. The runner makes "reversing" durable, with the instant, before the first undo can
// leave; later its refs say it. So a till that lost everything in between asks for the same undo.
std::string UnionpayAdapter::undo_time_of(const Attempt& attempt) const {
    const auto kept = attempt.result.refs.find("undo_time");
    if (kept != attempt.result.refs.end() && parse_unionpay_time(kept->second)) return kept->second;
    const bool marked = attempt.state == AttemptState::reversing || attempt.state == AttemptState::late_success;
    return marked ? unionpay_time(attempt.changed) : std::string();
}

ReverseResult UnionpayAdapter::reverse(const Attempt& attempt) {
    begin_call(options_.start_deadline_ms);
    const std::string now = unionpay_time(clock_.utc());
    const std::string known = undo_time_of(attempt);
    if (known.empty()) return reverse_original(attempt, now);
    const UnionpayStatus undo = status_of(unionpay_undo_order(attempt.id, known), attempt.amount);
    if (undo.known == UnionpayStatus::Known::unknown) {
        const bool busy = unionpay_code(undo.channel_code) == UnionpayCode::too_often;
        return reversed_as(busy ? ReverseOutcome::refused_retry : ReverseOutcome::unknown, undo);
    }
    if (undo.known == UnionpayStatus::Known::found) {
        if (undo.code == UnionpayCode::success) {
            ReverseResult result = reversed_as(ReverseOutcome::reversed, undo);
            result.refs["undo_time"] = known;
            return result;
        }
        return refuses(undo.code) ? reverse_original(attempt, now) : reversed_as(ReverseOutcome::unknown, undo);
    }
    const bool fresh = clock_.utc().ms - parse_unionpay_time(known)->ms <= kFreshMs;
    return reverse_original(attempt, fresh ? known : now);
}

ReverseResult UnionpayAdapter::reverse_original(const Attempt& attempt, const std::string& undo_time) {
    using Known = UnionpayStatus::Known;
    const UnionpayStatus original = status_of(unionpay_order(attempt.id, attempt.created), attempt.amount);
    if (original.known == Known::unknown) {
        // Money of another amount under our number is ours to give back, but by a person.
        const bool busy = unionpay_code(original.channel_code) == UnionpayCode::too_often;
        if (original.mismatch) return reversed_as(ReverseOutcome::too_late, original);
        return reversed_as(busy ? ReverseOutcome::refused_retry : ReverseOutcome::unknown, original);
    }
    if (original.known == Known::not_found) {
        const std::int64_t age_ms = clock_.utc().ms - attempt.created.ms;
        const bool never_came = options_.shows_code ? code_has_expired(attempt) : age_ms >= options_.lost_after_ms;
        if (never_came) return reversed_as(ReverseOutcome::not_paid_closed, original);
        return take_back_unsettled(attempt, original);
    }
    switch (original.code) {
        case UnionpayCode::success:
            return send_undo(attempt, undo_time);
        case UnionpayCode::refused:
        case UnionpayCode::refused_setup:
            return reversed_as(ReverseOutcome::not_paid_closed, original);
        case UnionpayCode::paid_but:
            return reversed_as(ReverseOutcome::too_late, original);
        case UnionpayCode::returned:
            return reversed_as(ReverseOutcome::reversed, original);
        default:
            return take_back_unsettled(attempt, original);
    }
}

// What is not settled cannot be undone (31). The reversal (99) can, where the acquirer allows it; it bears
// the original's own id and time, so sending it again changes nothing.
ReverseResult UnionpayAdapter::take_back_unsettled(const Attempt& attempt, const UnionpayStatus& status) {
    if (!options_.use_reversal || options_.shows_code) return reversed_as(ReverseOutcome::refused_retry, status);
    const UnionpayOrder order = unionpay_order(attempt.id, attempt.created);
    const Heard heard = ask(Door::transaction, unionpay_reversal(options_.shop, attempt));
    if (heard.kind != Heard::Kind::verified) {
        ReverseResult result;
        result.channel_code = heard.code;
        result.channel_text = heard.text;
        return result;
    }
    const AttemptResult taken = unionpay_read_start(heard.answer, options_.shop, order, attempt.amount);
    if (taken.outcome != Outcome::pending) {
        const bool again = unionpay_code(taken.channel_code) == UnionpayCode::too_often || taken.outcome == Outcome::declined;
        return {again ? ReverseOutcome::refused_retry : ReverseOutcome::unknown, {}, taken.channel_code, taken.channel_text};
    }
    // Accepted is not done: only the original itself says what became of it.
    const UnionpayStatus after = status_of(order, attempt.amount);
    const bool gone = after.known == UnionpayStatus::Known::found && after.code == UnionpayCode::refused;
    return reversed_as(gone ? ReverseOutcome::reversed : ReverseOutcome::unknown, after);
}

ReverseResult UnionpayAdapter::send_undo(const Attempt& attempt, const std::string& time) {
    const UnionpayOrder undo = unionpay_undo_order(attempt.id, time);
    const Heard heard = ask(Door::transaction, unionpay_undo(options_.shop, attempt, undo));
    ReverseResult result;
    result.refs["undo_time"] = time;
    result.channel_code = heard.code;
    result.channel_text = heard.text;
    if (heard.kind != Heard::Kind::verified) return result;
    const AttemptResult taken = unionpay_read_start(heard.answer, options_.shop, undo, attempt.amount);
    result.channel_code = taken.channel_code;
    result.channel_text = taken.channel_text;
    if (taken.refs.count("alarm") > 0) result.refs["alarm"] = taken.refs.at("alarm");
    if (taken.refs.count("alarm") > 0 && taken.refs.at("alarm") == "mismatch") return result;
    const UnionpayCode code = unionpay_code(taken.channel_code);
    if (code == UnionpayCode::too_often) {
        result.outcome = ReverseOutcome::refused_retry;
        return result;
    }
    // Refused: another day's payment, or somebody returned it already. Only a person can tell.
    if (refuses(code)) {
        result.outcome = ReverseOutcome::too_late;
        return result;
    }
    return undo_status(attempt, undo);
}

ReverseResult UnionpayAdapter::undo_status(const Attempt& attempt, const UnionpayOrder& undo) {
    const UnionpayStatus status = status_of(undo, attempt.amount);
    const bool done = status.known == UnionpayStatus::Known::found && status.code == UnionpayCode::success;
    ReverseResult result = reversed_as(done ? ReverseOutcome::reversed : ReverseOutcome::unknown, status);
    result.refs["undo_time"] = undo.time;
    return result;
}

// ---- Refunding

RefundResult UnionpayAdapter::refund_status(const RefundRequest& request, bool refused_unless_found) {
    const UnionpayStatus status = status_of(unionpay_refund_order(request), request.amount);
    RefundResult result;
    result.channel_code = status.channel_code;
    result.channel_text = status.channel_text;
    if (status.mismatch) result.refs["alarm"] = "mismatch";
    if (status.known == UnionpayStatus::Known::not_found && refused_unless_found) result.outcome = RefundOutcome::refused;
    if (status.known != UnionpayStatus::Known::found) return result;
    if (status.code == UnionpayCode::success) {
        result.outcome = RefundOutcome::refunded;
    } else if (refuses(status.code)) {
        result.outcome = RefundOutcome::refused;
    } else if (status.code != UnionpayCode::paid_but) {
        result.outcome = RefundOutcome::processing;
    }
    return result;
}

RefundResult UnionpayAdapter::refund_query(const Attempt&, const RefundRequest& request) {
    begin_call(options_.start_deadline_ms);
    return refund_status(request, false);
}

RefundResult UnionpayAdapter::refund(const Attempt& paid, const RefundRequest& request) {
    begin_call(options_.start_deadline_ms);
    // Sent once before, perhaps: look first, because the gateway may refuse an old time before it looks
    // for doubles, and that refusal would hide a refund that was made.
    if (clock_.utc().ms - request.created.ms > kFreshMs) {
        const UnionpayStatus before = status_of(unionpay_refund_order(request), request.amount);
        if (before.known != UnionpayStatus::Known::not_found) return refund_status(request, false);
    }
    const Heard heard = ask(Door::transaction, unionpay_refund(options_.shop, paid, request));
    RefundResult result;
    result.channel_code = heard.code;
    result.channel_text = heard.text;
    if (heard.kind == Heard::Kind::nothing_left) result.outcome = RefundOutcome::not_sent;
    if (heard.kind != Heard::Kind::verified) return result;
    const AttemptResult taken =
        unionpay_read_start(heard.answer, options_.shop, unionpay_refund_order(request), request.amount);
    result.channel_code = taken.channel_code;
    result.channel_text = taken.channel_text;
    result.refs = taken.refs;
    const auto alarm = taken.refs.find("alarm");
    if (alarm != taken.refs.end() && alarm->second == "mismatch") return result;
    if (unionpay_code(taken.channel_code) == UnionpayCode::too_often) return result;
    RefundResult found = refund_status(request, refuses(unionpay_code(taken.channel_code)));
    found.refs.insert(taken.refs.begin(), taken.refs.end());
    if (found.outcome == RefundOutcome::refused) {
        found.channel_code = taken.channel_code;
        found.channel_text = taken.channel_text;
    }
    if (found.outcome == RefundOutcome::unknown && taken.outcome == Outcome::pending) found.outcome = RefundOutcome::processing;
    return found;
}

}  // namespace mulin::payment
