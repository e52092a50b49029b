// must fail with: no match for .operator<|invalid operands to binary expression
#include "payment/base/clock.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
bool late(UtcInstant now, MonotonicInstant deadline) { return deadline < now; }
#else
bool late(MonotonicInstant now, MonotonicInstant deadline) { return deadline < now; }
#endif
