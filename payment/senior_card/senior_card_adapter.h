#pragma once
// The senior card as a payment channel: the district's account service when it can be reached, this
// till's offline allowance when not one byte could leave. Decides no limit and keeps no balance
// (payment/port/card_accounts.h). An answer that was lost is unknown, never a reason to go offline:
// nobody pays twice for a slow network.

#include "payment/port/adapter.h"
#include "payment/port/card_accounts.h"

namespace mulin::payment {

struct SeniorCardSettings {
    std::string name = "senior_card";
    std::int64_t start_deadline_ms = 8'000;
    PollPlan poll = {.delays_ms = {1'000, 2'000, 4'000, 8'000},
                     .give_up_ms = 30'000,
                     .reverse_first_ms = 1'000,
                     .reverse_longest_ms = 60'000};
};

class SeniorCardAdapter final : public Adapter {
  public:
    // Both outlive the adapter; without `offline` the card works online only.
    SeniorCardAdapter(CardAccounts& accounts, OfflineCards* offline, SeniorCardSettings settings = {})
        : accounts_(accounts), offline_(offline), settings_(std::move(settings)) {}

    std::string name() const override { return settings_.name; }
    Capabilities capabilities() const override;
    AttemptResult start(const AttemptRequest& request) override;
    AttemptResult query(const Attempt& attempt) override;
    ReverseResult reverse(const Attempt& attempt) override;
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override;
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override;

  private:
    CardAccounts& accounts_;
    OfflineCards* offline_;
    SeniorCardSettings settings_;
};

}  // namespace mulin::payment
