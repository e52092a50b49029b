// must fail with: use of deleted function|call to deleted (member )?function
#include "payment/money/money.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Money price() { return Money::fen(12.5); }
#else
Money price() { return Money::fen(1250); }
#endif
