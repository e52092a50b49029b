#pragma once
// SlipBook: the little that must be known of a payment to find it at the terminal again. A terminal of
// this kind knows no number of ours and repeats only its newest receipt; so before an amount is asked
// for, the book durably notes which receipt was the newest, and a newer one is then this payment's.
// Not a ledger and no second truth: without a note the answer is "unknown".
//
// One file per terminal, lines appended and flushed to disk before the call returns; a last line
// without its end is dropped. Never a card number. One thread at a time.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "payment/base/result.h"
#include "payment/card_terminal/card_terminal_messages.h"

namespace mulin::payment::zvt {

// A receipt as far as it is needed to know it again.
struct SlipMark {
    std::int64_t receipt = -1;  // -1: the terminal had none
    std::int64_t trace = -1;
    std::int64_t amount_fen = -1;
    int currency = -1;
    int result_code = -1;
    std::string terminal_id;
    friend bool operator==(const SlipMark&, const SlipMark&) = default;
    bool same_receipt(const SlipMark& other) const { return receipt == other.receipt && trace == other.trace; }
};
SlipMark mark_of(const Report& report);

struct SlipNote {
    std::string id;
    std::int64_t amount_fen = 0;
    SlipMark before;                   // the newest receipt before the payment was asked for
    std::string outcome;               // "approved", "declined" once clear; "void" when nothing left
    SlipMark slip;                     // of the outcome, where there is one
    std::optional<SlipMark> before_undo;  // ... before the reversal was asked for
    bool undone = false;
};

class SlipBook {
  public:
    static Result<SlipBook> open(const std::string& file);

    std::optional<SlipNote> find(const std::string& id) const;
    // The first payment asked for after this one: its `before` is what this one left behind.
    std::optional<SlipNote> after(const std::string& id) const;

    Status asked(const std::string& id, std::int64_t amount_fen, const SlipMark& before);
    Status decided(const std::string& id, const std::string& outcome, const SlipMark& slip);
    Status undo_asked(const std::string& id, const SlipMark& before);
    Status undone(const std::string& id);

  private:
    explicit SlipBook(std::string file) : file_(std::move(file)) {}
    Status append(const std::string& line);
    bool take(const std::string& line);
    Status rewrite() const;

    std::string file_;
    std::vector<SlipNote> notes_;  // in the order they were asked
    std::map<std::string, std::size_t> at_;
};

}  // namespace mulin::payment::zvt
