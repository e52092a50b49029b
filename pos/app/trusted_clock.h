#pragma once
// TrustedClock: what time it is as far as this till can know. Three witnesses: the device's clock, which
// anybody may set and an empty battery puts back to 1970; the newest record, before which it cannot be;
// and the time that the district said, counted on by a clock that nobody can set. Where the district was
// heard, its time holds in both directions, so that a clock that ran ahead for an hour and is put right
// does not hold up the days after. Pure; one thread at a time.

#include "payment/base/clock.h"

namespace mulin::pos {

class TrustedClock {
  public:
    struct Now {
        payment::UtcInstant at;
        bool suspect = false;       // nobody vouches for `at`
        bool device_wrong = false;  // the device's own clock says something else
    };

    // Nothing was recorded after this instant; the first word, before anybody asks.
    void begin(payment::UtcInstant newest);
    bool begun() const { return newest_.ms != 0; }
    // The district's time as of this monotonic instant.
    void heard(payment::UtcInstant district, payment::MonotonicInstant mono);
    Now now(payment::UtcInstant device, payment::MonotonicInstant mono);

  private:
    payment::UtcInstant newest_;
    bool heard_ = false;
    payment::UtcInstant district_;
    payment::MonotonicInstant heard_at_;
};

}  // namespace mulin::pos
