#pragma once
// One sale judged again for a person who asks why every payer paid what it did, with a sentence per
// rule also where till and district agree. As the repricer judges it, from the same facts; reads only,
// and what is kept of the sale stays as it is. Inside a transaction of the caller.

#include "sync/district/district.h"
#include "sync/judging/judge.h"

namespace mulin::sync::server {

Result<Judgement> judge_one(District::Access& access, const EntryKey& key, const Sale& told);

}  // namespace mulin::sync::server
