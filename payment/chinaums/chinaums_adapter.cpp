#include "payment/chinaums/chinaums_adapter.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace mulin::payment {
namespace {

constexpr std::int64_t kAfterCodeEndsMs = 10'000;
// A request with less time than this is left to the next call.
constexpr std::int64_t kLeastTimeMs = 50;

constexpr const char* kBillQuery = "/v1/netpay/bills/query";
constexpr const char* kBillRefund = "/v1/netpay/bills/refund";

ReverseResult reverse_result(ReverseOutcome outcome, const ChinaumsStatus& status) {
    ReverseResult result;
    result.outcome = outcome;
    result.refs = status.refs;
    result.channel_code = status.channel_code;
    result.channel_text = status.channel_text;
    if (status.mismatch) result.refs["alarm"] = "mismatch";
    return result;
}

// An attempt as a question needs it, before there is a record of the answer.
Attempt attempt_of(const AttemptRequest& request, const std::map<std::string, std::string>& refs) {
    Attempt attempt;
    attempt.id = request.id;
    attempt.amount = request.amount;
    attempt.created = request.created;
    attempt.result.refs = refs;
    return attempt;
}

bool may_be_drawn(const std::string& code) { return code.starts_with("https://") && code.size() <= 512; }

}  // namespace

ChinaumsAdapter::ChinaumsAdapter(ChinaumsOptions options, std::unique_ptr<HttpTransport> transport,
                                 const AdapterSeams& seams)
    : options_(std::move(options)), transport_(std::move(transport)), clock_(seams.clock), random_(seams.random) {
    if (options_.notice_port < 0) return;
    notices_ = std::make_unique<NoticeListener>(options_.notice_port, [this](std::string_view body) { return take_notice(body); });
    (void)notices_->listen();
}

// On the listener's thread. Whatever it says, the order is only asked about.
std::string ChinaumsAdapter::take_notice(std::string_view body) {
    const auto notice = read_chinaums_notice(body, options_.notice_key);
    if (!notice || notice->merchant != options_.shop.merchant || notice->order.empty()) return "FAILED";
    hints_.add(notice->order);
    return notice->answer;
}

Capabilities ChinaumsAdapter::capabilities() const {
    Capabilities can;
    can.query = can.reverse = can.refund = can.refund_partial = can.refund_query = true;
    // Only netpay's documents promise that the same refund number is the same refund.
    can.refund_repeatable = options_.shows_code;
    can.needs_code = !options_.shows_code;
    can.presented_code = options_.shows_code;
    can.start_deadline_ms = options_.start_deadline_ms;
    can.poll.delays_ms = {3'000, 5'000};
    can.poll.give_up_ms = options_.shows_code ? options_.valid_ms + 2 * kAfterCodeEndsMs : options_.give_up_ms;
    can.poll.reverse_longest_ms = 60'000;
    can.poll.watch_ms = {60'000, 300'000, 1'800'000, 7'200'000};
    return can;
}

ChinaumsAdapter::Heard ChinaumsAdapter::ask(const std::string& path, const std::string& body) {
    const std::int64_t left_ms = until_.ms - clock_.monotonic().ms;
    if (left_ms < kLeastTimeMs) return {Heard::Kind::silence, {}, "no_time", "There was no time left to ask ChinaUMS."};
    std::array<std::uint8_t, 16> nonce{};
    random_.fill(nonce);
    HttpRequest http;
    http.url = options_.address + path;
    http.headers = {{"Content-Type", "application/json; charset=utf-8"},
                    {"Authorization", chinaums_authorization(options_.key, chinaums_time(clock_.utc()), hex(nonce), body)}};
    http.body = body;
    http.deadline_ms = left_ms;
    const HttpExchange exchange = transport_->exchange(http);
    Heard heard;
    if (exchange.kind == HttpExchange::Kind::answered && exchange.answer.status == 200) {
        heard.kind = Heard::Kind::answered;
        heard.body = exchange.answer.body;
        return heard;
    }
    if (exchange.kind == HttpExchange::Kind::answered) {
        heard.code = "http_" + std::to_string(exchange.answer.status);
        heard.text = "ChinaUMS's gateway did not take the request.";
        heard.setup = exchange.answer.status == 401 || exchange.answer.status == 403;
        return heard;
    }
    const bool left = exchange.kind != HttpExchange::Kind::nothing_left;
    heard.kind = left ? Heard::Kind::silence : Heard::Kind::nothing_left;
    heard.code = left ? "no_answer" : "no_connection";
    heard.text = exchange.problem;
    return heard;
}

// ---- Paying

AttemptResult ChinaumsAdapter::start(const AttemptRequest& request) {
    return options_.shows_code ? start_showing(request) : start_scanning(request);
}

AttemptResult ChinaumsAdapter::start_scanning(const AttemptRequest& request) {
    AttemptResult result;
    if (request.code.empty() || request.code.size() > 64) {
        result.outcome = Outcome::not_sent;
        result.channel_code = "no_code";
        result.channel_text = "Scan the payer's code again.";
        return result;
    }
    begin_call(request.deadline_ms > 0 ? request.deadline_ms : options_.start_deadline_ms);
    const Heard heard = ask(poslink("pay"), poslink_pay(options_.shop, request));
    if (heard.kind != Heard::Kind::answered) {
        if (heard.kind == Heard::Kind::nothing_left) result.outcome = Outcome::not_sent;
        result.channel_code = heard.code;
        result.channel_text = heard.text;
        if (heard.setup) result.refs["alarm"] = "config";
        return result;
    }
    const ChinaumsSaid said = read_poslink(heard.body, options_.shop, request.amount);
    result.refs = said.refs;
    result.channel_code = said.channel_code;
    result.channel_text = said.channel_text;
    if (said.mismatch) {
        result.refs["alarm"] = "mismatch";
        return result;
    }
    if (said.word == ChinaumsSaid::Word::waiting) {
        result.outcome = Outcome::pending;
        if (request.progress) request.progress({Phase::password, result.channel_text});
        return result;
    }
    // Nobody signed this: whatever it says, the question about our own order decides.
    AttemptResult asked = chinaums_result(status_of(attempt_of(request, said.refs)));
    if (asked.outcome == Outcome::not_sent) asked.outcome = Outcome::unknown;
    asked.refs.insert(result.refs.begin(), result.refs.end());
    return asked;
}

AttemptResult ChinaumsAdapter::start_showing(const AttemptRequest& request) {
    AttemptResult result;
    const UtcInstant valid_until{request.created.ms + options_.valid_ms};
    begin_call(request.deadline_ms > 0 ? request.deadline_ms : options_.start_deadline_ms);
    const Heard heard = ask("/v1/netpay/bills/get-qrcode", netpay_show(options_.shop, request, clock_.utc(), valid_until));
    if (heard.kind != Heard::Kind::answered) {
        if (heard.kind == Heard::Kind::nothing_left) result.outcome = Outcome::not_sent;
        result.channel_code = heard.code;
        result.channel_text = heard.text;
        if (heard.setup) result.refs["alarm"] = "config";
        return result;
    }
    const ChinaumsBill bill = read_netpay_show(heard.body, options_.shop, request);
    result.refs = bill.said.refs;
    result.channel_code = bill.said.channel_code;
    result.channel_text = bill.said.channel_text;
    if (bill.said.mismatch) result.refs["alarm"] = "mismatch";
    if (bill.said.mismatch) return result;
    // Refused before a code existed: nobody can have paid.
    if (bill.said.word == ChinaumsSaid::Word::refused) result.outcome = Outcome::declined;
    if (bill.said.word != ChinaumsSaid::Word::yes || !may_be_drawn(bill.code)) return result;
    result.outcome = Outcome::pending;
    result.presented = bill.code;
    if (request.progress) request.progress({Phase::presented, bill.code});
    return result;
}

ChinaumsStatus ChinaumsAdapter::status_of(const Attempt& attempt) {
    const Heard heard = options_.shows_code
                            ? ask(kBillQuery, netpay_query(options_.shop, attempt, clock_.utc(), ""))
                            : ask(poslink("query"), poslink_query(options_.shop, attempt));
    if (heard.kind == Heard::Kind::answered) {
        return options_.shows_code ? read_netpay_query(heard.body, options_.shop, attempt)
                                   : read_poslink_query(heard.body, options_.shop, attempt);
    }
    ChinaumsStatus status;
    status.channel_code = heard.code;
    status.channel_text = heard.text;
    if (heard.setup) status.refs["alarm"] = "config";
    return status;
}

AttemptResult ChinaumsAdapter::query(const Attempt& attempt) {
    begin_call(options_.start_deadline_ms);
    const std::string order = options_.shop.source_id + attempt.id.text();
    if (notices_) hints_.drop(order);
    ChinaumsStatus status = status_of(attempt);
    if (notices_ && status.trade == ChinaumsTrade::waiting && notices_->listen() && hints_.wait(order, options_.notice_wait_ms)) {
        begin_call(options_.start_deadline_ms);
        status = status_of(attempt);
    }
    AttemptResult result = chinaums_result(status);
    if (status.channel_code == "no_connection" && !status.answered) result.outcome = Outcome::not_sent;
    if (result.outcome == Outcome::pending) result.presented = attempt.result.presented;
    return result;
}

// ---- Taking back

bool ChinaumsAdapter::never_came(const Attempt& attempt) const {
    const std::int64_t age_ms = clock_.utc().ms - attempt.created.ms;
    return age_ms >= (options_.shows_code ? options_.valid_ms + kAfterCodeEndsMs : options_.lost_after_ms);
}

ReverseResult ChinaumsAdapter::reverse(const Attempt& attempt) {
    begin_call(options_.start_deadline_ms);
    using T = ChinaumsTrade;
    const ChinaumsStatus status = status_of(attempt);
    // Money of another amount under our number is for a person.
    if (status.mismatch) return reverse_result(ReverseOutcome::too_late, status);
    if (options_.shows_code && status.trade == T::refunded) return return_bill(attempt);
    switch (status.trade) {
        case T::returned:
            return reverse_result(ReverseOutcome::reversed, status);
        case T::refused:
        case T::closed:
            return reverse_result(ReverseOutcome::not_paid_closed, status);
        case T::refunded:  // by somebody else, and nobody says how much
            return reverse_result(ReverseOutcome::too_late, status);
        case T::not_found:
            if (never_came(attempt)) return reverse_result(ReverseOutcome::not_paid_closed, status);
            break;
        case T::paid:
            return options_.shows_code ? return_bill(attempt) : void_payment(attempt, false);
        default:
            break;
    }
    if (options_.shows_code) return close_bill(attempt);
    return void_payment(attempt, true);
}

ReverseResult ChinaumsAdapter::void_payment(const Attempt& attempt, bool in_doubt) {
    const char* const what = in_doubt && options_.use_reversal ? "reversepayment" : "voidpayment";
    const Heard heard = ask(poslink(what), poslink_void(options_.shop, attempt));
    ReverseResult result;
    result.channel_code = heard.code;
    result.channel_text = heard.text;
    if (heard.kind != Heard::Kind::answered) return result;
    const ChinaumsSaid said = read_poslink(heard.body, options_.shop, attempt.amount);
    // Done or not, the payment itself must say so.
    const ChinaumsStatus after = status_of(attempt);
    if (after.mismatch) return reverse_result(ReverseOutcome::too_late, after);
    if (after.trade == ChinaumsTrade::returned) return reverse_result(ReverseOutcome::reversed, after);
    if (after.trade == ChinaumsTrade::refused || after.trade == ChinaumsTrade::closed)
        return reverse_result(ReverseOutcome::not_paid_closed, after);
    result.channel_code = said.channel_code;
    result.channel_text = said.channel_text;
    if (said.mismatch) result.refs["alarm"] = "mismatch";
    if (said.word == ChinaumsSaid::Word::refused) {
        result.outcome = ReverseOutcome::too_late;
    } else if (said.word != ChinaumsSaid::Word::yes) {
        result.outcome = ReverseOutcome::refused_retry;
    }
    return result;
}

ReverseResult ChinaumsAdapter::close_bill(const Attempt& attempt) {
    const Heard heard = ask("/v1/netpay/bills/close-qrcode", netpay_close(options_.shop, attempt, clock_.utc()));
    ReverseResult result;
    result.channel_code = heard.code;
    result.channel_text = heard.text;
    if (heard.kind != Heard::Kind::answered) return result;
    const ChinaumsSaid said = read_netpay(heard.body, options_.shop);
    const ChinaumsStatus after = status_of(attempt);
    if (after.mismatch) return reverse_result(ReverseOutcome::too_late, after);
    if (after.trade == ChinaumsTrade::closed) return reverse_result(ReverseOutcome::not_paid_closed, after);
    if (after.trade == ChinaumsTrade::paid) return return_bill(attempt);
    result.outcome = said.word == ChinaumsSaid::Word::yes ? ReverseOutcome::unknown : ReverseOutcome::refused_retry;
    result.channel_code = said.channel_code;
    result.channel_text = said.channel_text;
    return result;
}

// netpay takes a paid bill back by a refund of all of it. Its number is always the same for an attempt,
// and the same number is the same refund, so this may be sent again and again.
ReverseResult ChinaumsAdapter::return_bill(const Attempt& attempt) {
    const std::string bill = netpay_bill_number(options_.shop, attempt.id);
    const std::string number = netpay_undo_number(options_.shop, attempt.id);
    const Heard before = ask(kBillQuery, netpay_query(options_.shop, attempt, clock_.utc(), number));
    ReverseResult result;
    const auto from = [&](const RefundResult& refund, ReverseOutcome refused) {
        result.channel_code = refund.channel_code;
        result.channel_text = refund.channel_text;
        if (refund.outcome == RefundOutcome::refunded) result.outcome = ReverseOutcome::reversed;
        if (refund.outcome == RefundOutcome::refused) result.outcome = refused;
        return result;
    };
    result.channel_code = before.code;
    result.channel_text = before.text;
    if (before.kind != Heard::Kind::answered) return result;
    const RefundResult found = read_netpay_refund_query(before.body, bill, attempt.amount);
    if (found.outcome == RefundOutcome::refunded) return from(found, ReverseOutcome::unknown);
    const Heard heard = ask(kBillRefund, netpay_refund(options_.shop, attempt, clock_.utc(), number, attempt.amount));
    result.channel_code = heard.code;
    result.channel_text = heard.text;
    if (heard.kind != Heard::Kind::answered) return result;
    if (read_netpay(heard.body, options_.shop).word == ChinaumsSaid::Word::waiting) result.outcome = ReverseOutcome::refused_retry;
    return from(read_netpay_refund(heard.body, bill, number, attempt.amount), ReverseOutcome::too_late);
}

// ---- Refunding

RefundResult ChinaumsAdapter::refund_query(const Attempt& paid, const RefundRequest& request) {
    begin_call(options_.start_deadline_ms);
    if (!options_.shows_code) return poslink_refunded(paid, request);
    const std::string number = netpay_refund_number(options_.shop, request.id);
    const Heard heard = ask(kBillQuery, netpay_query(options_.shop, paid, clock_.utc(), number));
    if (heard.kind == Heard::Kind::answered)
        return read_netpay_refund_query(heard.body, netpay_bill_number(options_.shop, paid.id), request.amount);
    RefundResult result;
    result.channel_code = heard.code;
    result.channel_text = heard.text;
    return result;
}

RefundResult ChinaumsAdapter::poslink_refunded(const Attempt& paid, const RefundRequest& request) {
    const char* const what = options_.version == "v2" ? "query-refund" : "refund-query";
    const Heard heard = ask(poslink(what), poslink_refund_query(options_.shop, paid, request));
    if (heard.kind == Heard::Kind::answered) return read_poslink_refund_query(heard.body, options_.shop, request);
    RefundResult result;
    result.channel_code = heard.code;
    result.channel_text = heard.text;
    return result;
}

RefundResult ChinaumsAdapter::refund(const Attempt& paid, const RefundRequest& request) {
    begin_call(options_.start_deadline_ms);
    const std::string number = netpay_refund_number(options_.shop, request.id);
    const Heard heard = options_.shows_code
                            ? ask(kBillRefund, netpay_refund(options_.shop, paid, clock_.utc(), number, request.amount))
                            : ask(poslink("refund"), poslink_refund(options_.shop, paid, request));
    RefundResult result;
    result.channel_code = heard.code;
    result.channel_text = heard.text;
    if (heard.kind == Heard::Kind::nothing_left) result.outcome = RefundOutcome::not_sent;
    if (heard.kind != Heard::Kind::answered) return result;
    if (options_.shows_code)
        return read_netpay_refund(heard.body, netpay_bill_number(options_.shop, paid.id), number, request.amount);
    const ChinaumsSaid said = read_poslink(heard.body, options_.shop, request.amount);
    RefundResult asked = poslink_refunded(paid, request);
    if (said.mismatch) asked.refs["alarm"] = "mismatch";
    asked.refs.insert(said.refs.begin(), said.refs.end());
    if (asked.outcome != RefundOutcome::unknown || said.mismatch) return asked;
    asked.channel_code = said.channel_code;
    asked.channel_text = said.channel_text;
    if (said.word == ChinaumsSaid::Word::yes || said.word == ChinaumsSaid::Word::waiting) asked.outcome = RefundOutcome::processing;
    if (said.word == ChinaumsSaid::Word::refused) asked.outcome = RefundOutcome::refused;
    return asked;
}

}  // namespace mulin::payment
