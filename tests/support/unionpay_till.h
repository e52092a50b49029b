#pragma once
// One UnionPay channel of a till over its simulated gateway, for tests: a clock that stands at noon, a
// gateway that insists on it, an adapter made from settings as in mulin.toml.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "payment/base/check.h"
#include "payment/unionpay/unionpay_adapter.h"
#include "tests/support/unionpay_simulator.h"

namespace mulin::tests {

// Today, because certificates made by a test are valid from yesterday; noon, because days change at night.
inline payment::UtcInstant noon_today() {
    const auto today = payment::china_date(payment::SystemClock().utc());
    return {std::int64_t{today.days_since_1970()} * 86'400'000 + 12 * 3'600'000 - payment::kChinaOffsetMs};
}

class UnionpayTill {
  public:
    using Changes = std::map<std::string, std::string>;
    explicit UnionpayTill(Changes changes = {}, UnionpaySimulator::Options options = {})
        : gateway(with_clock(std::move(options))) {
        settings = {{"address", gateway.address()},
                    {"merchant", UnionpaySimulator::kMerchant},
                    {"terminal", UnionpaySimulator::kTerminal},
                    {"key_file", folder.write("key.pem", gateway.merchant_key())},
                    {"certificate_file", folder.write("certificate.pem", gateway.merchant_certificate())},
                    {"signer_authorities_file", folder.write("authorities.pem", gateway.authorities())},
                    {"authorities_file", folder.write("tls.pem", gateway.authorities())},
                    {"start_deadline_ms", "1000"}};
        for (auto& [key, value] : changes) settings[key] = std::move(value);
        adapter = make();
    }

    payment::Result<std::unique_ptr<payment::Adapter>> try_make() {
        return payment::make_unionpay_adapter(payment::ChannelSettings("unionpay", settings), {clock, random});
    }
    std::unique_ptr<payment::Adapter> make() {
        auto made = try_make();
        MULIN_CHECK(made.has_value());
        return std::move(*made);
    }

    payment::AttemptRequest request(const std::string& code) {
        payment::AttemptRequest asked;
        asked.id = payment::AttemptId(kAttempt);
        asked.order_ref = "sale-1";
        asked.amount = payment::Money::fen(1234);
        asked.code = code;
        asked.deadline_ms = 1000;
        asked.method = "qr";
        asked.created = clock.utc();
        return asked;
    }

    // Starts a payment and keeps it as the till's journal would.
    payment::AttemptResult start(const UnionpayPlan& plan) { return start(request(gateway.code_for(plan))); }
    payment::AttemptResult start(const payment::AttemptRequest& asked) {
        attempt.id = asked.id;
        attempt.order_ref = asked.order_ref;
        attempt.channel = "unionpay";
        attempt.method = asked.method;
        attempt.amount = asked.amount;
        attempt.created = attempt.changed = asked.created;
        attempt.state = payment::AttemptState::unknown;
        attempt.result = adapter->start(asked);
        return attempt.result;
    }
    payment::AttemptResult query() { return keep(adapter->query(attempt)); }

    // As the runner does: marked, with the instant, before the reverse leaves; refs kept afterwards.
    void mark_reversing() {
        attempt.state = payment::AttemptState::reversing;
        attempt.changed = clock.utc();
    }
    payment::ReverseResult reverse(bool answer_kept = true) {
        if (attempt.state != payment::AttemptState::reversing) mark_reversing();
        auto result = adapter->reverse(attempt);
        if (answer_kept)
            for (const auto& [key, value] : result.refs) attempt.result.refs[key] = value;
        return result;
    }

    static constexpr const char* kAttempt = "01K7QC3M5VPAYMENT000000001";
    payment::ManualClock clock{noon_today()};
    payment::SystemRandom random;
    UnionpaySimulator gateway;
    KeyFolder folder;
    std::map<std::string, std::string> settings;
    std::unique_ptr<payment::Adapter> adapter;
    payment::Attempt attempt;

  private:
    UnionpaySimulator::Options with_clock(UnionpaySimulator::Options options) {
        options.clock = &clock;
        return options;
    }
    payment::AttemptResult keep(payment::AttemptResult result) {
        for (const auto& [key, value] : result.refs) attempt.result.refs[key] = value;
        return result;
    }
};

}  // namespace mulin::tests
