#pragma once
// UnionPay's 全渠道 5.1.0 gateway for tests: HTTPS on loopback, its own ledger, its own signatures and
// form checks, written from the documents and not from the adapter. It answers like the real one is
// documented to: accepted is not paid, a query is about orderId and txnTime, an undo is an order of its
// own. Answers are written in turn in the three ways that have been seen (as it stands, '+' kept,
// '+' for a space). How one payment behaves is a plan, chosen by the code its payer shows.
//
// Threads: calls come from the server's; everything public may be called from the test's.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "payment/base/clock.h"
#include "payment/wire/form.h"
#include "payment/wire/rsa.h"
#include "tests/support/gateway_keys.h"
#include "tests/support/gateway_server.h"

namespace mulin::tests {

struct UnionpayPlan {
    enum class Lie { none, amount, order, merchant, signature };
    enum class Fate { paid, refused, waits };

    Fate fate = Fate::paid;
    std::string refused_code = "64";
    int waiting_queries = 0;    // answered 05 before the fate is known
    int unfound_queries = 0;    // answered 34 first: the request is still on its way
    int failing_queries = 0;    // answered 502 first
    int too_often_queries = 0;  // answered 37 first
    bool lost = false;          // the request never arrives
    std::string start_code = "00";
    bool start_unsigned = false;
    int start_status = 200;
    Delivery start_delivery = Delivery::whole;
    Lie lie = Lie::none;
    std::string coupon_info;       // as the answer to a query bears it
    std::string success_code = "00";  // origRespCode once paid: A6, 42, ... too
    std::optional<int> scanned_after;  // a shown code: looks before somebody scans it; none: scan() alone does
    // Taking back
    int busy_reverses = 0;         // undo and reversal answered 37 first
    bool pays_while_reversed = false;  // ... and paid as soon as one was refused so
    Delivery reverse_delivery = Delivery::whole;  // of the first that is done
    bool late_success = false;     // paid after all, two queries after it was closed
    bool undo_refused = false;     // 35
    int undo_waiting_queries = 0;
    bool undone_says_paid = false;  // the payment goes on saying 00 after its undo
    // Refunds
    Delivery refund_delivery = Delivery::whole;  // of the first
    int refund_waiting_queries = 0;
    bool refund_refused = false;
};

class UnionpaySimulator {
  public:
    struct Options {
        // Every txnTime must be this clock's, give or take ten minutes, and an undo of the payment's
        // clearing day. None: times are not looked at.
        const payment::Clock* clock = nullptr;
        std::string signer_name = "041@8310000000083040@中国银联股份有限公司@00016495";
        bool stranger_signs = false;  // its certificate is of another authority of the same name
        std::string shown_code = "https://qr.95516.com/00010000/01012345678901234567";
        // 11 or 12: signed with a key that both sides know instead of certificates.
        std::string sign_method = "01";
        std::string secure_key = "88888888";
    };
    UnionpaySimulator() : UnionpaySimulator(Options()) {}
    explicit UnionpaySimulator(Options options);

    std::string address() const { return server_.url() + "/gateway/api"; }
    GatewayServer& server() { return server_; }
    static constexpr const char* kMerchant = "777290058110048";
    static constexpr const char* kTerminal = "49000002";
    const std::string& merchant_key() const { return merchant_key_pem_; }
    const std::string& merchant_certificate() const { return merchant_certificate_pem_; }
    const std::string& authorities() const { return gateway_trust().authority.certificate_pem; }

    // The code of a payer whose payment goes so.
    std::string code_for(const UnionpayPlan& plan);
    // The next code that the till applies for goes so.
    void next_shown(const UnionpayPlan& plan);
    // Somebody scans the code shown for this order.
    void scan(const std::string& order_id);

    // Taken minus undone, reversed and refunded, in fen.
    std::int64_t held(const std::string& order_id);
    int starts(const std::string& order_id);
    // Every order id that arrived with this transaction type.
    std::vector<std::string> orders_of(const std::string& type);
    int queries();

  private:
    struct Transaction {
        std::string type, order_id, time, query_id, original;
        std::int64_t amount_fen = 0;
        std::string code;  // of the transaction; empty: not decided
        bool shown_only = false;  // a code was applied for, nobody has scanned it
        int waiting = 0, unfound = 0, looks = 0;
        bool closed = false;
        int looks_after_close = 0;
        int starts = 0;
        UnionpayPlan plan;
    };
    using Fields = payment::FormFields;
    GatewayAnswer handle(const GatewayCall& call);
    std::string refusal_of(const Fields& request, bool query) const;
    bool signed_by_merchant(const Fields& request) const;
    std::string keyed_signature(const Fields& fields) const;
    GatewayAnswer pay(const Fields& request);
    GatewayAnswer take_back(const Fields& request);
    GatewayAnswer reverse(const Fields& request);
    GatewayAnswer refund(const Fields& request);
    GatewayAnswer query(const Fields& request);
    void decide(Transaction& one);
    Transaction* original_of(const Fields& request);
    Transaction& record(const Fields& request, const UnionpayPlan& plan);
    std::int64_t returned_of(const std::string& order_id) const;
    std::optional<GatewayAnswer> busy(const Fields& request, Transaction& original);
    Fields echo(const Fields& request, const std::string& code) const;
    GatewayAnswer answer(Fields fields, UnionpayPlan::Lie lie = UnionpayPlan::Lie::none);

    Options options_;
    payment::RsaPrivateKey key_;
    std::string certificate_pem_;
    std::string merchant_key_pem_, merchant_certificate_pem_;
    std::optional<payment::RsaPublicKey> merchant_;
    std::string merchant_certificate_id_;
    std::mutex mutex_;  // of what follows
    std::map<std::string, UnionpayPlan> plans_;  // by code
    UnionpayPlan next_shown_;
    std::map<std::string, Transaction> ledger_;
    int codes_ = 0, answers_ = 0, queries_ = 0;
    GatewayServer server_;  // last: its threads use everything above
};

}  // namespace mulin::tests
