#pragma once
// What the attempts' runner (runner.h) asks of the refunds: one task for money that came after the
// attempt was given up, and how much of an attempt is already promised back. Implemented by the
// refund runner; nothing else moves a refund.

#include "payment/base/result.h"
#include "payment/port/attempt.h"
#include "payment/port/refund_journal.h"

namespace mulin::payment {

class RefundTasks {
  public:
    virtual ~RefundTasks() = default;
    // Makes the task for this late success durably, or finds the one made before, and says where it
    // stands. `refused` and `voided`: nothing went back by it.
    virtual Result<RefundState> give_back(const Attempt& late_success) = 0;
    // Sum of the attempt's refunds that count.
    virtual Result<Money> claimed(const AttemptId& attempt) = 0;
};

}  // namespace mulin::payment
