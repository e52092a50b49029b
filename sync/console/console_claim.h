#pragma once
// What one sale asks of its payers, version by version, for the person who must decide about it; and
// the decision, which is the ruling of `mulin-district verdict` (sync/books/settle_desk.h) and nothing
// beside it, with a line in the audit log in the same transaction.

#include <string>

#include "sync/books/settle_desk.h"
#include "sync/console/console_access.h"

namespace mulin::sync::server {

// [{"hash","reason","waiting","verdicts","posted","borne","period","payers":[…],"rulings":[…]}], by hash:
// one for every signed version. Without names; inside the caller's hold on the district.
Result<std::string> claims_json(database::Database& database, const EntryKey& sale);

// The person is whoever is signed in. Sent twice it is decided once; conflict when somebody else was
// faster. Answers {"claims":[…]} as they stand then.
Result<std::string> decide_claim(District& district, const Visitor& visitor, RulingRequest request);

}  // namespace mulin::sync::server
