#include "pos/app/trusted_clock.h"

#include <algorithm>
#include <cstdlib>

namespace mulin::pos {
namespace {

// Clocks differ by minutes between till and district; more than this is a fault.
constexpr std::int64_t kToleranceMs = 5 * 60'000;
// Nothing was sold before Mulin was written.
constexpr std::int64_t kEarliestMs = 1'767'225'600'000;  // 2026-01-01

}  // namespace

void TrustedClock::begin(payment::UtcInstant newest) { newest_.ms = std::max(newest.ms, kEarliestMs); }

void TrustedClock::heard(payment::UtcInstant district, payment::MonotonicInstant mono) {
    heard_ = true;
    district_ = district;
    heard_at_ = mono;
}

TrustedClock::Now TrustedClock::now(payment::UtcInstant device, payment::MonotonicInstant mono) {
    if (heard_) {
        const payment::UtcInstant counted{district_.ms + (mono.ms - heard_at_.ms)};
        const bool wrong = std::abs(device.ms - counted.ms) > kToleranceMs;
        newest_ = wrong ? counted : device;
        return {newest_, false, wrong};
    }
    if (device.ms + kToleranceMs < newest_.ms) return {newest_, true, true};
    newest_ = std::max(newest_, device);
    return {newest_, false, false};
}

}  // namespace mulin::pos
