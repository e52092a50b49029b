#pragma once
// ChinaUMS's gateway for tests: poslink and netpay bills over HTTPS on loopback, with its own ledger and
// its own check of OPEN-BODY-SIG, written from the documents and not from the adapter. Answers are
// unsigned and have the fields of the recorded ones, the misspelt included. How one payment behaves is
// a plan, chosen by the payer's code, or for a shown code set before it is applied for.
//
// Threads: calls come from the server's; everything public may be called from the test's.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/gateway_keys.h"
#include "tests/support/gateway_server.h"

namespace mulin::payment {
class Json;
}

namespace mulin::tests {

struct ChinaumsPlan {
    enum class Lie { none, amount, order, merchant };
    enum class Fate { paid, refused, waits };

    Fate fate = Fate::paid;
    int waiting_queries = 0;   // answered with the waiting code, or UNPAID, before the fate is known
    int unfound_queries = 0;   // answered as not found first: the request is still on its way
    int failing_queries = 0;   // answered 502 first
    bool lost = false;         // the request never arrives
    std::string start_code;    // instead of the right errCode
    int start_status = 200;
    Delivery start_delivery = Delivery::whole;
    Lie lie = Lie::none;
    std::int64_t platform_fen = 0;
    std::int64_t merchant_fen = 0;  // netpay only
    bool amounts_swapped = false;   // amount and actualTransactionAmount the other way round
    bool amounts_as_text = false;
    bool amounts_do_not_add_up = false;
    // Taking back
    int busy_reverses = 0;
    bool pays_while_reversed = false;
    Delivery reverse_delivery = Delivery::whole;  // of the first that is done
    bool late_success = false;  // paid after all, two queries after it was closed
    bool reverse_refused = false;
    // Refunds
    Delivery refund_delivery = Delivery::whole;  // of the first
    int refund_waiting_queries = 0;
    bool refund_refused = false;
};

class ChinaumsSimulator {
  public:
    ChinaumsSimulator();
    std::string address() const { return server_.url(); }
    GatewayServer& server() { return server_; }
    static constexpr const char* kMerchant = "898000000000001";
    static constexpr const char* kTerminal = "00000001";
    static constexpr const char* kSource = "9999";
    static constexpr const char* kAppId = "12345678901234567890123456789012";
    static constexpr const char* kAppKey = "67890123456789012345678901234567";
    // What this acquirer says where the documents are silent.
    static constexpr const char* kWaiting = "W1";
    static constexpr const char* kNotFound = "N1";
    static constexpr const char* kRefused = "R1";
    static constexpr const char* kBusy = "B1";

    std::string code_for(const ChinaumsPlan& plan);
    void next_shown(const ChinaumsPlan& plan);

    // Taken minus given back, in fen; by merchantOrderId, or billNo without the source's four characters.
    std::int64_t held(const std::string& order);
    int starts(const std::string& order);
    int refunds();  // made, not asked for
    std::vector<std::string> orders();  // every one that arrived, as held() names them
    std::vector<std::string> paths();  // every path that was called, in order

  private:
    struct Payment {
        std::string order, number, code, day;
        std::int64_t amount_fen = 0;
        int starts = 1, waiting = 0, unfound = 0, looks_after_close = 0;
        bool arrived = true, closed = false, voided = false, shown = false;
        std::map<std::string, std::int64_t> refunds;  // by request id
        int refund_questions = 0;
        ChinaumsPlan plan;
    };
    GatewayAnswer handle(const GatewayCall& call);
    bool authorized(const GatewayCall& call) const;
    GatewayAnswer poslink(const std::string& what, const payment::Json& request);
    GatewayAnswer netpay(const std::string& what, const payment::Json& request);
    GatewayAnswer pay(const payment::Json& request, bool shown);
    GatewayAnswer query(Payment& one);
    GatewayAnswer bill(Payment& one, const std::string& refund);
    GatewayAnswer take_back(Payment& one, bool bill);
    GatewayAnswer refund(Payment& one, const payment::Json& request, bool bill);
    GatewayAnswer refund_query(Payment& one, const std::string& id);
    Payment* find(const std::string& order);
    std::optional<GatewayAnswer> first_obstacle(Payment& one, bool bill);
    void look(Payment& one);
    std::string money(const Payment& one, std::int64_t fen) const;
    std::int64_t returned(const Payment& one) const;

    std::mutex mutex_;  // of what follows
    std::map<std::string, ChinaumsPlan> plans_;  // by code
    ChinaumsPlan next_shown_;
    std::map<std::string, Payment> ledger_;
    std::vector<std::string> paths_;
    int codes_ = 0;
    GatewayServer server_;  // last: its threads use everything above
};

}  // namespace mulin::tests
