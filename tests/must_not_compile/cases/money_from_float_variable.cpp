// must fail with: use of deleted function|call to deleted (member )?function
#include "payment/money/money.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Money price(float yuan) { return Money::fen(yuan * 100); }
#else
Money price(int yuan) { return Money::fen(yuan * 100); }
#endif
