// must fail with: too few arguments|no matching function
#include "payment/money/rate.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Money part(Money price, Rate rate) { return apply_rate(price, rate); }
#else
Money part(Money price, Rate rate) { return apply_rate(price, rate, Rounding::down, RoundingUnit::fen); }
#endif
