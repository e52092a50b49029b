// must fail with: no match for .operator<|invalid operands to binary expression
#include "payment/money/money.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
bool cheap(Money amount) { return amount < 500; }
#else
bool cheap(Money amount) { return amount < Money::fen(500); }
#endif
