#pragma once
// What a channel's far side can be asked to do with one payment. Money words: "takes it" means that
// the far side's ledger has the amount, whatever the till hears of it. A behaviour lasts for the one
// payment it was asked for, through its queries, reverses and refunds.

#include <vector>

namespace mulin::contract {

enum class Behaviour {
    // Plain.
    approve,
    decline,            // a clear refusal from the channel's list; takes nothing
    wait_then_approve,  // pending; takes it after two or three queries
    wait_then_decline,  // pending; then a clear refusal
    wait_for_ever,      // pending until it is reversed
    // Lost, late and broken answers to start.
    no_connection,            // nothing can leave: refused connect, TLS not completed
    lose_the_request,         // leaves the till, never arrives; takes nothing
    lose_the_answer,          // takes it; the connection closes without an answer
    answer_after_deadline,    // takes it; the answer comes after the adapter's deadline
    slow_drip,                // takes it; the answer drips so slowly that the deadline passes
    server_error,             // takes it; answers an error page (502 and HTML, or the like)
    truncated_answer,         // takes it; half an answer, then the end
    garbage_answer,           // takes it; bytes that are no answer
    giant_answer,             // takes it; 100 MB of answer
    arrive_late,              // not found for the first two queries, then takes it
    system_error_then_found,  // takes it; answers the channel's "system error, ask again"
    // Answers that must not be believed. All take it, and say the same again when queried, until they
    // are reversed or a person looks.
    wrong_amount,
    wrong_order,     // echoes another payment's number
    wrong_merchant,  // echoes another merchant or terminal
    wrong_signature,
    wrong_clock,     // signed an hour from now: played again, or one of the clocks is wrong
    // Answers nobody may guess about. Taken, and the truth comes by query.
    unsigned_error,   // an error without a signature where the channel signs
    unlisted_code,    // a code that is in no table
    duplicate_number, // "this number was used before"
    // Queries.
    query_fails_first,  // start is unknown, taken; the first two queries get an error or no answer
    rate_limited,       // ... the first query is answered "too many queries"
    // Sponsored money, taken in full.
    platform_discount,  // 100 fen paid by platform, issuer or network
    merchant_discount,  // 100 fen paid by the merchant
    // Reverses. The payment waits, unless said otherwise.
    busy_reverse,             // the first two are refused for now (recall, retry_flag)
    reverse_while_paying,     // refused while the payer types; then the payer pays; then it works
    lose_the_reverse_answer,  // done at the first; its answer is lost
    paid_before_the_reverse,  // start's answer is lost, taken; the reverse returns it
    late_success,             // closed by the reverse; takes it after all
    reverse_too_late,         // paid, and the channel says that it cannot be reversed any more
    // Refunds of an approved payment.
    refund,               // whole and in parts; never more than was taken, never twice for one id
    refund_answer_lost,   // the first is done, its answer is lost
    refund_processing,    // taken on, done after two questions
    refund_refused,       // clearly refused: nothing goes back
    // Terminals.
    busy_with_another,     // the terminal still waits on an earlier amount: nothing is taken
    power_cycle,           // takes it, restarts, and has forgotten the number when asked
    no_repeat_receipt,     // takes it, answer lost; the repeated receipt is empty
    auto_reversal,         // says that it takes back by itself what it took
    card_removed,          // the payer takes the card out too early: clear abort, nothing taken
};

const std::vector<Behaviour>& all_behaviours();
const char* behaviour_name(Behaviour behaviour);

}  // namespace mulin::contract
