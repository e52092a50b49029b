#pragma once
// Giving back part or all of a sale that stands: what goes back to whom, and carrying it out so that a
// power cut at any moment loses nothing. The plan is durable before a channel is asked; the record is
// written when every channel has confirmed; cash is handed over only after that. Whether the rules
// split it this way: sync/policy/refund.h. Payment worker only, but for preview_refund().

#include <string>
#include <vector>

#include "payment/port/refund_runner.h"
#include "pos/app/refusal.h"
#include "pos/app/till.h"
#include "sync/store/refund_store.h"

namespace mulin::pos {

struct RefundAsked {
    std::string ref;
    sync::EntryKey sale;
    struct Line {
        std::int64_t line = 0;  // place in the sale, from 0
        std::int64_t quantity = 1;
    };
    std::vector<Line> lines;  // none: all that is left
    std::string reason;
    sync::StaffId cashier;
    sync::StaffId approver;
};

// Lines, benefits and payments that go back; writes nothing. Refusals: unknown_sale, already_voided,
// training_sale, nothing_left, unknown_line, too_many.
Answer<sync::RefundRecord> make_refund(Till& till, const RefundAsked& asked);

struct RefundStanding {
    enum class Where { waiting, done, refused } where = Where::waiting;
    std::optional<sync::CommittedRefund> committed;
    sync::RefundRecord record;
    std::string message;  // of the channel, when it refused
};

// Writes the plan and goes as far as the channels let it.
Answer<RefundStanding> begin_refund(Till& till, const RefundAsked& asked);
// Goes on with a plan: after an answer, or after a restart.
Answer<RefundStanding> go_on_with_refund(Till& till, const sync::RefundRecord& plan);

}  // namespace mulin::pos
