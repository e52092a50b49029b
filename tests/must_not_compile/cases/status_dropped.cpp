// must fail with: ignoring return|unused-result
#include "payment/port/attempt_journal.h"

using namespace mulin::payment;

#ifdef MULIN_WRONG
void keep(AttemptJournal& journal, const Attempt& attempt) { journal.create(attempt); }
#else
Status keep(AttemptJournal& journal, const Attempt& attempt) { return journal.create(attempt); }
#endif
