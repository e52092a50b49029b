// must fail with: use of deleted function
#include "payment/money/money.h"

mulin::payment::Money price() { return mulin::payment::Money::fen(1250); }
