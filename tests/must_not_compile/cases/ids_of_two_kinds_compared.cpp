// must fail with: no match for .operator==|invalid operands to binary expression
#include "payment/base/id.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
bool same(Id<struct DinerTag> a, Id<struct SiteTag> b) { return a == b; }
#else
bool same(Id<struct DinerTag> a, Id<struct DinerTag> b) { return a == b; }
#endif
