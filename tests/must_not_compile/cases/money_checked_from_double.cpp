// must fail with: use of deleted function|call to deleted (member )?function
#include "payment/money/money.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
auto price() { return Money::from_fen_checked(12.5); }
#else
auto price() { return Money::from_fen_checked(1250); }
#endif
