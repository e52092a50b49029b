#pragma once
// Rows of settlement: transfers with the accounts they move, verdicts, parts and adjustments. Only adds
// what the words of the schema say is never changed. Callers run inside a transaction.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sync/judging/claims_intake.h"
#include "sync/settlement/ledger.h"
#include "sync/settlement/parts.h"

namespace mulin::sync::server {

// Transfers of one claim, in order.
Result<settlement::Booked> read_booked(database::Database& database, const RecordName& record);
Result<settlement::Parts> read_parts(database::Database& database, const RecordName& record);

// Which months are closed, as of this transaction.
class Periods {
  public:
    static Result<Periods> read(database::Database& database);
    bool is_closed(const std::string& month) const { return closed_.count(month) != 0; }
    // The month itself while it is open, else the first one after it that is.
    std::string open_for(const std::string& month) const;

  private:
    std::set<std::string> closed_;
};
std::string month_after(const std::string& month);

// Collects what a step moves on accounts; flush() before the commit.
class SettleRows {
  public:
    explicit SettleRows(database::Database& database) : database_(database) {}
    // Number of transfers of the claim after these.
    Status add(const RecordName& record, const std::vector<settlement::Transfer>& transfers);
    Status add(const RecordName& record, std::int64_t n, const settlement::Verdict& verdict, const std::string& period);
    Status put(const RecordName& record, const settlement::Parts& parts);
    Status adjust(const settlement::Claim& claim, std::int64_t n, const std::string& period, const std::string& reason,
                  const settlement::Parts& change);
    Status set_newest(const RecordName& record, const std::string& reason, std::int64_t verdicts, std::int64_t moves);
    Status flush();

  private:
    database::Database& database_;
    std::map<std::string, settlement::Balance> moved_;
};

}  // namespace mulin::sync::server
