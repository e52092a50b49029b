#pragma once
// WeChat Pay as a simulator on loopback, written from the published field tables (payment/wechat/
// README.md) and not from our adapter: V2 (XML, API key, mutual TLS for reverse and refund) and V3
// (JSON, RSA both ways). It refuses what the documents say is refused, keeps its own ledger, and
// behaves as the payer's code asks (gateway_book.h).

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "payment/wire/form.h"
#include "payment/wire/rsa.h"
#include "tests/support/gateway_book.h"
#include "tests/support/gateway_keys.h"
#include "tests/support/gateway_server.h"

namespace mulin::tests {

class WechatGateway {
  public:
    enum class Protocol { v2_hmac, v2_md5, v3, v3_partner };
    static constexpr const char* kAppId = "wx0000000000000001";
    static constexpr const char* kMerchant = "1900000109";
    explicit WechatGateway(Protocol protocol);

    // What a till's configuration needs to reach it; key files lie in this gateway's own folder.
    std::map<std::string, std::string> settings() const;
    static std::string code_for(Behaviour behaviour) { return code_of("13", 18, behaviour); }
    GatewayServer& server() { return server_; }
    bool is_v3() const { return protocol_ == Protocol::v3 || protocol_ == Protocol::v3_partner; }
    std::int64_t held_fen(const std::string& number);
    int starts(const std::string& number);
    std::map<std::string, BookEntry> book() {
        const std::lock_guard lock(mutex_);
        return book_.entries();
    }
    // What callers did against the documents, in words; a right adapter leaves it empty.
    std::vector<std::string> complaints();
    const KeyFolder& folder() const { return folder_; }
    // Answers are signed as if the gateway's clock were so much ahead.
    void shift_clock_s(std::int64_t seconds) { clock_shift_s_ = seconds; }
    // Promotions as {"promotion_detail":[...]} instead of a bare array; pending with HTTP 202.
    void use_other_readings(bool other) { other_readings_ = other; }

  private:
    using Fields = payment::FormFields;
    struct V3Body {
        int status = 200;
        std::string json;
        bool with_signature = true;
        bool wrong_signature = false;
        bool wrong_clock = false;
        Delivery delivery = Delivery::whole;
    };

    static std::string state_word(Standing standing);  // as trade_state has it
    GatewayAnswer handle(const GatewayCall& call);
    void complain(const std::string& what) { complaints_.push_back(what); }

    // V2
    GatewayAnswer handle_v2(const GatewayCall& call);
    std::optional<std::string> refused_v2(const GatewayCall& call, const Fields& fields);
    GatewayAnswer pay_v2(const Fields& fields);
    GatewayAnswer query_v2(const Fields& fields);
    GatewayAnswer reverse_v2(const Fields& fields);
    GatewayAnswer refund_v2(const Fields& fields);
    GatewayAnswer refund_query_v2(const Fields& fields);
    void fill_paid_v2(Fields& answer, const BookEntry& entry) const;
    std::string sign_v2(const Fields& fields) const;
    GatewayAnswer say_v2(Fields answer, const BookAnswer& book) const;
    GatewayAnswer fail_v2(const std::string& code, const std::string& text, const BookAnswer& book) const;

    // V3
    GatewayAnswer handle_v3(const GatewayCall& call);
    std::optional<std::string> refused_v3(const GatewayCall& call);
    V3Body pay_v3(const std::string& body);
    V3Body query_v3(const std::string& number);
    V3Body reverse_v3(const std::string& number);
    V3Body refund_v3(const std::string& body);
    V3Body refund_query_v3(const std::string& refund_number);
    std::string trade_json(const BookEntry& entry) const;
    V3Body error_v3(int status, const std::string& code, const std::string& text, const BookAnswer& book) const;

    Protocol protocol_;
    std::string api_key_ = "0123456789abcdef0123456789abcdef";
    std::optional<payment::RsaPrivateKey> merchant_key_;
    std::optional<payment::RsaPrivateKey> platform_key_;
    KeyFolder folder_;
    std::int64_t clock_shift_s_ = 0;
    bool other_readings_ = false;
    std::mutex mutex_;  // of what follows
    GatewayBook book_;
    std::set<std::string> nonces_;
    std::vector<std::string> complaints_;
    GatewayServer server_;  // last: its threads use all of the above
};

}  // namespace mulin::tests
