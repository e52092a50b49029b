#pragma once
// The adapter of ChinaUMS (银联商务), in one of two ways per channel: poslink, where the till scans the
// payer, and netpay bills, where the payer scans a code of ours. Which call when, and what a step that
// fails means; bytes are chinaums_messages.h. Answers are not signed, so nothing is approved but by a
// question about our own order, over TLS to the pinned host. Stateless, but for which orders a notice has
// named since they were asked about: a question that finds a shown code unpaid waits a little for one.
//
// Threads: any one at a time. A call blocks up to its deadline, however many requests it makes (start up to
// two, a reverse up to four); what there is no time for is not sent. Settings and their defaults: README.md.

#include <memory>
#include <string>

#include "payment/chinaums/chinaums_messages.h"
#include "payment/chinaums/chinaums_signature.h"
#include "payment/port/adapter_table.h"
#include "payment/wire/http.h"
#include "payment/wire/notice_listener.h"

namespace mulin::payment {

struct ChinaumsOptions {
    std::string channel;
    std::string address;         // before /v6/poslink/... and /v1/netpay/...
    std::string version = "v6";  // of poslink
    ChinaumsShop shop;
    ChinaumsKey key;
    bool shows_code = false;     // netpay instead of poslink
    bool use_reversal = false;   // reversepayment for what is in doubt, else voidpayment
    std::int64_t valid_ms = 120'000;       // of a code that the till shows
    std::int64_t lost_after_ms = 900'000;  // "not found" this long after the start: it never arrived
    std::int64_t start_deadline_ms = 10'000;
    std::int64_t give_up_ms = 60'000;
    int notice_port = -1;          // on loopback; -1: nobody listens for notices
    std::string notice_key;        // the communication key, only for notices
    std::int64_t notice_wait_ms = 3'000;
};

class ChinaumsAdapter final : public Adapter {
  public:
    // Clock and randomness outlive the adapter.
    ChinaumsAdapter(ChinaumsOptions options, std::unique_ptr<HttpTransport> transport, const AdapterSeams& seams);
    std::string name() const override { return options_.channel; }
    Capabilities capabilities() const override;
    AttemptResult start(const AttemptRequest& request) override;
    AttemptResult query(const Attempt& attempt) override;
    ReverseResult reverse(const Attempt& attempt) override;
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override;
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override;
    // Where notices are received; -1: nowhere.
    int notice_port() const { return notices_ ? notices_->port() : -1; }

  private:
    // What came back from one request.
    struct Heard {
        enum class Kind { nothing_left, silence, answered } kind = Kind::silence;
        std::string body;        // when answered with status 200
        std::string code, text;  // when not
        bool setup = false;      // the gateway does not know us
    };
    // Every public call has one deadline for all its requests.
    void begin_call(std::int64_t deadline_ms) { until_.ms = clock_.monotonic().ms + deadline_ms; }
    Heard ask(const std::string& path, const std::string& body);
    std::string poslink(const char* what) const { return "/" + options_.version + "/poslink/transaction/" + what; }
    AttemptResult start_scanning(const AttemptRequest& request);
    AttemptResult start_showing(const AttemptRequest& request);
    ChinaumsStatus status_of(const Attempt& attempt);
    bool never_came(const Attempt& attempt) const;
    ReverseResult void_payment(const Attempt& attempt, bool in_doubt);
    ReverseResult close_bill(const Attempt& attempt);
    ReverseResult return_bill(const Attempt& attempt);
    std::string take_notice(std::string_view body);
    RefundResult poslink_refunded(const Attempt& paid, const RefundRequest& request);

    ChinaumsOptions options_;
    std::unique_ptr<HttpTransport> transport_;
    const Clock& clock_;
    Random& random_;
    MonotonicInstant until_;  // of the call that runs
    NoticeHints hints_;
    std::unique_ptr<NoticeListener> notices_;  // last: its thread uses the above
};

// Settings: README.md of this room.
Result<std::unique_ptr<Adapter>> make_chinaums_adapter(const ChannelSettings& settings, const AdapterSeams& seams);

}  // namespace mulin::payment
