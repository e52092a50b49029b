#include "payment/card_terminal/card_terminal_adapter.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <utility>


namespace mulin::payment {

using zvt::Ended;
using zvt::Report;
using zvt::SlipMark;
using zvt::SlipNote;

// One payment under way at the terminal.
struct CardTerminalAdapter::Talk {
    AttemptId id;
    Money amount;
    std::atomic<int> aborts{0};
    std::mutex mutex;
    std::condition_variable changed;
    bool over = false;
    std::vector<Progress> news;  // not yet handed on
    Progress last_news;
    AttemptResult result;
    std::thread thread;
};

namespace {

constexpr std::size_t kMaxNews = 64;

std::string code_text(const char* kind, int code) {
    char text[16];
    std::snprintf(text, sizeof text, "%s %02X", kind, static_cast<unsigned>(code) & 0xFFU);
    return text;
}

AttemptResult answered(Outcome outcome, std::string code, std::string text) {
    return {.outcome = outcome, .channel_code = std::move(code), .channel_text = std::move(text)};
}

void put_refs(std::map<std::string, std::string>& refs, const SlipMark& slip) {
    if (slip.receipt >= 0) refs["receipt"] = std::to_string(slip.receipt);
    if (slip.trace >= 0) refs["trace"] = std::to_string(slip.trace);
    if (!slip.terminal_id.empty()) refs["terminal"] = slip.terminal_id;
}

constexpr const char* kAskAPerson =
    "The terminal shows no newer receipt. Look at its display and its last slip before asking the diner again.";

}  // namespace

Result<std::unique_ptr<CardTerminalAdapter>> CardTerminalAdapter::make(CardTerminalSettings settings) {
    MULIN_TRY(auto book, zvt::SlipBook::open(settings.notes_file));
    return std::unique_ptr<CardTerminalAdapter>(new CardTerminalAdapter(std::move(settings), std::move(book)));
}

CardTerminalAdapter::CardTerminalAdapter(CardTerminalSettings settings, zvt::SlipBook book)
    : settings_(std::move(settings)), book_(std::move(book)) {}

CardTerminalAdapter::~CardTerminalAdapter() { end_talk(); }

void CardTerminalAdapter::end_talk() {
    stop_ = true;
    if (talk_ && talk_->thread.joinable()) talk_->thread.join();
    stop_ = false;
}

Capabilities CardTerminalAdapter::capabilities() const {
    Capabilities can;
    can.query = true;
    can.reverse = true;
    can.refund = true;
    can.refund_repeatable = true;
    can.start_deadline_ms = settings_.start_wait_ms + 5'000;
    can.poll = settings_.poll;
    return can;
}

// ---- The talk

AttemptResult CardTerminalAdapter::start(const AttemptRequest& request) {
    if (talk_ && !wait_for_talk(0, {})) {
        return answered(Outcome::not_sent, "busy", "The card terminal is still busy with the payment before.");
    }
    end_talk();
    if (request.amount <= Money() || request.amount.in_fen() > zvt::kMaxAmountFen || book_.find(request.id.text())) {
        return answered(Outcome::not_sent, "not_possible", "This payment cannot be asked of the card terminal.");
    }
    talk_ = std::make_unique<Talk>();
    talk_->id = request.id;
    talk_->amount = request.amount;
    talk_->thread = std::thread([this, running = talk_.get()] { talk(*running); });
    if (!wait_for_talk(settings_.start_wait_ms, request.progress)) {
        return waiting();
    }
    return talk_->result;
}

AttemptResult CardTerminalAdapter::waiting() {
    std::lock_guard lock(talk_->mutex);
    auto result = answered(Outcome::pending, "waiting", talk_->last_news.text);
    result.retry_after_ms = 1'000;  // the payer stands there: soon
    return result;
}

void CardTerminalAdapter::talk(Talk& talk) {
    AttemptResult result = pay(talk);
    std::lock_guard lock(talk.mutex);
    talk.result = std::move(result);
    talk.over = true;
    talk.changed.notify_all();
}

// True when the talk is over.
bool CardTerminalAdapter::wait_for_talk(std::int64_t wait_ms, const std::function<void(const Progress&)>& progress) {
    constexpr std::int64_t kSliceMs = 20;
    std::unique_lock lock(talk_->mutex);
    for (std::int64_t left = wait_ms;; left -= kSliceMs) {
        const auto news = std::exchange(talk_->news, {});
        const bool over = talk_->over;
        if (progress && !news.empty()) {
            lock.unlock();
            for (const Progress& one : news) progress(one);
            lock.lock();
        }
        if (over) {
            lock.unlock();
            if (talk_->thread.joinable()) talk_->thread.join();
            return true;
        }
        if (left <= 0) return false;
        talk_->changed.wait_for(lock, std::chrono::milliseconds(std::min(left, kSliceMs)));
    }
}

Result<std::unique_ptr<zvt::TerminalLine>> CardTerminalAdapter::registered() {
    MULIN_TRY(auto line, zvt::open_line(settings_.line, stop_));
    const Ended ended = zvt::Conversation(*line, settings_.line.timings).run(zvt::registration(settings_.terminal));
    if (ended.how == Ended::How::completed) return line;
    if (ended.how == Ended::How::refused && zvt::is_busy(ended.code)) {
        return fail(ErrorCode::conflict, zvt::words_for(0x9C), true);
    }
    return fail(ErrorCode::network, "The card terminal did not take the till's registration.", true);
}

Result<SlipMark> CardTerminalAdapter::newest_receipt(zvt::TerminalLine& line) {
    const Ended ended = zvt::Conversation(line, settings_.line.timings).run(zvt::repeat_receipt(settings_.terminal));
    if (ended.unreadable_report) return fail(ErrorCode::peer, "The card terminal's last receipt cannot be read.");
    if (ended.how == Ended::How::completed || ended.how == Ended::How::aborted) {
        return ended.report ? mark_of(*ended.report) : SlipMark{};
    }
    if (ended.how == Ended::How::refused && !zvt::is_busy(ended.code)) return SlipMark{};
    if (ended.how == Ended::How::refused) return fail(ErrorCode::conflict, zvt::words_for(0x9C), true);
    return fail(ErrorCode::network, "The card terminal did not answer.", true);
}

AttemptResult CardTerminalAdapter::pay(Talk& talk) {
    const auto not_asked = [](const Error& error) {
        return answered(Outcome::not_sent, error.code == ErrorCode::conflict ? "busy" : "no_connection", error.message);
    };
    const auto line = registered();
    if (!line) return not_asked(line.error());
    const auto before = newest_receipt(**line);
    if (!before) return not_asked(before.error());
    const auto noted = book_.asked(talk.id.text(), talk.amount.in_fen(), *before);
    if (!noted) return answered(Outcome::not_sent, "disk", noted.error().message);
    zvt::Conversation conversation(**line, settings_.line.timings, &talk.aborts, [&talk](const zvt::Intermediate& news) {
        std::lock_guard lock(talk.mutex);
        talk.last_news = news.progress;
        if (talk.news.size() < kMaxNews) talk.news.push_back(news.progress);
        talk.changed.notify_all();
    });
    const Ended ended = conversation.run(zvt::authorisation(settings_.terminal, talk.amount));
    AttemptResult result = judge(talk, ended, *before);
    note(talk.id, result, ended.report ? mark_of(*ended.report) : SlipMark{});
    return result;
}

// A note that cannot be written is no loss: the terminal is asked again.
void CardTerminalAdapter::note(const AttemptId& id, const AttemptResult& result, const SlipMark& slip) {
    if (result.outcome == Outcome::approved) (void)book_.decided(id.text(), "approved", slip);
    if (result.outcome == Outcome::declined) (void)book_.decided(id.text(), "declined", slip);
    if (result.outcome == Outcome::not_sent) (void)book_.decided(id.text(), "void", slip);
}

bool CardTerminalAdapter::is_ours(const SlipMark& mark, Money amount, const SlipMark& before) const {
    const std::string& expected = settings_.terminal_id.empty() ? before.terminal_id : settings_.terminal_id;
    return mark.receipt >= 0 && !mark.same_receipt(before) && mark.amount_fen == amount.in_fen() &&
           (mark.currency < 0 || mark.currency == settings_.terminal.currency) &&
           (expected.empty() || mark.terminal_id == expected);
}

AttemptResult CardTerminalAdapter::judge_report(const Report& report, Money amount, const SlipMark& before) const {
    AttemptResult result = answered(Outcome::unknown, code_text("04 0F", report.result_code), report.text);
    put_refs(result.refs, mark_of(report));
    if (!report.card_last4.empty()) result.refs["card_last4"] = report.card_last4;
    if (!report.card_name.empty()) result.refs["card"] = report.card_name;
    if (!report.time.empty()) result.refs["terminal_time"] = report.time;
    if (report.result_code == 0 && is_ours(mark_of(report), amount, before)) {
        result.outcome = Outcome::approved;
    } else if (report.result_code == 0) {
        result.refs["alarm"] = "mismatch";
    } else if (zvt::is_clear_refusal(report.result_code)) {
        result.outcome = Outcome::declined;
        result.channel_text = zvt::words_for(report.result_code);
    }
    return result;
}

AttemptResult CardTerminalAdapter::judge(const Talk& talk, const Ended& ended, const SlipMark& before) const {
    switch (ended.how) {
        case Ended::How::not_sent:
            return answered(Outcome::not_sent, "no_connection", "The card terminal takes nothing; check its cable.");
        case Ended::How::refused: {
            const bool clear = zvt::is_busy(ended.code) || zvt::is_clear_abort(ended.code);
            return answered(clear ? Outcome::declined : Outcome::unknown, code_text("84", ended.code),
                            zvt::words_for(ended.code));
        }
        case Ended::How::lost:
            return answered(Outcome::unknown, "no_answer", "The card terminal fell silent.");
        case Ended::How::completed:
        case Ended::How::aborted:
            break;
    }
    if (ended.auto_reversal || ended.unreadable_report) {
        return answered(Outcome::unknown, ended.auto_reversal ? "04 FF 05" : "unreadable", "The terminal is asked again.");
    }
    if (ended.report) {
        auto result = judge_report(*ended.report, talk.amount, before);
        // "Approved", and then "aborted": the terminal contradicts itself.
        if (result.outcome == Outcome::approved && ended.how == Ended::How::aborted) result.outcome = Outcome::unknown;
        return result;
    }
    if (ended.how == Ended::How::aborted && zvt::is_clear_abort(ended.code)) {
        return answered(Outcome::declined, code_text("06 1E", ended.code), zvt::words_for(ended.code));
    }
    return answered(Outcome::unknown, code_text("06 1E", ended.code), zvt::words_for(ended.code));
}

// ---- Asking again

AttemptResult CardTerminalAdapter::query(const Attempt& attempt) {
    if (talk_ && talk_->id == attempt.id) {
        if (!wait_for_talk(settings_.query_wait_ms, {})) {
            return waiting();
        }
        if (talk_->result.outcome == Outcome::approved && !book_.find(attempt.id.text())->undone) return talk_->result;
    } else if (talk_ && !wait_for_talk(0, {})) {
        return answered(Outcome::unknown, "busy", "The card terminal is busy with another payment.");
    }
    const auto note = book_.find(attempt.id.text());
    if (!note) return answered(Outcome::unknown, "not_found", kAskAPerson);
    return asked_again(attempt, *note);
}

AttemptResult CardTerminalAdapter::asked_again(const Attempt& attempt, const SlipNote& note) {
    if (note.undone) return answered(Outcome::declined, "returned", "The payment was taken back.");
    if (note.outcome == "void") return answered(Outcome::declined, "not_asked", "Nothing was asked of the terminal.");
    AttemptResult result;
    if (note.outcome == "approved" && note.slip.amount_fen == attempt.amount.in_fen()) {
        result = answered(Outcome::approved, "04 0F 00", "");
        put_refs(result.refs, note.slip);
        return result;
    }
    const Evidence found = evidence(note, attempt.amount);
    put_refs(result.refs, found.mark);
    result.channel_code = found.code;
    switch (found.slip) {
        case Slip::ours:
            result.outcome = Outcome::approved;
            (void)book_.decided(note.id, "approved", found.mark);
            break;
        case Slip::refused:
            result.outcome = Outcome::declined;
            break;
        case Slip::other:
            result.refs["alarm"] = "mismatch";
            result.channel_text = "The terminal's newest receipt is about another amount.";
            break;
        case Slip::unchanged:
            result.channel_text = kAskAPerson;
            // A clear no of before stands until the terminal shows the contrary.
            [[fallthrough]];
        case Slip::none:
            if (note.outcome == "declined") result.outcome = Outcome::declined;
            break;
    }
    return result;
}

// What this payment left behind: the newest receipt, or the one before the next payment was asked for.
CardTerminalAdapter::Evidence CardTerminalAdapter::evidence(const SlipNote& note, Money amount) {
    Evidence found;
    if (const auto next = book_.after(note.id)) {
        found.mark = next->before;
    } else {
        const auto line = registered();
        const auto newest = line ? newest_receipt(**line) : tl::make_unexpected(line.error());
        if (!newest) {
            found.code = newest.error().code == ErrorCode::conflict ? "busy" : "no_answer";
            return found;
        }
        found.mark = *newest;
    }
    found.code = code_text("06 20", found.mark.result_code);
    if (found.mark.receipt < 0 || found.mark.same_receipt(note.before)) {
        found.slip = Slip::unchanged;
        found.mark = {};
    } else if (found.mark.result_code == 0) {
        found.slip = is_ours(found.mark, amount, note.before) ? Slip::ours : Slip::other;
    } else {
        found.slip = zvt::is_clear_refusal(found.mark.result_code) ? Slip::refused : Slip::none;
    }
    return found;
}

// ---- Taking back

ReverseResult CardTerminalAdapter::reverse(const Attempt& attempt) {
    const Undo done = undo(attempt);
    ReverseResult result;
    result.outcome = done.outcome;
    result.channel_code = done.code;
    result.channel_text = done.text;
    if (done.in_doubt) result.refs["alarm"] = "review";
    return result;
}

CardTerminalAdapter::Undo CardTerminalAdapter::undo(const Attempt& attempt) {
    if (talk_ && !wait_for_talk(0, {})) {
        if (talk_->id != attempt.id) return {ReverseOutcome::refused_retry, "busy", zvt::words_for(0x9C)};
        return cancel_talk();
    }
    const auto note = book_.find(attempt.id.text());
    // Ended before the note was written, or the notes are gone: asking again will find none either.
    if (!note) return {ReverseOutcome::too_late, "not_found", kAskAPerson, true};
    if (note->undone) return {ReverseOutcome::reversed, "returned", ""};
    if (note->outcome == "void") return {ReverseOutcome::not_paid_closed, "not_asked", ""};
    const AttemptResult now = asked_again(attempt, *note);
    if (now.outcome == Outcome::declined) return {ReverseOutcome::not_paid_closed, now.channel_code, now.channel_text};
    if (now.outcome != Outcome::approved) {
        // A wrong or missing receipt stays so: reversing a receipt that may be somebody else's is worse.
        const bool seen = now.refs.count("alarm") > 0 || now.channel_code.rfind("06 20", 0) == 0;
        return {seen ? ReverseOutcome::too_late : ReverseOutcome::unknown, now.channel_code, now.channel_text, seen};
    }
    return take_back(*book_.find(note->id), attempt.amount);
}

CardTerminalAdapter::Undo CardTerminalAdapter::cancel_talk() {
    ++talk_->aborts;
    if (!wait_for_talk(settings_.reverse_wait_ms, {})) {
        return {ReverseOutcome::refused_retry, "paying", "The terminal does not let go of the payment yet."};
    }
    const AttemptResult& ended = talk_->result;
    if (ended.outcome == Outcome::declined) return {ReverseOutcome::not_paid_closed, ended.channel_code, ended.channel_text};
    const auto note = book_.find(talk_->id.text());
    if (ended.outcome == Outcome::not_sent || !note) return {ReverseOutcome::not_paid_closed, "not_asked", ""};
    if (ended.outcome == Outcome::approved) return take_back(*note, talk_->amount);
    return {ReverseOutcome::unknown, ended.channel_code, ended.channel_text};
}

CardTerminalAdapter::Undo CardTerminalAdapter::take_back(const SlipNote& note, Money amount) {
    const auto line = registered();
    const auto newest = line ? newest_receipt(**line) : tl::make_unexpected(line.error());
    if (!newest) {
        const bool busy = newest.error().code == ErrorCode::conflict;
        return {busy ? ReverseOutcome::refused_retry : ReverseOutcome::unknown, busy ? "busy" : "no_answer",
                newest.error().message};
    }
    // Asked before, without a clear answer: a newer receipt over the same amount is the reversal.
    if (note.before_undo && !newest->same_receipt(*note.before_undo)) {
        if (newest->result_code == 0 && newest->amount_fen == amount.in_fen() && !newest->same_receipt(note.slip)) {
            (void)book_.undone(note.id);
            return {ReverseOutcome::reversed, code_text("06 20", 0), ""};
        }
        return {ReverseOutcome::too_late, "mismatch", "The terminal has done something else since; look at its slips.", true};
    }
    return reverse_receipt(**line, note, *newest, amount);
}

CardTerminalAdapter::Undo CardTerminalAdapter::reverse_receipt(zvt::TerminalLine& line, const SlipNote& note,
                                                               const SlipMark& newest, Money amount) {
    if (!note.before_undo) {
        if (const auto noted = book_.undo_asked(note.id, newest); !noted) {
            return {ReverseOutcome::refused_retry, "disk", noted.error().message};
        }
    }
    const Ended ended = zvt::Conversation(line, settings_.line.timings).run(zvt::reversal(settings_.terminal, note.slip.receipt));
    const int result_code = ended.report ? ended.report->result_code : -1;
    switch (ended.how) {
        case Ended::How::completed:
            if (result_code == 0 && ended.report->amount_fen == amount.in_fen() && !ended.auto_reversal) {
                (void)book_.undone(note.id);
                return {ReverseOutcome::reversed, code_text("04 0F", 0), ""};
            }
            break;
        case Ended::How::refused:
            if (zvt::is_busy(ended.code)) return {ReverseOutcome::refused_retry, "busy", zvt::words_for(ended.code)};
            return {ReverseOutcome::too_late, code_text("84", ended.code), zvt::words_for(ended.code)};
        case Ended::How::aborted:
            if (!ended.auto_reversal && zvt::is_clear_abort(ended.code)) {
                return {ReverseOutcome::too_late, code_text("06 1E", ended.code),
                        "The terminal cannot reverse this receipt any more; return the money in another way."};
            }
            break;
        case Ended::How::not_sent:
        case Ended::How::lost:
            break;
    }
    return {ReverseOutcome::unknown, "no_answer", "The terminal gave no clear answer to the reversal."};
}

RefundResult CardTerminalAdapter::refund(const Attempt& paid, const RefundRequest& request) {
    RefundResult result;
    const auto note = book_.find(paid.id.text());
    if (request.amount != paid.amount || !note) {
        result.outcome = RefundOutcome::refused;
        result.channel_code = note ? "part" : "not_found";
        result.channel_text = "The card terminal returns only whole payments of this till; return the money in cash.";
        return result;
    }
    const Undo done = undo(paid);
    result.channel_code = done.code;
    result.channel_text = done.text;
    if (done.outcome == ReverseOutcome::reversed) result.outcome = RefundOutcome::refunded;
    if (done.outcome == ReverseOutcome::too_late) result.outcome = RefundOutcome::refused;
    if (done.outcome == ReverseOutcome::refused_retry) result.outcome = RefundOutcome::processing;
    return result;
}

// ---- Beside payments

Result<zvt::TerminalStatus> CardTerminalAdapter::status() {
    if (talk_ && !wait_for_talk(0, {})) return fail(ErrorCode::conflict, "The card terminal is busy with a payment.", true);
    MULIN_TRY(const auto line, zvt::open_line(settings_.line, stop_));
    const Ended ended = zvt::Conversation(*line, settings_.line.timings).run(zvt::status_enquiry(settings_.terminal));
    if (ended.how == Ended::How::completed) return ended.status;
    if (ended.how == Ended::How::refused) return fail(ErrorCode::conflict, zvt::words_for(ended.code), true);
    return fail(ErrorCode::network, "The card terminal did not answer.", true);
}

Result<Report> CardTerminalAdapter::end_of_day() {
    if (talk_ && !wait_for_talk(0, {})) return fail(ErrorCode::conflict, "The card terminal is busy with a payment.", true);
    MULIN_TRY(const auto line, registered());
    const Ended ended = zvt::Conversation(*line, settings_.line.timings).run(zvt::end_of_day(settings_.terminal));
    if (ended.how == Ended::How::completed) return ended.report.value_or(Report{});
    if (ended.how == Ended::How::refused || ended.how == Ended::How::aborted) {
        return fail(ErrorCode::refused, zvt::words_for(ended.code), true);
    }
    return fail(ErrorCode::timeout, "The card terminal gave no answer to closing its day; look at its slip.", true);
}

}  // namespace mulin::payment
