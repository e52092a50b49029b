// must fail with: could not convert|no viable conversion
#include "payment/base/clock.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Date day() { return 20260310; }
#else
Date day() { return Date::from_days(20260310 / 1000); }
#endif
