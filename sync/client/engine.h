#pragma once
// When to exchange next. Pure: time and randomness come in, a due time goes out; the thread that
// waits and calls exchange_once belongs to the application.

#include "payment/base/clock.h"
#include "payment/base/id.h"
#include "payment/base/result.h"

namespace mulin::sync {

inline constexpr std::int64_t kAfterSaleMs = 300;      // gather a burst of sales into one batch
inline constexpr std::int64_t kIdleExchangeMs = 15'000;  // to hear of menus and rules
inline constexpr std::int64_t kFirstBackOffMs = 1'000;
inline constexpr std::int64_t kMaxBackOffMs = 300'000;
inline constexpr std::int64_t kRefusedBackOffMs = 300'000;  // revoked or wrong server: a person must act

class ExchangePace {
  public:
    explicit ExchangePace(payment::MonotonicInstant now) : due_(now) {}

    payment::MonotonicInstant due() const { return due_; }
    bool is_due(payment::MonotonicInstant now) const { return now >= due_; }
    int failures() const { return failures_; }
    bool online() const { return online_; }

    // Something waits to go up. Brings the next exchange forward, but never past a back-off.
    void something_waits(payment::MonotonicInstant now);
    // A person asked: now, whatever happened before.
    void asked(payment::MonotonicInstant now);
    void succeeded(payment::MonotonicInstant now, bool still_waiting);
    // Doubles from kFirstBackOffMs to kMaxBackOffMs, each time between half and the whole of it.
    void failed(payment::MonotonicInstant now, const payment::Error& error, payment::Random& random);

  private:
    payment::MonotonicInstant due_;
    int failures_ = 0;
    bool online_ = false;
};

}  // namespace mulin::sync
