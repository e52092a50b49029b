#pragma once
// The bank-card terminal as a payment channel: which ZVT command when, and what the terminal's words
// mean for an attempt. The talk runs on a thread of its own; start() returns "pending" while the payer
// has not shown a card, query() tells how far it is, and reverse() cancels it (06 B0) or takes it back
// (06 30). A terminal does one thing at a time, and so does this.
//
// What it can find out again: only whether the terminal has a newer receipt than before (slip_book.h).
// No newer receipt is not "not paid"; such an attempt ends with a person (README.md).
//
// Threads: calls from one thread; the talk's thread is joined before the adapter goes.

#include <memory>
#include <string>

#include "payment/card_terminal/conversation.h"
#include "payment/card_terminal/slip_book.h"
#include "payment/card_terminal/terminal_line.h"
#include "payment/port/adapter_table.h"

namespace mulin::payment {

struct CardTerminalSettings {
    std::string name = "card_terminal";
    zvt::LineSettings line;
    zvt::TerminalSettings terminal;
    std::string terminal_id;  // 8 digits; when set, reports of another terminal are not believed
    std::string notes_file;
    std::int64_t start_wait_ms = 1'500;  // how long start() waits before it says pending
    std::int64_t query_wait_ms = 200;
    std::int64_t reverse_wait_ms = 3'000;
    PollPlan poll = {.delays_ms = {1'000, 2'000, 3'000, 5'000, 10'000},
                     .give_up_ms = 180'000,
                     .reverse_first_ms = 2'000,
                     .reverse_longest_ms = 30'000,
                     .reverse_give_up_ms = 600'000};
};

class CardTerminalAdapter final : public Adapter {
  public:
    static Result<std::unique_ptr<CardTerminalAdapter>> make(CardTerminalSettings settings);
    ~CardTerminalAdapter() override;

    std::string name() const override { return settings_.name; }
    Capabilities capabilities() const override;
    AttemptResult start(const AttemptRequest& request) override;
    AttemptResult query(const Attempt& attempt) override;
    ReverseResult reverse(const Attempt& attempt) override;
    // The whole amount, by reversing the receipt.
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override;

    // Beside payments; refused while one runs.
    Result<zvt::TerminalStatus> status();
    Result<zvt::Report> end_of_day();  // what the terminal reports of its day, if it does

  private:
    struct Talk;
    enum class Slip { none, unchanged, ours, refused, other };
    struct Evidence {
        Slip slip = Slip::none;
        zvt::SlipMark mark;
        std::string code;
    };
    struct Undo {
        ReverseOutcome outcome = ReverseOutcome::unknown;
        std::string code;
        std::string text;
        bool in_doubt = false;  // nobody can say whether it was paid
    };

    CardTerminalAdapter(CardTerminalSettings settings, zvt::SlipBook book);
    void talk(Talk& talk);
    AttemptResult pay(Talk& talk);
    AttemptResult judge(const Talk& talk, const zvt::Ended& ended, const zvt::SlipMark& before) const;
    AttemptResult judge_report(const zvt::Report& report, Money amount, const zvt::SlipMark& before) const;
    bool is_ours(const zvt::SlipMark& mark, Money amount, const zvt::SlipMark& before) const;
    void note(const AttemptId& id, const AttemptResult& result, const zvt::SlipMark& slip);
    bool wait_for_talk(std::int64_t wait_ms, const std::function<void(const Progress&)>& progress);
    AttemptResult waiting();
    void end_talk();

    Result<std::unique_ptr<zvt::TerminalLine>> registered();
    Result<zvt::SlipMark> newest_receipt(zvt::TerminalLine& line);
    Evidence evidence(const zvt::SlipNote& note, Money amount);
    AttemptResult asked_again(const Attempt& attempt, const zvt::SlipNote& note);
    Undo cancel_talk();
    Undo take_back(const zvt::SlipNote& note, Money amount);
    Undo reverse_receipt(zvt::TerminalLine& line, const zvt::SlipNote& note, const zvt::SlipMark& newest, Money amount);
    Undo undo(const Attempt& attempt);

    CardTerminalSettings settings_;
    zvt::SlipBook book_;
    std::atomic<bool> stop_{false};
    std::unique_ptr<Talk> talk_;  // the newest one, also when it is over
};

// Settings: host (TCP) or device (serial), port 20007, baud 9600, notes_file, password "000000",
// currency 156, terminal_id, t1_ms, t2_ms, t3_ms, t4_ms, connect_ms, give_up_ms, start_wait_ms.
Result<std::unique_ptr<Adapter>> make_card_terminal_adapter(const ChannelSettings& settings, const AdapterSeams& seams);

}  // namespace mulin::payment
