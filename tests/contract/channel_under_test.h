#pragma once
// What the contract suite needs from a channel: adapters onto one far side that outlives them, and a
// way to make that far side behave. A new adapter joins the suite with one file here,
// <name>_channel.cpp: a class, and one `const RegisterChannel` beside it. The suite runs every rule
// (adapter by itself) and every scenario (through the runner, to rest) on it, and again with the
// adapter in its own process where own_process() says how.
//
// Make the adapter's deadlines short (200 to 300 ms): a scenario that loses an answer waits for one.
// Poll plans may stay as they are: the runner's time is virtual.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "payment/port/adapter.h"
#include "payment/port/channel_settings.h"
#include "tests/contract/behaviours.h"

namespace mulin::contract {

// How `mulin-adapter` runs the same adapter onto the same far side (over loopback, or a file).
struct OwnProcess {
    std::string kind;  // the name in payment/table/built_in.cpp
    payment::ChannelSettings settings;
    std::vector<std::string> command = {};  // instead of mulin-adapter, for foreign executables
};

class Channel {
  public:
    virtual ~Channel() = default;
    // A fresh adapter onto the same far side, as after a restart of the till.
    virtual std::unique_ptr<payment::Adapter> make_adapter() = 0;
    // Prepares the far side so that the next payment behaves so, and returns the code its payer shows
    // (empty where the channel needs none). None when this channel cannot behave so; cannot() says why.
    virtual std::optional<std::string> code_for(Behaviour behaviour) = 0;
    // What the far side holds of this payment: taken minus reversed and refunded; zero when it does
    // not know the payment. None when there is no far side.
    virtual std::optional<payment::Money> held(const payment::AttemptId& id) = 0;

    // ---- Optional
    // The tender that pays over this channel.
    virtual std::string method() const { return "qr"; }
    // Why this channel cannot behave in some ways: one sentence each. The suite fails when a
    // behaviour is neither possible nor declared, or both.
    virtual std::map<Behaviour, std::string> cannot() const { return {}; }
    virtual std::optional<OwnProcess> own_process() { return std::nullopt; }
    // What the adapters' processes have written to their logs, as the till keeps it.
    virtual std::string logged() { return {}; }
    // What ran out unpaid is not found any more, instead of being closed: asked about, it is unknown.
    virtual bool forgets_what_is_closed() const { return false; }
    // How often start arrived for this payment; none when the far side does not count.
    virtual std::optional<int> starts(const payment::AttemptId&) { return std::nullopt; }
    // Every payment that has arrived there; empty where nobody keeps a list.
    virtual std::vector<payment::AttemptId> known() { return {}; }
};

struct ChannelMaker {
    std::string name;
    std::function<std::unique_ptr<Channel>()> make;
    // The suite fails when the channel can behave in fewer ways: what a channel could once do, it
    // may not quietly lose.
    std::size_t least_behaviours = 0;
};

// const RegisterChannel wechat({"wechat_v2", [] { return std::make_unique<WechatChannel>(); }, 38});
struct RegisterChannel {
    explicit RegisterChannel(ChannelMaker maker);
};
const std::vector<ChannelMaker>& registered_channels();

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
