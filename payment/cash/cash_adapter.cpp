#include "payment/cash/cash_adapter.h"

namespace mulin::payment {

Capabilities CashAdapter::capabilities() const {
    Capabilities can;
    can.reverse = true;
    can.immediate = true;
    can.start_deadline_ms = 0;
    can.poll.delays_ms.clear();
    can.poll.watch_ms.clear();
    return can;
}

AttemptResult CashAdapter::start(const AttemptRequest&) { return {.outcome = Outcome::approved}; }

AttemptResult CashAdapter::query(const Attempt&) { return {.outcome = Outcome::unknown}; }

ReverseResult CashAdapter::reverse(const Attempt&) { return {.outcome = ReverseOutcome::reversed}; }

}  // namespace mulin::payment
