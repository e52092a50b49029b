// must fail with: constraints not satisfied|no matching function
#include "payment/money/money.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Money price() { return Money::fen(true); }
#else
Money price() { return Money::fen(1); }
#endif
