#pragma once
// An HttpTransport that never leaves the process: keeps every request and answers from a script. For
// tests of adapters without a network; the simulators with their own TLS are gateway_server.h.

#include <functional>
#include <utility>
#include <vector>

#include "payment/wire/http.h"

namespace mulin::tests {

inline payment::HttpExchange answered(int status, std::string body, payment::HttpHeaders headers = {}) {
    return {payment::HttpExchange::Kind::answered, {status, std::move(headers), std::move(body)}, {}};
}
inline payment::HttpExchange nothing_left() {
    return {payment::HttpExchange::Kind::nothing_left, {}, "no connection to the gateway; check the network"};
}
inline payment::HttpExchange lost() {
    return {payment::HttpExchange::Kind::unknown, {}, "the gateway did not answer in time"};
}

class ScriptedTransport final : public payment::HttpTransport {
  public:
    using Script = std::function<payment::HttpExchange(const payment::HttpRequest&)>;
    explicit ScriptedTransport(Script script, std::vector<payment::HttpRequest>* seen = nullptr)
        : script_(std::move(script)), seen_(seen) {}
    payment::HttpExchange exchange(const payment::HttpRequest& request) override {
        if (seen_ != nullptr) seen_->push_back(request);
        return script_(request);
    }

  private:
    Script script_;
    std::vector<payment::HttpRequest>* seen_;
};

}  // namespace mulin::tests
