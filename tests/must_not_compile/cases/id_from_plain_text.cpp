// must fail with: could not convert|no viable conversion
#include "payment/base/id.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Id<struct DinerTag> who(std::string text) { return text; }
#else
Id<struct DinerTag> who(std::string text) { return Id<struct DinerTag>(text); }
#endif
