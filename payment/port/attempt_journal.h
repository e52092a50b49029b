#pragma once
// Where attempts are kept. Every call returns only when what it wrote is durable; a failed write
// means that nothing may be sent. Implemented by the terminal's store; one in memory for tests.

#include <optional>
#include <string>
#include <vector>

#include "payment/base/result.h"
#include "payment/port/attempt.h"

namespace mulin::payment {

class AttemptJournal {
  public:
    virtual ~AttemptJournal() = default;
    // Refused with ErrorCode::conflict if the id exists, or if the order has an unsettled attempt.
    virtual Status create(const Attempt& attempt) = 0;
    // Replaces the record if the stored state_seq is exactly attempt.state_seq - 1, else conflict.
    virtual Status update(const Attempt& attempt) = 0;
    virtual Result<std::optional<Attempt>> find(const AttemptId& id) = 0;
    virtual Result<std::vector<Attempt>> unsettled() = 0;
    virtual Result<std::vector<Attempt>> of_order(const std::string& order_ref) = 0;
    // Attempts in reversed, manual_review or late_success whose `changed` is at or after `since`:
    // the runner looks for late successes among them after a restart.
    virtual Result<std::vector<Attempt>> given_up_since(UtcInstant since) = 0;
};

}  // namespace mulin::payment
