// must fail with: ignoring return|unused-result
#include "payment/base/result.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Result<int> load();
void start() { load(); }
#else
Result<int> load();
void start() { (void)load(); }
#endif
