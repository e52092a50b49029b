// The rules every adapter keeps (payment/port/adapter.h), each as a function that names what is wrong.

#include <algorithm>
#include <set>

#include "tests/contract/channel_under_test.h"

namespace mulin::contract {
namespace {

using payment::Adapter;
using payment::Attempt;
using payment::AttemptId;
using payment::AttemptRequest;
using payment::AttemptResult;
using payment::Capabilities;
using payment::Money;
using payment::Outcome;
using payment::ReverseOutcome;
using payment::ReverseResult;

const Money kPrice = Money::fen(1234);
const AttemptId kId("01K7QC3M5VPAYMENT000000001");

AttemptRequest request(const std::string& code) { return {kId, "sale-1", kPrice, code, 10'000, "qr"}; }

Attempt attempt_for(const std::string& channel, const AttemptResult& result) {
    Attempt attempt;
    attempt.id = kId;
    attempt.order_ref = "sale-1";
    attempt.channel = channel;
    attempt.method = "qr";
    attempt.amount = kPrice;
    attempt.result = result;
    return attempt;
}

std::string told(const char* what, Outcome outcome) {
    return std::string(what) + payment::outcome_name(outcome);
}
std::string told(const char* what, ReverseOutcome outcome) {
    return std::string(what) + payment::reverse_outcome_name(outcome);
}

bool undone(ReverseOutcome outcome) {
    return outcome == ReverseOutcome::reversed || outcome == ReverseOutcome::not_paid_closed;
}

// Starts one payment with this behaviour and hands on; nothing when the channel cannot do that.
template <class Check>
std::string with(Channel& channel, Behaviour behaviour, Check check) {
    const auto code = channel.code_for(behaviour);
    if (!code) return {};
    const auto adapter = channel.make_adapter();
    const AttemptResult started = adapter->start(request(*code));
    return check(*adapter, started, attempt_for(adapter->name(), started));
}

std::string name_is_stable(Channel& channel) {
    const auto name = channel.make_adapter()->name();
    if (name.empty() ||
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
        return "the name is not plain lower case: \"" + name + "\"";
    }
    return channel.make_adapter()->name() == name ? "" : "the name changes";
}

std::string capabilities_make_sense(Channel& channel) {
    const Capabilities can = channel.make_adapter()->capabilities();
    const auto& plan = can.poll;
    if (can.immediate) return can.query ? "an immediate channel has nothing to query" : "";
    if (can.start_deadline_ms <= 0) return "a call may block for ever";
    if (can.query && plan.delays_ms.empty()) return "it can query but says not when";
    for (const auto& waits : {plan.delays_ms, plan.watch_ms}) {
        if (std::any_of(waits.begin(), waits.end(), [](auto ms) { return ms <= 0; }))
            return "a wait is not positive";
    }
    if (plan.give_up_ms <= 0 || plan.reverse_first_ms <= 0) return "giving up or reversing has no time";
    if (plan.reverse_longest_ms < plan.reverse_first_ms) return "the longest wait is shorter than the first";
    if (plan.reverse_not_before_ms > plan.give_up_ms) return "it gives up before it may reverse";
    return "";
}

std::string approves(Channel& channel) {
    return with(channel, Behaviour::approve, [&](Adapter& adapter, const AttemptResult& started, const Attempt& attempt) {
        // Some channels only accept a request; what became of it comes by asking.
        Outcome outcome = started.outcome;
        for (int i = 0; i < 3 && outcome == Outcome::pending && adapter.capabilities().query; ++i) {
            outcome = adapter.query(attempt).outcome;
        }
        if (outcome != Outcome::approved) return told("an approved payment is ", outcome);
        const auto held = channel.held(kId);
        return held && *held != kPrice ? std::string("approved, but the far side holds another amount") : "";
    });
}

std::string refuses_clearly(Channel& channel) {
    return with(channel, Behaviour::decline,
                [&](Adapter& adapter, const AttemptResult& started, const Attempt& attempt) {
                    if (started.outcome != Outcome::declined)
                        return told("a declined payment is ", started.outcome);
                    if (!adapter.capabilities().query) return std::string();
                    const auto asked = adapter.query(attempt).outcome;
                    return asked == Outcome::declined ? std::string()
                                                      : told("asked again, a declined payment is ", asked);
                });
}

std::string waiting_is_pending(Channel& channel) {
    return with(channel, Behaviour::wait_then_approve,
                [&](Adapter& adapter, const AttemptResult& started, const Attempt& attempt) {
                    if (started.outcome != Outcome::pending)
                        return told("a waiting payment is ", started.outcome);
                    if (!adapter.capabilities().query) return std::string();
                    for (int i = 0; i < 20; ++i) {
                        const auto asked = adapter.query(attempt).outcome;
                        if (asked == Outcome::approved) return std::string();
                        if (asked != Outcome::pending) return told("while waiting it is ", asked);
                    }
                    return std::string("it is never approved");
                });
}

std::string a_lost_answer_is_unknown(Channel& channel) {
    return with(channel, Behaviour::lose_the_answer,
                [&](Adapter& adapter, const AttemptResult& started, const Attempt& attempt) {
                    if (started.outcome != Outcome::unknown)
                        return told("a lost answer is ", started.outcome);
                    if (!adapter.capabilities().query) return std::string();
                    const auto asked = adapter.query(attempt).outcome;
                    return asked == Outcome::approved ? std::string()
                                                      : told("the query after a lost answer says ", asked);
                });
}

std::string a_lost_request_stays_unknown(Channel& channel) {
    return with(channel, Behaviour::lose_the_request,
                [&](Adapter& adapter, const AttemptResult& started, const Attempt& attempt) {
                    if (started.outcome != Outcome::unknown)
                        return told("a lost request is ", started.outcome);
                    if (!adapter.capabilities().query) return std::string();
                    const auto asked = adapter.query(attempt).outcome;
                    return asked == Outcome::unknown ? std::string()
                                                     : told("\"no such payment\" is taken for ", asked);
                });
}

std::string a_late_request_is_found(Channel& channel) {
    return with(channel, Behaviour::arrive_late,
                [&](Adapter& adapter, const AttemptResult& started, const Attempt& attempt) {
                    if (started.outcome != Outcome::unknown)
                        return told("a late request is ", started.outcome);
                    if (!adapter.capabilities().query) return std::string();
                    for (int i = 0; i < 20; ++i) {
                        const auto asked = adapter.query(attempt).outcome;
                        if (asked == Outcome::approved) return std::string();
                        if (asked != Outcome::unknown) return told("before it arrives it is ", asked);
                    }
                    return std::string("it is never found");
                });
}

std::string no_connection_is_not_sent(Channel& channel) {
    return with(channel, Behaviour::no_connection,
                [&](Adapter&, const AttemptResult& started, const Attempt&) {
                    if (started.outcome != Outcome::not_sent)
                        return told("without a connection it is ", started.outcome);
                    const auto held = channel.held(kId);
                    return held && !held->is_zero() ? std::string("not sent, but charged") : "";
                });
}

std::string a_wrong_amount_is_not_believed(Channel& channel) {
    return with(channel, Behaviour::wrong_amount,
                [&](Adapter& adapter, const AttemptResult& started, const Attempt& attempt) {
                    if (started.outcome != Outcome::unknown)
                        return told("an answer about another amount is ", started.outcome);
                    if (!adapter.capabilities().query) return std::string();
                    const auto asked = adapter.query(attempt).outcome;
                    return asked == Outcome::unknown ? std::string()
                                                     : told("asked again, another amount is ", asked);
                });
}

std::string an_answer_about_another_payment_is_not_believed(Channel& channel) {
    return with(channel, Behaviour::approve, [&](Adapter& adapter, const AttemptResult&, Attempt attempt) {
        if (!adapter.capabilities().query) return std::string();
        attempt.id = AttemptId("01K7QC3M5VANOTHER000000001");
        const auto asked = adapter.query(attempt).outcome;
        return asked == Outcome::unknown ? std::string() : told("a payment that never was is ", asked);
    });
}

std::string a_query_changes_nothing(Channel& channel) {
    return with(channel, Behaviour::approve,
                [&](Adapter& adapter, const AttemptResult&, const Attempt& attempt) {
                    if (!adapter.capabilities().query) return std::string();
                    const auto before = channel.held(kId);
                    for (int i = 0; i < 10; ++i) {
                        const auto asked = adapter.query(attempt).outcome;
                        if (asked != Outcome::approved)
                            return told("asked again, an approved payment is ", asked);
                    }
                    return channel.held(kId) == before ? std::string() : std::string("asking moved money");
                });
}

std::string an_adapter_remembers_nothing(Channel& channel) {
    return with(channel, Behaviour::lose_the_answer,
                [&](Adapter&, const AttemptResult&, const Attempt& attempt) {
                    const auto fresh = channel.make_adapter();
                    if (!fresh->capabilities().query) return std::string();
                    const auto asked = fresh->query(attempt).outcome;
                    return asked == Outcome::approved ? std::string()
                                                      : told("after a restart the payment is ", asked);
                });
}

std::string a_reverse_returns_the_money_once(Channel& channel) {
    return with(
        channel, Behaviour::approve, [&](Adapter& adapter, const AttemptResult&, const Attempt& attempt) {
            const Capabilities can = adapter.capabilities();
            if (!can.reverse) return std::string();
            for (int i = 0; i < 3; ++i) {
                const auto outcome = adapter.reverse(attempt).outcome;
                if (outcome != ReverseOutcome::reversed)
                    return told("taking back what was paid is ", outcome);
                const auto held = channel.held(kId);
                if (held && !held->is_zero())
                    return std::string("after the reverse the far side holds ") + to_yuan(*held);
            }
            if (!can.query) return std::string();
            const auto asked = adapter.query(attempt).outcome;
            return asked == Outcome::approved ? std::string("what was taken back is still approved") : "";
        });
}

std::string a_waiting_payment_can_be_closed(Channel& channel) {
    return with(channel, Behaviour::wait_for_ever,
                [&](Adapter& adapter, const AttemptResult&, const Attempt& attempt) {
                    if (!adapter.capabilities().reverse) return std::string();
                    const auto outcome = adapter.reverse(attempt).outcome;
                    if (!undone(outcome)) return told("closing a waiting payment is ", outcome);
                    if (!adapter.capabilities().query) return std::string();
                    const auto asked = adapter.query(attempt).outcome;
                    const auto right = channel.forgets_what_is_closed() ? Outcome::unknown : Outcome::declined;
                    return asked == right ? std::string() : told("a closed payment is ", asked);
                });
}

std::string a_busy_reverse_may_be_tried_again(Channel& channel) {
    return with(channel, Behaviour::busy_reverse,
                [&](Adapter& adapter, const AttemptResult&, const Attempt& attempt) {
                    if (!adapter.capabilities().reverse) return std::string();
                    if (const auto first = adapter.reverse(attempt).outcome;
                        first != ReverseOutcome::refused_retry) {
                        return told("a busy reverse is ", first);
                    }
                    for (int i = 0; i < 20; ++i) {
                        if (undone(adapter.reverse(attempt).outcome)) return std::string();
                    }
                    return std::string("it is never reversed");
                });
}

std::string a_lost_reverse_is_unknown(Channel& channel) {
    return with(channel, Behaviour::lose_the_reverse_answer,
                [&](Adapter& adapter, const AttemptResult&, const Attempt& attempt) {
                    if (!adapter.capabilities().reverse) return std::string();
                    const auto first = adapter.reverse(attempt).outcome;
                    if (first != ReverseOutcome::unknown)
                        return told("a reverse without an answer is ", first);
                    const auto second = adapter.reverse(attempt).outcome;
                    return undone(second) ? std::string() : told("asked again, the reverse is ", second);
                });
}

// Nothing an adapter hands back, which is journalled, may hold the payer's code.
std::string the_code_is_not_kept(Channel& channel) {
    for (auto behaviour : {Behaviour::approve, Behaviour::decline, Behaviour::wait_for_ever,
                           Behaviour::lose_the_answer, Behaviour::no_connection}) {
        const auto code = channel.code_for(behaviour);
        if (!code || code->empty()) continue;
        const auto broken = with(
            channel, behaviour, [&](Adapter& adapter, const AttemptResult& started, const Attempt& attempt) {
                std::string all = started.channel_code + " " + started.channel_text;
                for (const auto& [key, value] : started.refs) all += " " + key + " " + value;
                for (const auto& [key, value] : adapter.reverse(attempt).refs) all += " " + key + " " + value;
                return all.find(code->substr(0, 12)) == std::string::npos ? std::string()
                                                                          : "it hands the code back: " + all;
            });
        if (!broken.empty()) return broken;
    }
    return "";
}

}  // namespace

const std::vector<Rule>& rules() {
    static const std::vector<Rule> all = {
        {"NameIsStable", name_is_stable},
        {"CapabilitiesMakeSense", capabilities_make_sense},
        {"Approves", approves},
        {"RefusesClearly", refuses_clearly},
        {"WaitingIsPending", waiting_is_pending},
        {"ALostAnswerIsUnknown", a_lost_answer_is_unknown},
        {"ALostRequestStaysUnknown", a_lost_request_stays_unknown},
        {"ALateRequestIsFound", a_late_request_is_found},
        {"NoConnectionIsNotSent", no_connection_is_not_sent},
        {"AWrongAmountIsNotBelieved", a_wrong_amount_is_not_believed},
        {"AnotherPaymentIsNotBelieved", an_answer_about_another_payment_is_not_believed},
        {"AQueryChangesNothing", a_query_changes_nothing},
        {"AnAdapterRemembersNothing", an_adapter_remembers_nothing},
        {"AReverseReturnsTheMoneyOnce", a_reverse_returns_the_money_once},
        {"AWaitingPaymentCanBeClosed", a_waiting_payment_can_be_closed},
        {"ABusyReverseMayBeTriedAgain", a_busy_reverse_may_be_tried_again},
        {"ALostReverseIsUnknown", a_lost_reverse_is_unknown},
        {"TheCodeIsNotKept", the_code_is_not_kept},
    };
    return all;
}

}  // namespace mulin::contract
