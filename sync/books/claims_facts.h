#pragma once
// The facts of claims: a subject's claims from one business date on, each with its sale as signed and
// whatever speaks for or against it, as the district holds it at this moment. The same facts in any
// order of arrival give the same claims. Reads only; inside a transaction of the caller.

#include <map>
#include <optional>
#include <set>

#include "sync/judging/claims_intake.h"
#include "sync/judging/judge_facts.h"
#include "sync/settlement/claim.h"

namespace mulin::sync::server {

// Of one till: which numbers stand on a branch that has a second version, whichever came first.
class Descent {
  public:
    static Result<Descent> read(database::Database& database, const TillId& till);
    bool is_forked(const EpochId& epoch, std::int64_t seq) const;

  private:
    struct Parent {
        std::string epoch;
        std::int64_t seq = 0;
    };
    bool opens_a_branch(const std::string& epoch) const;
    std::map<std::string, Parent> parents_;
    std::map<std::pair<std::string, std::int64_t>, int> children_;  // epochs that continue from an entry
    std::map<std::string, std::int64_t> forks_;                     // first number with two versions
};

struct LoadedClaim {
    settlement::Claim claim;
    Sale sale;  // with the diner as the district names them
    std::int64_t verdicts = 0;  // so far
    std::int64_t moves = 0;
    std::string reason;  // of the newest verdict
};

// Remembers descents for one step of work.
class ClaimFacts {
  public:
    ClaimFacts(database::Database& database, Directory& directory, JudgeFacts& judge_facts)
        : database_(database), directory_(directory), judge_facts_(judge_facts) {}
    Result<std::vector<LoadedClaim>> from_day(const std::string& subject, std::int64_t day);
    // What is known of the subject asked for last; nothing of a guest.
    const std::vector<FactsVersion>& person() const { return person_; }

  private:
    struct Row;
    Result<std::vector<Row>> rows(const std::string& subject, std::int64_t day);
    Result<LoadedClaim> load(const Row& row, const std::string& subject);
    Result<settlement::Circumstances> circumstances(const RecordName& record, const Sale& sale, std::int64_t received_ms);
    Status add_returns(LoadedClaim& loaded, const RecordName& record);
    Status add_rulings(settlement::Circumstances& facts, const RecordName& record);
    Result<bool> on_denied_card(const Sale& sale);
    Result<bool> is_beyond_lease(const EntryKey& key, const Sale& sale);
    bool is_home(const Sale& sale) const;
    Result<bool> is_forked(const RecordName& record);

    database::Database& database_;
    Directory& directory_;
    JudgeFacts& judge_facts_;
    std::map<TillId, Descent> descents_;
    std::vector<FactsVersion> person_;
};

}  // namespace mulin::sync::server
