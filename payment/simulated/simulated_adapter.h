#pragma once
// The adapter of the pretended channel (simulated_gateway.h): translates attempts into its calls and
// its replies into outcomes, as an adapter of a real channel does. For the demo till, headless runs
// and tests; it moves no real money. Stateless beside the gateway it talks to; any thread.

#include <cstdint>
#include <string>

#include "payment/port/adapter.h"
#include "payment/port/adapter_table.h"
#include "payment/simulated/simulated_gateway.h"

namespace mulin::payment {

struct SimulatedSettings {
    std::string name = "simulated";
    std::int64_t latency_ms = 0;  // added to every call, to look like a network
    PollPlan poll = {.delays_ms = {1'000, 2'000}, .give_up_ms = 45'000};
    bool can_query = true;
    bool can_reverse = true;
    // Codes that payers scanned and paid, one a line. With it the channel can show a code: paid as soon
    // as what the code says stands there.
    std::string payers_file;
};

// What the code says that this channel shows for a payment.
std::string simulated_presented(const AttemptId& id);

class SimulatedAdapter final : public Adapter {
  public:
    // The gateway outlives the adapter.
    explicit SimulatedAdapter(SimulatedGateway& gateway, SimulatedSettings settings = {})
        : gateway_(gateway), settings_(std::move(settings)) {}
    std::string name() const override { return settings_.name; }
    Capabilities capabilities() const override;
    // Methods "senior_card" and "bank_card" need no code and are approved; anything else follows the
    // script in its code, and is not sent without one.
    AttemptResult start(const AttemptRequest& request) override;
    AttemptResult query(const Attempt& attempt) override;
    ReverseResult reverse(const Attempt& attempt) override;
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override;
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override;

  private:
    void wait() const;
    SimulatedGateway& gateway_;
    SimulatedSettings settings_;
};

// An adapter with a gateway of its own. Settings: ledger (file; without it in memory), latency_ms (0),
// give_up_ms (45000), can_query, can_reverse (true).
Result<std::unique_ptr<Adapter>> make_simulated_adapter(const ChannelSettings& settings, const AdapterSeams& seams);

}  // namespace mulin::payment
