#pragma once
// Bills in the district: rows kept word for word beside what was read from them, each transaction
// once however often and in however many files it comes; and their match with what tills journalled.

#include "sync/district/district.h"
#include "sync/statements/statement.h"

namespace mulin::sync::server {

struct ImportedBill {
    std::int64_t file = 0;  // its number here
    bool same_file = false; // these very bytes were imported before
    std::int64_t rows = 0;  // new
    std::int64_t known = 0; // held already, from this or another file
    std::int64_t set_aside = 0;
};

struct BillFile {
    std::string channel;
    std::string name;
    std::string encoding;
    std::string sha256;  // of the decoded text
    std::string text;
};

// All or nothing. invalid_input names the line of a transaction that is held with other figures.
Result<ImportedBill> import_bill(District& district, const BillFile& file, const Bill& bill);

// One JSON object for all files, newest first.
Result<std::string> bills_json(District& district);

// The payments tills journalled for a day, and what they gave back of them, beside the bills' rows of
// that day (for stored-value cards: the account service's bookings), by channel: matched, only in the
// tills' books, only in the bill, and those whose amounts, refunds or sponsors differ. One JSON object.
Result<std::string> match_json(District& district, Date day);

}  // namespace mulin::sync::server
