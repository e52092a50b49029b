#include "payment/card_terminal/conversation.h"

#include <algorithm>

namespace mulin::payment::zvt {
namespace {

constexpr std::int64_t kAbortSliceMs = 50;  // how soon a wish to abort is noticed

}  // namespace

Ended Conversation::run(const Apdu& command) {
    Ended ended;
    if (const Status sent = line_.send(command); !sent) {
        ended.how = sent.error().code == ErrorCode::refused ? Ended::How::not_sent : Ended::How::lost;
        return ended;
    }
    if (!accepted(ended)) return ended;
    while (messages_ < kMaxMessages) {
        const auto word = next_word();
        if (!word) {
            ended.how = Ended::How::lost;
            return ended;
        }
        if (hear(*word, ended) == Heard::ended) return ended;
    }
    ended.how = Ended::How::lost;
    return ended;
}

// True once the terminal has begun. A repeated frame of before may come first.
bool Conversation::accepted(Ended& ended) {
    while (++messages_ < kMaxMessages) {
        const auto answer = line_.receive(timings_.t3_ms);
        if (!answer) return false;
        if (answer->is(0x80, 0x00) || answer->is(0x84, 0x00)) return true;
        if (const auto why = negative_code(*answer)) {
            ended.how = Ended::How::refused;
            ended.code = *why;
            return false;
        }
        (void)line_.send(positive());
    }
    return false;
}

Result<Apdu> Conversation::next_word() {
    for (std::int64_t left = timings_.t4_ms;; left -= kAbortSliceMs) {
        send_aborts();
        auto word = line_.receive(std::min(left, kAbortSliceMs));
        if (word || word.error().code != ErrorCode::timeout || left <= kAbortSliceMs) return word;
    }
}

void Conversation::send_aborts() {
    if (aborts_ == nullptr || aborts_sent_ >= aborts_->load()) return;
    aborts_sent_ = aborts_->load();
    (void)line_.send(abort_command());
}

Conversation::Heard Conversation::hear(const Apdu& apdu, Ended& ended) {
    ++messages_;
    // Answers to our own abort: the command's ending decides.
    if (apdu.cls == 0x80 || apdu.cls == 0x84) return Heard::go_on;
    const bool known = apdu.cls == 0x04 || apdu.cls == 0x06;
    // An unanswered word makes the terminal wait; a failed answer shows at the next word.
    (void)line_.send(known ? positive() : negative(0x83));
    if (apdu.is(0x04, 0x0F)) {
        ended.report = parse_report(apdu);
        ended.unreadable_report = !ended.report;
    } else if (const auto news = parse_intermediate(apdu)) {
        ended.auto_reversal = ended.auto_reversal || news->auto_reversal;
        if (news_) news_(*news);
    } else if (apdu.is(0x06, 0x0F)) {
        ended.how = Ended::How::completed;
        ended.status = parse_status(apdu).value_or(TerminalStatus{});
        return Heard::ended;
    } else if (const auto why = abort_code(apdu)) {
        ended.how = Ended::How::aborted;
        ended.code = *why;
        return Heard::ended;
    }
    return Heard::go_on;
}

}  // namespace mulin::payment::zvt
