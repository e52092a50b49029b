#include "tests/contract/scenarios.h"

#include <algorithm>
#include <fstream>
#include <set>

namespace mulin::contract {
namespace {

using namespace payment;  // NOLINT: the suite speaks the port's words throughout
using B = Behaviour;

const Money kSalePrice = Money::fen(1234);

// Where a payment may come to rest, and whether the far side then holds the money.
struct End {
    std::set<AttemptState> states;
    bool paid;  // when at rest in approved
};

// What the diner and the till must agree on in the end, by what the far side did. Manual review is
// always allowed where the channel lacks the means; the money is then counted there.
std::set<AttemptState> ends_of(B behaviour, const Capabilities& can) {
    std::set<AttemptState> ends;
    switch (behaviour) {
        case B::approve:
        case B::platform_discount:
        case B::merchant_discount:
        case B::refund:
        case B::refund_answer_lost:
        case B::refund_processing:
        case B::refund_refused:
            return {AttemptState::approved};
        case B::decline:
        case B::wait_then_decline:
        case B::card_removed:
            ends = {AttemptState::declined, AttemptState::not_sent};
            break;
        case B::no_connection:
            return {AttemptState::not_sent};
        case B::wait_then_approve:
        case B::arrive_late:
        case B::lose_the_answer:
        case B::answer_after_deadline:
        case B::slow_drip:
        case B::server_error:
        case B::truncated_answer:
        case B::garbage_answer:
        case B::giant_answer:
        case B::system_error_then_found:
        case B::unsigned_error:
        case B::unlisted_code:
        case B::duplicate_number:
        case B::query_fails_first:
        case B::rate_limited:
        case B::paid_before_the_reverse:
        case B::reverse_too_late:
        case B::power_cycle:
        case B::no_repeat_receipt:
            ends = {AttemptState::approved, AttemptState::reversed};
            break;
        case B::auto_reversal:
            ends = {AttemptState::declined, AttemptState::reversed};
            break;
        case B::busy_with_another:
            ends = {AttemptState::declined, AttemptState::not_sent, AttemptState::reversed};
            break;
        default:
            // Never to be believed, never paid, or undone: not approved in any case.
            ends = {AttemptState::reversed};
            if (behaviour == B::reverse_while_paying || behaviour == B::busy_reverse) ends.insert(AttemptState::approved);
            break;
    }
    if (!can.query) ends.insert(AttemptState::reversed);
    ends.insert(AttemptState::manual_review);
    return ends;
}

std::string names_of(const std::set<AttemptState>& states) {
    std::string names;
    for (const auto state : states) names += std::string(names.empty() ? "" : " or ") + attempt_state_name(state);
    return names;
}

Charge charge_of(const Channel& channel, const std::string& name, const std::string& code, std::int64_t version) {
    Charge charge;
    charge.order_ref = "sale-1";
    charge.order_total = kSalePrice;
    charge.method = channel.method();
    charge.channel = name;
    charge.amount = kSalePrice;
    charge.code = code;
    charge.order_version = version;
    return charge;
}

// The channel's plan with fewer rounds: each is real work on a real socket here.
class Brisk final : public Adapter {
  public:
    explicit Brisk(Adapter& inner) : inner_(inner) {}
    std::string name() const override { return inner_.name(); }
    Capabilities capabilities() const override {
        Capabilities can = inner_.capabilities();
        can.poll.reverse_longest_ms = can.poll.reverse_give_up_ms / 3;
        can.poll.reverse_first_ms = std::max<std::int64_t>(can.poll.reverse_first_ms, 200'000);
        if (can.poll.watch_ms.size() > 2) can.poll.watch_ms.resize(2);
        if (can.poll.delays_ms.size() > 3) can.poll.delays_ms.resize(3);
        if (!can.poll.delays_ms.empty())
            can.poll.delays_ms.push_back(std::max(can.poll.delays_ms.back(), can.poll.give_up_ms / 4));
        return can;
    }
    AttemptResult start(const AttemptRequest& request) override { return inner_.start(request); }
    AttemptResult query(const Attempt& attempt) override { return inner_.query(attempt); }
    void cancel(const AttemptId& id) override { inner_.cancel(id); }
    ReverseResult reverse(const Attempt& attempt) override { return inner_.reverse(attempt); }
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override { return inner_.refund(paid, request); }
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override {
        return inner_.refund_query(paid, request);
    }

  private:
    Adapter& inner_;
};

}  // namespace

Counter::Counter(Channel& channel) : channel_(channel) { restart(); }

void Counter::restart() {
    runner.reset();
    refund_runner.reset();
    adapter.reset();
    brisk.reset();
    adapter = channel_.make_adapter();
    brisk = std::make_unique<Brisk>(*adapter);
    journal = std::make_unique<testing::MemoryAttemptJournal>(attempts, &fuse);
    refund_journal = std::make_unique<testing::MemoryRefundJournal>(refunds, &fuse);
    refund_runner = std::make_unique<RefundRunner>(*refund_journal, *journal, clock, ids, std::vector<Adapter*>{brisk.get()});
    RunnerSettings settings;
    settings.code_key = "key of this till";
    settings.observe = [this](const Attempt& attempt) { shown.push_back(attempt); };
    settings.alarm = [this](const Alarm& alarm) { alarms.push_back(alarm); };
    settings.refunds = refund_runner.get();
    runner = std::make_unique<Runner>(*journal, clock, ids, std::vector<Adapter*>{brisk.get()}, settings);
}

Result<Attempt> Counter::pay(const std::string& code, std::int64_t version) {
    return runner->begin(charge_of(channel_, adapter->name(), code, version));
}

bool Counter::rest(int rounds) {
    for (int i = 0; i < rounds; ++i) {
        auto next = runner->next_due();
        const auto refund = refund_runner->next_due();
        if (refund && (!next || *refund < *next)) next = refund;
        if (!next) return true;
        if (*next > clock.monotonic()) clock.advance_ms(next->ms - clock.monotonic().ms);
        for (const auto& id : runner->due()) (void)runner->step(id);
        for (const auto& id : refund_runner->due()) (void)refund_runner->step(id);
    }
    return false;
}

bool Counter::recover_and_rest() {
    restart();
    return runner->recover() && refund_runner->recover() && rest();
}

Attempt Counter::attempt() const { return attempts.empty() ? Attempt{} : attempts.rbegin()->second; }

std::string Counter::everything_kept() const {
    std::string all;
    const auto add = [&](const Attempt& attempt) {
        all += attempt.id.text() + attempt.order_ref + attempt.code_hash + attempt.result.channel_code + attempt.result.channel_text;
        for (const auto& [key, value] : attempt.result.refs) all += " " + key + "=" + value;
    };
    for (const auto& [id, attempt] : attempts) add(attempt);
    for (const auto& attempt : shown) add(attempt);
    for (const auto& alarm : alarms) all += alarm.text;
    all += channel_.logged();
    for (const auto& [id, refund] : refunds) {
        all += refund.result.channel_code + refund.result.channel_text;
        for (const auto& [key, value] : refund.result.refs) all += " " + key + "=" + value;
    }
    return all;
}

std::string Counter::broken_after_rest() const {
    for (const auto& [id, attempt] : attempts) {
        const auto held = channel_.held(id);
        const std::string where = std::string(" at rest in ") + attempt_state_name(attempt.state);
        if (!is_settled(attempt.state)) return "never settled:" + where;
        if (const auto starts = channel_.starts(id); starts && *starts > 1) return "sent " + std::to_string(*starts) + " times";
        if (!held) continue;
        Money back;
        for (const auto& [refund_id, refund] : refunds) {
            const bool doubtful = refund.attempt == id && refund.state == RefundState::manual_review;
            if (doubtful) return "";  // a person looks at it
            if (refund.attempt == id && refund.state == RefundState::refunded) back += refund.amount;
        }
        if (attempt.state == AttemptState::manual_review) continue;
        const bool paid = attempt.state == AttemptState::approved;
        const Money expected = paid ? attempt.amount - back : Money();
        if (*held != expected) return "the far side holds " + to_yuan(*held) + where;
    }
    for (const auto& attempt : shown) {
        if (attempt.state == AttemptState::approved && attempt.amount != kSalePrice) return "approved for another amount";
    }
    return "";
}

namespace {

std::string refund_through(Counter& counter, B behaviour) {
    const AttemptId id = counter.attempt().id;
    const Capabilities can = counter.adapter->capabilities();
    if (!can.refund && !can.refund_partial) return "it can refund, and does not say so";
    const Money part = can.refund_partial ? Money::fen(434) : kSalePrice;
    auto first = counter.refund_runner->begin({id, part, "cold soup", "staff-2"});
    if (!first) return first.error().message;
    if (!counter.rest()) return "the refund never comes to rest";
    const RefundState state = counter.refunds.at(first->id).state;
    const bool refused = behaviour == B::refund_refused;
    if (state != (refused ? RefundState::refused : RefundState::refunded) && state != RefundState::manual_review)
        return std::string("a refund that was ") + behaviour_name(behaviour) + " rests in " + refund_state_name(state);
    if (refused || state == RefundState::manual_review) return counter.broken_after_rest();
    // No more than is left, and all that is left.
    if (counter.refund_runner->begin({id, kSalePrice - part + Money::fen(1), "too much", "staff-2"}))
        return "more was refunded than was paid";
    if (part != kSalePrice) {
        if (auto second = counter.refund_runner->begin({id, kSalePrice - part, "all of it", "staff-2"}); !second)
            return second.error().message;
        if (!counter.rest()) return "the second refund never comes to rest";
    }
    if (counter.runner->undo(id)) return "what is refunded was undone once more";
    return counter.broken_after_rest();
}

// A line of any key file of the channel, found in what is kept. `kept` holds records, alarms and logs.
std::string key_kept(Channel& channel, const std::string& kept) {
    const auto own = channel.own_process();
    if (!own) return "";
    for (const auto& [name, path] : own->settings.values()) {
        if (!name.ends_with("_file")) continue;
        std::ifstream file(path);
        for (std::string line; std::getline(file, line);) {
            const bool tells = line.size() >= 16 && line.rfind("-----", 0) != 0;
            if (tells && kept.find(line) != std::string::npos) return "a line of " + name + " is kept";
        }
    }
    return "";
}

std::string check_discount(const Attempt& attempt) {
    if (attempt.state != AttemptState::approved) return "";
    Money sum;
    for (const auto& one : attempt.result.discounts) sum += one.amount;
    return sum == Money::fen(100) ? "" : "the sponsored part is " + to_yuan(sum) + ", not 1.00";
}

}  // namespace

std::string broken_in(Channel& channel, Behaviour behaviour) {
    const auto code = channel.code_for(behaviour);
    if (!code) return "";
    Counter counter(channel);
    const Capabilities can = counter.adapter->capabilities();
    const auto begun = counter.pay(*code);
    if (!begun) return begun.error().message;
    if (can.immediate) return begun->state == AttemptState::approved ? "" : "an immediate channel did not approve";
    // A second payment of the same sale must wait, whatever the first one does.
    if (!is_settled(begun->state) && counter.pay(*code)) return "a second payment began beside an open one";
    if (!counter.rest()) return "it never comes to rest";
    const Attempt end = counter.attempt();
    const auto ends = ends_of(behaviour, can);
    if (!ends.contains(end.state))
        return std::string("it rests in ") + attempt_state_name(end.state) + ", not in " + names_of(ends);
    if (auto broken = counter.broken_after_rest(); !broken.empty()) return broken;
    if (order_version_of(end) != 1) return "the attempt forgot which version of the sale it pays";
    if (behaviour == B::platform_discount || behaviour == B::merchant_discount) {
        if (auto broken = check_discount(end); !broken.empty()) return broken;
    }
    const bool refunds = behaviour == B::refund || behaviour == B::refund_answer_lost ||
                         behaviour == B::refund_processing || behaviour == B::refund_refused;
    if (refunds) {
        if (auto broken = refund_through(counter, behaviour); !broken.empty()) return broken;
    }
    const std::string kept = counter.everything_kept();
    if (code->size() >= 12 && kept.find(code->substr(0, 12)) != std::string::npos) return "the payer's code is kept: " + kept;
    if (auto broken = key_kept(channel, kept); !broken.empty()) return broken;
    // Late news of any kind changes nothing that is over, and the next till start finds nothing to do.
    const auto before = counter.attempt().state;
    if (!counter.recover_and_rest()) return "after a restart it never comes to rest";
    if (before == AttemptState::approved && counter.attempt().state != AttemptState::approved) return "a restart took an approval away";
    return counter.broken_after_rest();
}

std::string broken_when_the_till_ends(Channel& channel, Behaviour behaviour, int point, bool& ended) {
    const auto code = channel.code_for(behaviour);
    ended = false;
    if (!code) return "";
    Counter counter(channel);
    if (counter.adapter->capabilities().immediate) return "";
    counter.fuse.left = point;
    try {
        (void)counter.pay(*code);
        (void)counter.rest(40);
    } catch (const testing::PowerCut&) {
        ended = true;
    }
    counter.fuse.left = -1;
    if (!counter.recover_and_rest()) return "after the restart it never comes to rest";
    return counter.broken_after_rest();
}

}  // namespace mulin::contract
