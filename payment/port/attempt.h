#pragma once
// One try to take one amount over one channel, as a record. The runner alone moves its state
// (state machine of runner.h); adapters only see AttemptRequest and answer with AttemptResult.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/clock.h"
#include "payment/port/outcome.h"

namespace mulin::payment {

enum class AttemptState {
    created,        // journalled, nothing sent
    sending,        // journalled durably; the first byte may have left
    pending,        // the channel waits for the payer
    unknown,        // no clear answer; query, never resend
    reversing,      // being undone
    approved,       // final unless refunded
    declined,       // final
    not_sent,       // final: no byte left
    voided,         // final: given up before anything was sent
    reversed,       // final: the payer was not charged, or got it back
    manual_review,  // a person must decide, with the evidence
    late_success,   // approved after we had given up: money must go back (the runner reverses it)
};

const char* attempt_state_name(AttemptState state);
std::optional<AttemptState> parse_attempt_state(std::string_view name);
// True when nothing further will happen by itself and the order may take another attempt.
bool is_settled(AttemptState state);
// What a sale's record says of a state: reversed and voided are declined (the payer keeps the money);
// whatever a person must still look at is unknown.
Outcome outcome_of(AttemptState state);

// What the channel is doing while a call still runs: for the screen, never for a decision.
enum class Phase { presented, waiting_payer, password, card_inserted, host };

struct Progress {
    Phase phase = Phase::host;
    std::string text;  // the channel's own words; for `presented` the code to draw
};

// What an adapter needs to ask for money. The code a payer shows is passed through, never stored.
struct AttemptRequest {
    AttemptId id;
    std::string order_ref;  // the sale it belongs to
    Money amount;
    std::string code;              // scanned payment code, empty when the channel needs none
    std::int64_t deadline_ms = 0;  // how long the first call may take
    std::string method;            // tender: "qr", "senior_card", ...
    UtcInstant created;            // of the attempt; some channels want it again with every query
    // May be empty. Called on the thread of start(), before it returns.
    std::function<void(const Progress&)> progress;
};

struct AttemptResult {
    Outcome outcome = Outcome::unknown;
    std::map<std::string, std::string> refs;  // channel's own numbers, kept verbatim
    std::vector<ChannelDiscount> discounts;
    std::string channel_code;
    std::string channel_text;
    std::string presented;            // a code to draw for the payer, while pending; empty when none
    std::int64_t retry_after_ms = 0;  // the channel's wish for the next query; 0 leaves it to the plan
};

struct Attempt {
    AttemptId id;
    std::string order_ref;
    std::string channel;  // adapter's name
    std::string method;   // tender: "cash", "qr", ...
    Money amount;
    AttemptState state = AttemptState::created;
    std::int64_t state_seq = 0;  // grows by one with every change
    UtcInstant created;
    UtcInstant changed;
    AttemptResult result;
    std::int64_t polls = 0;
    std::string code_hash;  // keyed hash of the payer's code, for evidence
};

// The version of the sale this attempt pays for. Kept among the refs: names beginning with "till."
// are the runner's own (till.order_version, till.approver, till.reason).
std::int64_t order_version_of(const Attempt& attempt);
void set_order_version(Attempt& attempt, std::int64_t version);

// What the diner should hear about an attempt that is over, or that a person must look at.
enum class DinerHears {
    paid,               // the money was taken
    nothing_taken,      // nothing was taken, or it is back
    still_asking,       // wait: we are asking the channel
    kept_under_review,  // we do not know; the money is not lost, a person looks into it
    money_comes_back,   // it was taken after all and goes back
};
DinerHears diner_hears(AttemptState state);

}  // namespace mulin::payment
