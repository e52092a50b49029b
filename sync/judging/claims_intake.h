#pragma once
// Which claims there are, and whose have to be judged again: rows made of signed records as they are
// looked at, whichever of a sale and its void comes first, and of both versions of a fork alike. Judges
// nothing. Callers run inside a transaction.

#include <string>

#include "sync/database/database.h"
#include "sync/journal/body.h"

namespace mulin::sync::server {

// A signed record: number and version.
struct RecordName {
    EntryKey key;
    std::string hash;
    friend auto operator<=>(const RecordName&, const RecordName&) = default;
};

// A sale with the diner as the district names them. One without benefits or amounts for the operator,
// and one for training, asks nobody for anything.
Status take_sale(database::Database& database, const RecordName& record, const Sale& sale);
// A void or refund.
Status take_return(database::Database& database, const RecordName& record, const EntryKey& sale);
// Any signed body: the one above that fits it, or nothing. What changes the descent of epochs has all
// claims of the till judged again.
Status take_record(database::Database& database, const RecordName& record, const EntryBody& body);
// Entries of forks that were not looked at yet; false when there are none.
Result<bool> take_forks(database::Database& database, int at_most);

// Judged again from this day on, or from an earlier one that is queued already.
Status queue_subject(database::Database& database, const std::string& subject, std::int64_t from_day);
Status queue_till(database::Database& database, const TillId& till);

// What the sale asks of whom; operators' amounts under kOperator (sync/settlement/claim.h).
std::vector<PayerShare> asked_by(const Sale& sale);

}  // namespace mulin::sync::server
