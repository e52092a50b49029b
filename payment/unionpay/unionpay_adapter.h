#pragma once
// The adapter of UnionPay 全渠道 5.1.0 QR payments, in one of two ways per channel: the payer shows a
// code (被扫), or the till shows one (主扫). Which call when, and what a step that fails means; bytes and
// codes are unionpay_messages.h. Stateless: what a later call must know travels in refs or is derived
// from the attempt's id and times.
//
// Threads: any one at a time. A call blocks up to its deadline, however many requests it makes (a reverse
// up to five); what there is no time for is not sent. Settings and their defaults: README.md.

#include <memory>
#include <string>

#include "payment/port/adapter_table.h"
#include "payment/unionpay/unionpay_messages.h"
#include "payment/unionpay/unionpay_signature.h"
#include "payment/wire/http.h"

namespace mulin::payment {

struct UnionpayOptions {
    std::string channel;
    std::string address;  // before /backTransReq.do and /queryTrans.do
    UnionpayShop shop;
    bool shows_code = false;    // 主扫 instead of 被扫
    bool use_reversal = false;  // 冲正 (99) for what is not settled; else only 31 for what is paid
    std::int64_t valid_ms = 120'000;       // of a code that the till shows
    std::int64_t lost_after_ms = 900'000;  // "not found" this long after the start: it never arrived
    std::int64_t start_deadline_ms = 10'000;
    std::int64_t give_up_ms = 63'000;
};

class UnionpayAdapter final : public Adapter {
  public:
    // The clock outlives the adapter.
    UnionpayAdapter(UnionpayOptions options, UnionpaySigner signer, UnionpayTrust trust,
                    std::unique_ptr<HttpTransport> transport, const Clock& clock);
    std::string name() const override { return options_.channel; }
    Capabilities capabilities() const override;
    AttemptResult start(const AttemptRequest& request) override;
    AttemptResult query(const Attempt& attempt) override;
    ReverseResult reverse(const Attempt& attempt) override;
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override;
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override;

  private:
    // What came back from one request.
    struct Heard {
        enum class Kind { nothing_left, silence, unverified, verified } kind = Kind::silence;
        FormFields answer;         // when verified
        std::string code, text;    // when not
    };
    enum class Door { transaction, query };

    // Every public call has one deadline for all its requests.
    void begin_call(std::int64_t deadline_ms) { until_.ms = clock_.monotonic().ms + deadline_ms; }
    Heard ask(Door door, const FormFields& request);
    AttemptResult unless_undone(const Attempt& attempt, AttemptResult paid);
    UnionpayStatus status_of(const UnionpayOrder& order, Money amount);
    AttemptResult show(const AttemptRequest& request, const Heard& heard, AttemptResult result);
    bool code_has_expired(const Attempt& attempt) const;
    std::string undo_time_of(const Attempt& attempt) const;
    ReverseResult reverse_original(const Attempt& attempt, const std::string& undo_time);
    ReverseResult take_back_unsettled(const Attempt& attempt, const UnionpayStatus& status);
    ReverseResult send_undo(const Attempt& attempt, const std::string& time);
    ReverseResult undo_status(const Attempt& attempt, const UnionpayOrder& undo);
    RefundResult refund_status(const RefundRequest& request, bool refused_unless_found);

    UnionpayOptions options_;
    UnionpaySigner signer_;
    UnionpayTrust trust_;
    std::unique_ptr<HttpTransport> transport_;
    const Clock& clock_;
    MonotonicInstant until_;  // of the call that runs
};

// Settings: README.md of this room.
Result<std::unique_ptr<Adapter>> make_unionpay_adapter(const ChannelSettings& settings, const AdapterSeams& seams);

}  // namespace mulin::payment
