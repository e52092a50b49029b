#pragma once
// One ChinaUMS channel of a till over its simulated gateway, for tests: a clock that is moved by hand, an
// adapter made from settings as in mulin.toml.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "payment/base/check.h"
#include "payment/chinaums/chinaums_adapter.h"
#include "tests/support/chinaums_simulator.h"

namespace mulin::tests {

class ChinaumsTill {
  public:
    using Changes = std::map<std::string, std::string>;
    explicit ChinaumsTill(Changes changes = {}) {
        settings = {{"address", gateway.address()},
                    {"merchant", ChinaumsSimulator::kMerchant},
                    {"terminal", ChinaumsSimulator::kTerminal},
                    {"app_id", ChinaumsSimulator::kAppId},
                    {"app_key_file", folder.write("app.key", std::string(ChinaumsSimulator::kAppKey) + "\n")},
                    {"authorities_file", folder.write("tls.pem", gateway_trust().authority.certificate_pem)},
                    {"source_id", ChinaumsSimulator::kSource},
                    {"not_found_codes", ChinaumsSimulator::kNotFound},
                    {"start_deadline_ms", "1000"}};
        for (auto& [key, value] : changes) settings[key] = std::move(value);
        adapter = make();
    }

    payment::Result<std::unique_ptr<payment::Adapter>> try_make() {
        return payment::make_chinaums_adapter(payment::ChannelSettings("chinaums", settings), {clock, random});
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

    payment::AttemptResult start(const ChinaumsPlan& plan) { return start(request(gateway.code_for(plan))); }
    payment::AttemptResult show(const ChinaumsPlan& plan) {
        gateway.next_shown(plan);
        return start(request(""));
    }
    payment::AttemptResult start(const payment::AttemptRequest& asked) {
        attempt.id = asked.id;
        attempt.channel = "chinaums";
        attempt.method = asked.method;
        attempt.amount = asked.amount;
        attempt.created = attempt.changed = asked.created;
        attempt.state = payment::AttemptState::unknown;
        attempt.result = adapter->start(asked);
        return attempt.result;
    }
    payment::AttemptResult query() { return adapter->query(attempt); }
    payment::ReverseResult reverse() { return adapter->reverse(attempt); }
    payment::RefundRequest refund_of(const char* id, std::int64_t fen) {
        payment::RefundRequest asked;
        asked.id = payment::RefundId(id);
        asked.amount = payment::Money::fen(fen);
        asked.created = clock.utc();
        return asked;
    }

    static constexpr const char* kAttempt = "01K7QC3M5VPAYMENT000000001";
    payment::ManualClock clock{payment::UtcInstant{1'773'114'300'000}};  // 2026-03-10, 11:45 in China
    payment::SystemRandom random;
    ChinaumsSimulator gateway;
    KeyFolder folder;
    std::map<std::string, std::string> settings;
    std::unique_ptr<payment::Adapter> adapter;
    payment::Attempt attempt;
};

}  // namespace mulin::tests
