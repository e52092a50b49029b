// must fail with: cannot convert|no viable conversion|could not convert
#include "payment/base/result.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
Result<int> load();
int value() { return load(); }
#else
Result<int> load();
int value() { return load().value_or(0); }
#endif
