#pragma once
// What the contract suite needs from a channel: adapters onto one far side that outlives them, and a
// way to make that far side behave. A new adapter joins the suite with one such class and one line in
// contract_test.cpp.

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "payment/port/adapter.h"

namespace mulin::contract {

// Something the far side can be asked to do with the next payment.
enum class Behaviour {
    approve,
    decline,
    wait_then_approve,
    wait_for_ever,
    lose_the_answer,   // charged, but not heard
    lose_the_request,  // never arrives
    no_connection,
    wrong_amount,
    busy_reverse,
    lose_the_reverse_answer,
    arrive_late,
};

class Channel {
  public:
    virtual ~Channel() = default;
    // A fresh adapter onto the same far side, as after a restart of the till.
    virtual std::unique_ptr<payment::Adapter> make_adapter() = 0;
    // The code a payer shows to get this behaviour; none when this channel cannot do that.
    virtual std::optional<std::string> code_for(Behaviour behaviour) = 0;
    // What the far side holds of this payment: charged minus returned. None when there is no far side.
    virtual std::optional<payment::Money> held(const payment::AttemptId& id) = 0;
};

struct ChannelMaker {
    std::string name;
    std::function<std::unique_ptr<Channel>()> make;
};

// One rule of the contract. Returns what is wrong, nothing when it holds or does not apply.
struct Rule {
    const char* name;
    std::string (*broken_by)(Channel& channel);
};

const std::vector<Rule>& rules();

// For the names of failed tests.
inline void PrintTo(const ChannelMaker& maker, std::ostream* out) { *out << maker.name; }
inline void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }

}  // namespace mulin::contract
