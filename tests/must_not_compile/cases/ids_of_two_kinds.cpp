// must fail with: could not convert|no viable conversion
#include "payment/base/id.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
using Diner = Id<struct DinerTag>;
using Site = Id<struct SiteTag>;
Diner who(Site site) { return site; }
#else
using Diner = Id<struct DinerTag>;
using Site = Id<struct SiteTag>;
Diner who(Site site) { return Diner(site.text()); }
#endif
