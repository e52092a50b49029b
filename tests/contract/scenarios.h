#pragma once
// A payment's whole life on one channel: through the runner and the refund runner, on journals and a
// clock of the test's, until nothing more happens by itself. What must hold at the end, whatever the
// channel did on the way: see broken_after_rest().

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "payment/port/refund_runner.h"
#include "payment/port/runner.h"
#include "tests/contract/channel_under_test.h"
#include "tests/support/pay_memory_refunds.h"

namespace mulin::contract {

// A counter with one channel. Restarts lose everything but the journals and the far side.
class Counter {
  public:
    explicit Counter(Channel& channel);
    void restart();
    payment::Result<payment::Attempt> pay(const std::string& code, std::int64_t version = 1);
    // Lets time pass until nothing is due; false when that never happens.
    bool rest(int rounds = 400);
    // As after a restart of the till: recover both runners, then rest.
    bool recover_and_rest();
    payment::Attempt attempt() const;  // the newest
    // Everything kept and told, for a search.
    std::string everything_kept() const;
    // What is wrong at rest; empty when all is well.
    std::string broken_after_rest() const;

    testing::Fuse fuse;
    testing::AttemptShelf attempts;
    testing::RefundShelf refunds;
    payment::ManualClock clock{payment::UtcInstant{1'773'114'300'000}};
    payment::SeededRandom random{7};
    payment::IdSource ids{clock, random};
    std::unique_ptr<payment::Adapter> adapter;
    std::unique_ptr<payment::Adapter> brisk;  // the same, with a day of reversing in few rounds
    std::unique_ptr<testing::MemoryAttemptJournal> journal;
    std::unique_ptr<testing::MemoryRefundJournal> refund_journal;
    std::unique_ptr<payment::RefundRunner> refund_runner;
    std::unique_ptr<payment::Runner> runner;
    std::vector<payment::Alarm> alarms;
    std::vector<payment::Attempt> shown;

  private:
    Channel& channel_;
};

// Runs one behaviour from the scan to rest and says what is wrong; nothing when the channel cannot
// behave so.
std::string broken_in(Channel& channel, Behaviour behaviour);
// The same, with the till ended at every point (journal writes) in turn.
std::string broken_when_the_till_ends(Channel& channel, Behaviour behaviour, int point, bool& ended);

}  // namespace mulin::contract
