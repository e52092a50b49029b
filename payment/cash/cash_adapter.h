#pragma once
// Cash as a channel: approved at once, because the cashier holds the money. Nothing leaves the till,
// so nothing is journalled, queried or recovered. Stateless; any thread.

#include "payment/port/adapter.h"

namespace mulin::payment {

class CashAdapter final : public Adapter {
  public:
    std::string name() const override { return "cash"; }
    Capabilities capabilities() const override;
    AttemptResult start(const AttemptRequest& request) override;
    // Unknown: there is nobody to ask.
    AttemptResult query(const Attempt& attempt) override;
    // Reversed: the cashier hands the money back.
    ReverseResult reverse(const Attempt& attempt) override;
};

}  // namespace mulin::payment
