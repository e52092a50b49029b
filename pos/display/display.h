#pragma once
// What the diner's side shows. Built only from what may be seen by everybody in the queue: there is no
// field that could hold an aid class, a reason or a number that names a person. Plain values; the
// application fills them from the till's state (pos/app/display_text.h), the view draws them.

#include <string>
#include <vector>

#include "payment/money/money.h"

namespace mulin::pos::display {

enum class Phase {
    idle,      // nobody: welcome
    choosing,  // lines and what it will cost
    paying,    // what to pay, and how
    done,      // paid: change, thanks
    wait,      // not clear: the diner keeps the phone in the pocket
};

struct Line {
    std::string name;
    std::int64_t quantity = 1;
    payment::Money amount;
    friend bool operator==(const Line&, const Line&) = default;
};
struct Amount {
    std::string name;  // of a benefit (neutral), or of a tender
    payment::Money amount;
    friend bool operator==(const Amount&, const Amount&) = default;
};

struct State {
    Phase phase = Phase::idle;
    std::string title;            // the site when idle, else a greeting or what happens now
    std::vector<Line> lines;
    std::vector<Amount> benefits;
    std::vector<Amount> taken;    // parts already paid
    payment::Money list;
    payment::Money due;           // of this diner, less what was taken
    payment::Money change;
    std::string hint;             // what the diner does now, one sentence
    std::string code;             // a QR for the diner to scan; empty when there is none
    std::int64_t seconds_left = 0;  // the code is good for so long; 0 shows none
    friend bool operator==(const State&, const State&) = default;
};

}  // namespace mulin::pos::display
