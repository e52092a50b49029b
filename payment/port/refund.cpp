#include "payment/port/refund.h"

#include "payment/port/adapter.h"

namespace mulin::payment {

const char* refund_outcome_name(RefundOutcome outcome) {
    switch (outcome) {
        case RefundOutcome::refunded: return "refunded";
        case RefundOutcome::processing: return "processing";
        case RefundOutcome::refused: return "refused";
        case RefundOutcome::unknown: return "unknown";
        case RefundOutcome::not_sent: return "not_sent";
    }
    return "unknown";
}

RefundResult Adapter::refund(const Attempt&, const RefundRequest&) {
    RefundResult result;
    result.outcome = RefundOutcome::refused;
    result.channel_text = "this channel cannot give money back by itself";
    return result;
}

RefundResult Adapter::refund_query(const Attempt&, const RefundRequest&) {
    RefundResult result;
    result.channel_text = "this channel cannot be asked about a refund";
    return result;
}

}  // namespace mulin::payment
