// must fail with: too few arguments|no matching function
#include "payment/money/rate.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Money part(Money price) { return round_money(price, Rounding::half_up); }
#else
Money part(Money price) { return round_money(price, Rounding::half_up, RoundingUnit::jiao); }
#endif
