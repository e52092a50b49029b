#include "sync/client/engine.h"

#include <algorithm>

namespace mulin::sync {

void ExchangePace::something_waits(payment::MonotonicInstant now) {
    if (failures_ > 0) return;
    due_ = std::min(due_, payment::MonotonicInstant{now.ms + kAfterSaleMs});
}

void ExchangePace::asked(payment::MonotonicInstant now) { due_ = now; }

void ExchangePace::succeeded(payment::MonotonicInstant now, bool still_waiting) {
    failures_ = 0;
    online_ = true;
    due_.ms = now.ms + (still_waiting ? kAfterSaleMs : kIdleExchangeMs);
}

void ExchangePace::failed(payment::MonotonicInstant now, const payment::Error& error,
                          payment::Random& random) {
    online_ = false;
    failures_ = std::min(failures_ + 1, 30);
    std::int64_t ceiling = kRefusedBackOffMs;
    if (error.code != payment::ErrorCode::refused) {
        ceiling = std::min(kMaxBackOffMs, kFirstBackOffMs << std::min(failures_ - 1, 20));
    }
    const std::int64_t half = ceiling / 2;
    due_.ms = now.ms + half + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(half) + 1));
}

}  // namespace mulin::sync
