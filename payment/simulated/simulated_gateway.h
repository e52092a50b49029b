#pragma once
// SimulatedGateway: a pretended payment channel's own side, with its own ledger, living outside the
// adapter as a real channel lives outside the till: in memory, or in a file that survives a killed
// till. What a payment does is chosen by the last two digits of the payer's code (README.md).
// Not a mock of the runner: it charges, forgets answers and closes payments like a channel would.
//
// Threads: all calls may come from any thread (one lock inside). The file is appended and flushed to
// disk before an answer is given; one process owns it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "payment/base/result.h"
#include "payment/port/outcome.h"
#include "payment/simulated/ledger_file.h"

namespace mulin::payment {

// What the till's request meets. Names match README.md.
enum class Script {
    approve,          // 00 and every number not named here
    decline,          // 01
    pending_approve,  // 02 approved at the third query
    answer_lost,      // 03 charged, answer lost, query finds it
    late_success,     // 04 waits; is closed when reversed; charges after all
    not_sent,         // 05 no connection
    pending_forever,  // 06 waits until it is reversed
    request_lost,     // 07 never arrives, not charged
    wrong_amount,     // 08 answers with another amount
    pending_decline,  // 09 waits, then the payer's bank refuses
    reverse_busy,     // 10 waits; the first two reverses are refused for now
    reverse_lost,     // 11 waits; reversed, but the first reverse's answer is lost
    request_late,     // 12 the request arrives only after the till has asked in vain
};

Script script_of_code(const std::string& code);

enum class GatewayStatus { paid, refused, waiting, closed, returned, no_such_payment };

// What comes back over the line. `connected` false: nothing left the till; `answered` false: the
// request or its answer was lost.
struct GatewayReply {
    bool connected = true;
    bool answered = true;
    GatewayStatus status = GatewayStatus::no_such_payment;
    bool try_again = false;  // a reverse that is refused for now
    std::string payment_id;
    std::string gateway_number;
    Money amount;
};

// One payment as the gateway's ledger has it.
struct GatewayPayment {
    std::string payment_id;  // the till's attempt id
    std::string order_ref;
    Money amount;
    Script script = Script::approve;
    GatewayStatus status = GatewayStatus::waiting;
    std::int64_t starts = 0;    // requests that arrived with this id
    std::int64_t charges = 0;   // times money was taken
    std::int64_t returns = 0;   // times money was given back
    std::int64_t queries = 0;   // since the process started
    std::int64_t reverses = 0;  // since the process started
    Money refunded;             // given back in parts
    std::set<std::string> refunds;  // their ids
};

class SimulatedGateway {
  public:
    // A damage to one call, for random schedules.
    enum class Fault { none, no_connection, request_lost, request_late, answer_lost };
    using FaultSource = std::function<Fault(const char* call)>;

    SimulatedGateway() = default;  // ledger in memory
    // Reads the ledger at `path` or starts it; an unfinished last line is dropped.
    static Result<std::unique_ptr<SimulatedGateway>> open(const std::string& path);
    SimulatedGateway(const SimulatedGateway&) = delete;
    SimulatedGateway& operator=(const SimulatedGateway&) = delete;

    GatewayReply pay(const std::string& payment_id, const std::string& order_ref, Money amount,
                     Script script);
    GatewayReply query(const std::string& payment_id);
    GatewayReply reverse(const std::string& payment_id);
    // Gives back a part of what was charged; the same refund id again is the same refund.
    GatewayReply refund(const std::string& payment_id, const std::string& refund_id, Money amount);
    bool knows_refund(const std::string& payment_id, const std::string& refund_id) const;
    // The payer scanned a code that was shown, and paid.
    void payer_pays(const std::string& payment_id);

    void set_faults(FaultSource faults);
    std::vector<GatewayPayment> payments() const;
    std::optional<GatewayPayment> find(const std::string& payment_id) const;
    // Charged minus returned over all payments of an order.
    Money net_of_order(const std::string& order_ref) const;

  private:
    Fault next_fault(const char* call);
    bool apply(const LedgerLine& line);
    bool record(const char* event, const GatewayPayment& payment);
    void begin_script(GatewayPayment& payment);
    void go_on(GatewayPayment& payment);
    void close(GatewayPayment& payment);
    void arrive(const GatewayPayment& fresh);
    void let_late_requests_arrive();

    mutable std::mutex mutex_;
    std::map<std::string, GatewayPayment> payments_;
    struct Late {
        GatewayPayment payment;
        int calls_left = 0;
    };
    std::vector<Late> late_;  // on the way; lost when the process ends
    FaultSource faults_;
    std::unique_ptr<LedgerFile> file_;
};

}  // namespace mulin::payment
