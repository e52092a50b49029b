#pragma once
// Pricing again: what tills sent, judged with the district's own copy of the rules. A second step
// after ingest, never part of it: it works through entries in small transactions, remembers how far
// it came in the same transaction, and may stop anywhere. Entries that something later concerns (a
// meal of the same diner that arrives late, a void, a diner who becomes known) are judged again, so
// that in the end only the set of entries counts and not the order in which they came.

#include "sync/district/district.h"
#include "sync/judging/judge_facts.h"

namespace mulin::sync::server {

class Repricer {
  public:
    explicit Repricer(District& district) : district_(district) {}

    // At most `entries`; false when there is nothing left to do. Holds the district only meanwhile.
    // conflict while it is another process's turn (turn.h).
    Result<bool> step(int entries);
    // Until nothing is left. Waits for another process that has its turn, and at most kTurnLifeMs for
    // one that was killed.
    Status finish();
    // No step follows soon: another process may have the turn at once.
    Status rest();

  private:
    struct Work {
        std::int64_t entry = 0;
        Entry signed_entry;
        bool again = false;
    };
    Result<bool> work_off(District::Access& access, int entries);
    Result<std::vector<Work>> next_work(District::Access& access, int entries);
    Status look_at(District::Access& access, const Work& work);
    Status look_at_sale(District::Access& access, const Work& work, const Sale& sale);
    // A void, or the refund of a whole sale: what it gave back of the counters.
    Status look_at_return(District::Access& access, const EntryKey& sale, UtcInstant at);
    Status save(District::Access& access, const Work& work, const Sale& sale, const std::string& diner,
                const Judgement& judgement);

    District& district_;
    JudgeFacts facts_;
    bool has_turn_ = false;
};

// Several callers (a thread of the server, commands) may do this at once: a step is one transaction.
Status reprice_all(District& district);

}  // namespace mulin::sync::server
