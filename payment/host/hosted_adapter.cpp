#include "payment/host/hosted_adapter.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "payment/base/check.h"
#include "payment/host/payload.h"

namespace mulin::payment::host {
namespace {

Capabilities before_the_greeting() {
    Capabilities can;
    can.query = true;
    can.reverse = true;
    return can;
}

// Whatever a process sends back, the payer's code is not kept.
void scrub(std::string& text, const std::string& code) {
    if (code.size() < 6) return;
    for (auto at = text.find(code); at != std::string::npos; at = text.find(code, at))
        text.replace(at, code.size(), "[code]");
}

void scrub(AttemptResult& result, const std::string& code) {
    scrub(result.channel_code, code);
    scrub(result.channel_text, code);
    for (auto& [key, value] : result.refs) scrub(value, code);
}

bool echoes(const Echo& echo, const AttemptId& id, Money amount) {
    return echo.attempt == id.text() && echo.amount_fen == amount.in_fen() && echo.currency == "CNY";
}

}  // namespace

HostedAdapter::HostedAdapter(HostSettings settings, const Clock& clock)
    : settings_(std::move(settings)), clock_(clock), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    MULIN_CHECK(wake_ >= 0);
}

HostedAdapter::~HostedAdapter() {
    if (child_ && child_->running()) {
        (void)write_frame(child_->socket(), notification_text(method::kShutdown, "{}"), clock_,
                          {clock_.monotonic().ms + settings_.end_grace_ms});
        child_->end(clock_, settings_.end_grace_ms);
    }
    child_.reset();
    ::close(wake_);
}

Status HostedAdapter::open() { return ensure_running(); }

Capabilities HostedAdapter::capabilities() const {
    const std::lock_guard lock(mutex_);
    return capabilities_.value_or(before_the_greeting());
}

pid_t HostedAdapter::process() const {
    const std::lock_guard lock(mutex_);
    return child_ ? child_->pid() : -1;
}

std::string HostedAdapter::trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
}

// A process that ended by itself between two calls is replaced at once the first time: it had nothing
// of ours in hand. One that keeps ending is left alone for longer and longer.
Status HostedAdapter::ensure_running() {
    if (stopped_) return fail(ErrorCode::refused, "The till is closing.");
    if (child_ && child_->running()) return ok();
    if (child_) (void)give_up_on("adapter_crashed");
    if (failures_ > 1 && clock_.monotonic() < not_before_)
        return fail(ErrorCode::peer, "The payment adapter of " + name() + " keeps failing: it is tried again soon.", true);
    auto child = ChildProcess::start(settings_.command, settings_.limits, settings_.log);
    if (!child) {
        (void)give_up_on("adapter_missing");
        return tl::make_unexpected(child.error());
    }
    {
        const std::lock_guard lock(mutex_);
        child_ = std::move(*child);
        reader_ = std::make_unique<FrameReader>(child_->socket(), wake_);
    }
    ++starts_;
    auto greeted = greet();
    if (!greeted) (void)give_up_on("adapter_refused");
    return greeted;
}

Status HostedAdapter::greet() {
    Hello hello;
    hello.settings = settings_.channel;
    hello.now = clock_.utc();
    const MonotonicInstant deadline{clock_.monotonic().ms + settings_.hello_deadline_ms};
    const std::int64_t id = next_id_++;
    if (write_frame(child_->socket(), request_text(id, method::kHello, encode(hello)), clock_, deadline) != WriteEnd::written)
        return fail(ErrorCode::peer, "The payment adapter of " + name() + " ended before it was greeted.", true);
    std::string line;
    ReadEnd end = reader_->next(line, clock_, deadline);
    for (; end == ReadEnd::woken && !stopped_; end = reader_->next(line, clock_, deadline))
        drain_wake();  // a cancel that came too late for its call
    if (end != ReadEnd::line)
        return fail(ErrorCode::peer, "The payment adapter of " + name() + " did not answer its greeting.", true);
    MULIN_TRY(const auto envelope, parse_envelope(line));
    if (envelope.is_error) return fail(ErrorCode::invalid_input, envelope.error);
    if (envelope.id != id) return fail(ErrorCode::peer, "The payment adapter of " + name() + " answered something else.", true);
    MULIN_TRY(const auto welcome, decode_welcome(envelope.body));
    if (welcome.protocol < hello.least || welcome.protocol > hello.most)
        return fail(ErrorCode::unsupported, "The payment adapter of " + name() + " speaks another protocol version.");
    const std::lock_guard lock(mutex_);
    capabilities_ = welcome.capabilities;
    trouble_.clear();
    return ok();
}

// Ends the process and says how long it is left alone.
HostedAdapter::Answer HostedAdapter::give_up_on(const char* code) {
    std::unique_ptr<ChildProcess> gone;
    {
        const std::lock_guard lock(mutex_);
        trouble_ = code;
        gone = std::move(child_);
        reader_.reset();
    }
    if (gone) gone->end(clock_, settings_.end_grace_ms);
    std::int64_t wait = settings_.back_off_first_ms;
    for (std::int64_t i = 0; i < failures_ && wait < settings_.back_off_longest_ms; ++i) wait *= 2;
    ++failures_;
    not_before_.ms = clock_.monotonic().ms + std::min(wait, settings_.back_off_longest_ms);
    return {Fate::lost, "", code};
}

HostedAdapter::Answer HostedAdapter::call(const char* name_of_call, const std::string& params, const Expectation& expected) {
    if (!ensure_running()) return {Fate::nothing_left, "", "adapter_down"};
    const std::int64_t id = next_id_++;
    const MonotonicInstant deadline{clock_.monotonic().ms + expected.deadline_ms};
    const WriteEnd written = write_frame(child_->socket(), request_text(id, name_of_call, params), clock_, deadline);
    if (written != WriteEnd::written) {
        Answer gone = give_up_on("adapter_crashed");
        // Half a line is no request, but the process may have seen that something was coming.
        gone.fate = written == WriteEnd::nothing ? Fate::nothing_left : Fate::lost;
        return gone;
    }
    return wait_for(id, expected);
}

HostedAdapter::Answer HostedAdapter::wait_for(std::int64_t id, const Expectation& expected) {
    MonotonicInstant deadline{clock_.monotonic().ms + expected.deadline_ms + settings_.slack_ms};
    bool asked_to_stop = false;
    std::string line;
    if (cancel_wanted(expected.attempt)) send_cancel(expected.attempt);  // while the process was greeted
    for (;;) {
        switch (reader_->next(line, clock_, deadline)) {
            case ReadEnd::line:
                break;
            case ReadEnd::woken:
                if (stopped_) return give_up_on("till_closes");
                drain_wake();
                if (cancel_wanted(expected.attempt)) send_cancel(expected.attempt);
                continue;
            case ReadEnd::deadline:
                if (asked_to_stop) return give_up_on("adapter_hung");
                asked_to_stop = true;
                send_cancel(expected.attempt);
                deadline.ms = clock_.monotonic().ms + settings_.cancel_grace_ms;
                continue;
            case ReadEnd::closed:
                return give_up_on("adapter_crashed");
            case ReadEnd::too_large:
                return give_up_on("adapter_flooded");
        }
        const auto envelope = parse_envelope(line);
        if (!envelope) return give_up_on("adapter_garbage");
        if (envelope->method.empty()) {
            if (envelope->id != id) return give_up_on("adapter_garbage");
            failures_ = 0;
            if (envelope->is_error) return {Fate::lost, "", "adapter_error"};
            return {Fate::answered, envelope->body, ""};
        }
        if (!pass_progress(*envelope, expected)) return give_up_on("adapter_garbage");
    }
}

bool HostedAdapter::pass_progress(const Envelope& notification, const Expectation& expected) const {
    if (notification.id || notification.method != method::kProgress) return false;
    const auto progress = decode_progress(notification.body);
    if (!progress) return false;
    // About another attempt: nothing to show, nothing to decide.
    if (progress->attempt != expected.attempt.text()) return true;
    if (expected.progress != nullptr && *expected.progress) (*expected.progress)(progress->progress);
    return true;
}

void HostedAdapter::send_cancel(const AttemptId& id) {
    (void)write_frame(child_->socket(), notification_text(method::kCancel, encode_cancel(id.text())), clock_, clock_.monotonic());
}

void HostedAdapter::cancel(const AttemptId& id) {
    {
        const std::lock_guard lock(mutex_);
        cancelled_ = id;
    }
    const std::uint64_t one = 1;
    (void)!::write(wake_, &one, sizeof one);
}

// The wish may have come too late for its call: it never ends another one.
bool HostedAdapter::cancel_wanted(const AttemptId& id) {
    const std::lock_guard lock(mutex_);
    return std::exchange(cancelled_, AttemptId()) == id;
}

void HostedAdapter::drain_wake() {
    std::uint64_t drained = 0;
    (void)!::read(wake_, &drained, sizeof drained);
}

// The wake stays raised: no later call waits either.
void HostedAdapter::stop() {
    stopped_ = true;
    const std::uint64_t one = 1;
    (void)!::write(wake_, &one, sizeof one);
}

AttemptResult HostedAdapter::attempt_result(const Answer& answer, const AttemptId& id, Money amount, const std::string& code) {
    AttemptResult result;
    if (answer.fate != Fate::answered) {
        result.outcome = answer.fate == Fate::nothing_left ? Outcome::not_sent : Outcome::unknown;
        result.channel_code = answer.code;
        return result;
    }
    auto echoed = decode_result(answer.body);
    if (!echoed) {
        result.channel_code = give_up_on("adapter_garbage").code;
        return result;
    }
    result = std::move(echoed->result);
    scrub(result, code);
    if (result.outcome == Outcome::approved && !echoes(echoed->echo, id, amount)) {
        result.outcome = Outcome::unknown;
        result.discounts.clear();
        result.refs["alarm"] = "mismatch";
    }
    return result;
}

AttemptResult HostedAdapter::start(const AttemptRequest& request) {
    const std::int64_t deadline_ms = request.deadline_ms > 0 ? request.deadline_ms : capabilities().start_deadline_ms;
    const Answer answer = call(method::kStart, encode(request), {deadline_ms, request.id, &request.progress});
    return attempt_result(answer, request.id, request.amount, request.code);
}

AttemptResult HostedAdapter::query(const Attempt& attempt) {
    const std::int64_t deadline_ms = capabilities().start_deadline_ms;
    const Answer answer = call(method::kQuery, encode(AboutAttempt{attempt, deadline_ms}), {deadline_ms, attempt.id});
    return attempt_result(answer, attempt.id, attempt.amount, "");
}

ReverseResult HostedAdapter::reverse(const Attempt& attempt) {
    const std::int64_t deadline_ms = capabilities().start_deadline_ms;
    const Answer answer = call(method::kReverse, encode(AboutAttempt{attempt, deadline_ms}), {deadline_ms, attempt.id});
    if (answer.fate != Fate::answered) return {.channel_code = answer.code};
    auto result = decode_reverse_result(answer.body);
    return result ? std::move(*result) : ReverseResult{.channel_code = give_up_on("adapter_garbage").code};
}

RefundResult HostedAdapter::refund(const Attempt& paid, const RefundRequest& request) {
    const std::int64_t deadline_ms = capabilities().start_deadline_ms;
    const Answer answer = call(method::kRefund, encode(AboutRefund{paid, request, deadline_ms}), {deadline_ms, paid.id});
    const auto fate = answer.fate == Fate::nothing_left ? RefundOutcome::not_sent : RefundOutcome::unknown;
    if (answer.fate != Fate::answered) return {.outcome = fate, .channel_code = answer.code};
    auto result = decode_refund_result(answer.body);
    return result ? std::move(*result) : RefundResult{.channel_code = give_up_on("adapter_garbage").code};
}

RefundResult HostedAdapter::refund_query(const Attempt& paid, const RefundRequest& request) {
    const std::int64_t deadline_ms = capabilities().start_deadline_ms;
    const Answer answer = call(method::kRefundQuery, encode(AboutRefund{paid, request, deadline_ms}), {deadline_ms, paid.id});
    if (answer.fate != Fate::answered) return {.channel_code = answer.code};
    auto result = decode_refund_result(answer.body);
    return result ? std::move(*result) : RefundResult{.channel_code = give_up_on("adapter_garbage").code};
}

}  // namespace mulin::payment::host
