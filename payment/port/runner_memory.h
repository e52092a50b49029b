#pragma once
// What a runner (runner.h) remembers of an attempt beside the journal, as plain records. Lost in a crash;
// recover() makes it anew.

#include <cstdint>
#include <string>

#include "payment/base/clock.h"
#include "payment/port/attempt.h"

namespace mulin::payment {

// Why an attempt is looked at again, and when.
struct RunnerTiming {
    MonotonicInstant started;        // of the attempt, or of this program's knowledge of it
    MonotonicInstant phase_started;  // of asking, reversing or watching
    MonotonicInstant next;
    AttemptState phase = AttemptState::created;
    std::size_t rounds = 0;  // done in this phase
    bool give_up_wanted = false;
    std::int64_t asked_wait_ms = 0;  // the channel's own wish for the next query
    std::string presented;           // what the payer scans; kept in no journal
};

// What an answer is waited for.
enum class AfterAnswer {
    rest,         // nothing more
    reverse,      // it was given up: take it back unless the answer settles it
    reverse_now,  // looked before asking again to take it back
    review_late,  // late money that could not be given back
};

struct CallUnderWay {
    std::int64_t number;
    AfterAnswer then;
};

}  // namespace mulin::payment
