// must fail with: no match for .operator==|invalid operands to binary expression
#include "payment/base/clock.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
bool today(Date date, UtcInstant now) { return date == now; }
#else
bool today(Date date, UtcInstant now) { return date == china_date(now); }
#endif
