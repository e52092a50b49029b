// must fail with: use of deleted function|call to deleted (member )?function
#include "payment/money/money.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Money most(Money price) { return price.times(0.88); }
#else
Money most(Money price) { return price.times(2); }
#endif
