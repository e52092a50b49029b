#pragma once
// The reconciler: whoever waits in settle_queue has all claims from the day on that something new
// concerns judged again, and what comes of it is booked, in one transaction for a few subjects. Nothing
// but the database is remembered between steps, so a step may be broken off anywhere, run again, and
// run in several processes: the set of facts decides, not their order.

#include "sync/books/claims_facts.h"
#include "sync/books/settle_rows.h"
#include "sync/district/district.h"

namespace mulin::sync::server {

// Set by the district; a change has everybody in open months judged again.
struct VerdictSettings {
    Money tolerance_per_diner_day = Money::fen(1000);
    bool one_subsidy_a_meal = true;
    std::string version() const;
};
Result<VerdictSettings> read_verdict_settings(database::Database& database);
Status write_verdict_settings(database::Database& database, const VerdictSettings& settings);

class Reconciler {
  public:
    explicit Reconciler(District& district) : district_(district) {}
    // At most so many subjects; false when nobody waits. Holds the district only meanwhile.
    Result<bool> step(int subjects);
    Status finish();

  private:
    struct Work {
        std::string subject;
        std::int64_t from_day = 0;
    };
    Result<std::vector<Work>> next_work(database::Database& database, int subjects);
    Status settle(District::Access& access, const Work& work, ClaimFacts& facts, SettleRows& rows);
    Status book(database::Database& database, SettleRows& rows, const LoadedClaim& loaded,
                const settlement::Verdict& verdict);
    District& district_;
    JudgeFacts judge_facts_;
    VerdictSettings settings_;
    Periods periods_;  // of this step
};

// Everything there is, priced again and settled.
Status settle_all(District& district);

}  // namespace mulin::sync::server
