// must fail with: no match for .operator\*|invalid operands to binary expression
#include "payment/money/money.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Money most(Money price) { return price * 0.88; }
#else
Money most(Money price) { return price.times(88); }
#endif
