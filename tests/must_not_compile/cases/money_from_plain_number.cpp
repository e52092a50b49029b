// must fail with: could not convert|conversion from|no viable conversion
#include "payment/money/money.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Money price() { return 1250; }
#else
Money price() { return Money::fen(1250); }
#endif
