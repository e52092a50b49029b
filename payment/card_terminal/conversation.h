#pragma once
// One command at the terminal from its first byte to the terminal's last word: sends it, acknowledges
// what the terminal says, hands statuses on, and aborts when asked. It judges nothing: what an ending
// means for a payment is card_terminal_adapter's.
//
// Threads: run() on one; the abort counter may be raised from any.

#include <atomic>
#include <functional>
#include <optional>

#include "payment/card_terminal/card_terminal_messages.h"
#include "payment/card_terminal/terminal_line.h"

namespace mulin::payment::zvt {

struct Ended {
    enum class How {
        not_sent,   // not one byte of the command left
        refused,    // 84 xx: the terminal did not begin
        completed,  // 06 0F
        aborted,    // 06 1E
        lost,       // silence, a broken connection, or something that is no ZVT
    };
    How how = How::lost;
    std::uint8_t code = 0;         // of refused and aborted
    std::optional<Report> report;  // the last 04 0F
    bool unreadable_report = false;
    bool auto_reversal = false;    // the terminal said that it takes back what it did
    TerminalStatus status;         // of completed
};

class Conversation {
  public:
    using News = std::function<void(const Intermediate&)>;
    // Everything outlives it. Each time `aborts` grows, the terminal is asked to abort.
    Conversation(TerminalLine& line, const Timings& timings, const std::atomic<int>* aborts = nullptr, News news = {})
        : line_(line), timings_(timings), aborts_(aborts), news_(std::move(news)) {}

    Ended run(const Apdu& command);

  private:
    // More messages than any command has: a terminal that talks for ever is broken.
    static constexpr int kMaxMessages = 2'000;
    enum class Heard { go_on, ended };

    bool accepted(Ended& ended);
    Heard hear(const Apdu& apdu, Ended& ended);
    void send_aborts();
    Result<Apdu> next_word();

    TerminalLine& line_;
    Timings timings_;
    const std::atomic<int>* aborts_;
    News news_;
    int aborts_sent_ = 0;
    int messages_ = 0;
};

}  // namespace mulin::payment::zvt
