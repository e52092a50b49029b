// must fail with: use of deleted function|call to deleted (member )?function
#include "payment/money/rate.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Rate share() { return Rate::percent(88.5); }
#else
Rate share() { return Rate::millionths(885'000); }
#endif
