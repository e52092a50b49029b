#pragma once
// Alipay 当面付 as a simulator on loopback, written from the published field tables (payment/alipay/
// README.md) and not from our adapter: signed forms in, signed nodes out. It refuses what the documents
// say is refused, keeps its own ledger, and behaves as the payer's code asks (gateway_book.h).

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "payment/wire/rsa.h"
#include "tests/support/gateway_book.h"
#include "tests/support/gateway_keys.h"
#include "tests/support/gateway_server.h"

namespace mulin::tests {

class AlipayGateway {
  public:
    AlipayGateway();
    // What a till's configuration needs to reach it; key files lie in this gateway's own folder.
    std::map<std::string, std::string> settings() const;
    static std::string code_for(Behaviour behaviour) { return code_of("28", 18, behaviour); }
    GatewayServer& server() { return server_; }
    std::int64_t held_fen(const std::string& number);
    int starts(const std::string& number);
    std::map<std::string, BookEntry> book() {
        const std::lock_guard lock(mutex_);
        return book_.entries();
    }
    // What callers did against the documents, in words; a right adapter leaves it empty.
    std::vector<std::string> complaints();
    const KeyFolder& folder() const { return folder_; }
    // Amounts as JSON numbers instead of texts; slashes escaped behind the signature.
    void use_other_readings(bool other) { other_readings_ = other; }

  private:
    using Values = std::map<std::string, std::string>;
    using Json = nlohmann::json;

    GatewayAnswer handle(const GatewayCall& call);
    std::string refused(const GatewayCall& call, const Values& values) const;
    GatewayAnswer pay(const Json& content);
    GatewayAnswer query(const Json& content);
    GatewayAnswer cancel(const Json& content);
    GatewayAnswer refund(const Json& content);
    GatewayAnswer refund_query(const Json& content);
    void fill(Json& node, const BookEntry& entry) const;
    GatewayAnswer say(const std::string& method, const Json& node, const BookAnswer& book, bool with_signature = true) const;
    GatewayAnswer fail(const std::string& method, const std::string& sub_code, const std::string& text,
                       const BookAnswer& book, bool with_signature = true) const;

    payment::RsaPrivateKey app_key_ = rsa_key_of_process(1);
    payment::RsaPrivateKey alipay_key_ = rsa_key_of_process(0);
    KeyFolder folder_;
    bool other_readings_ = false;
    std::mutex mutex_;  // of what follows
    GatewayBook book_;
    std::vector<std::string> complaints_;
    GatewayServer server_;  // last: its threads use all of the above
};

}  // namespace mulin::tests
