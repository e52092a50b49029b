#pragma once
// What a caller hands to the runner (runner.h): one amount to take, and who is told of what. Plain
// values and callbacks; no behaviour.

#include <cstdint>
#include <functional>
#include <string>

#include "payment/port/attempt.h"
#include "payment/port/refund_tasks.h"

namespace mulin::payment {

// One amount to take over one channel. An order may be settled by several charges, one after the
// other; all approved ones together never pass order_total.
struct Charge {
    std::string order_ref;
    Money order_total;
    std::string method;   // "cash", "qr", "senior_card", "bank_card"
    std::string channel;  // an adapter's name
    Money amount;         // > 0
    std::string code;     // what the payer showed; empty when the channel needs none
    // Grows whenever the sale's lines or total change. An attempt belongs to one version: its answer,
    // however late, never pays another (order_version_of in attempt.h).
    std::int64_t order_version = 0;
};

// Something a person must hear of, beside the attempt's own state.
struct Alarm {
    AttemptId attempt;
    std::string channel;
    std::string kind;  // "config" (the channel is wrongly set up), "mismatch" (an answer about other
                       // money), "late_success", "manual_review"
    std::string text;
};

struct RunnerSettings {
    std::string code_key;  // key of the hash kept instead of the payer's code; not empty
    // Called after each durable change, on the caller's thread, before the call returns. It must
    // not call the runner.
    std::function<void(const Attempt&)> observe;
    // What the channel does while start() runs, on the thread that makes the call; may be empty.
    std::function<void(const AttemptId&, const Progress&)> progress;
    // Once for each new alarm, after it is durable; may be empty. It must not call the runner.
    std::function<void(const Alarm&)> alarm;
    // Who gives late money back. Without it, or where the channel cannot refund, a late success is
    // reversed. Outlives the runner.
    RefundTasks* refunds = nullptr;
};

}  // namespace mulin::payment
