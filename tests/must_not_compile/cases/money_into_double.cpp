// must fail with: cannot convert|no viable conversion
#include "payment/money/money.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
double price(Money amount) { return amount; }
#else
std::int64_t price(Money amount) { return amount.in_fen(); }
#endif
