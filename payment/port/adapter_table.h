#pragma once
// How an adapter's room shows itself to the programs that run it: one function that makes the adapter
// from a channel's settings. The same function is used inside the till and in the adapter's own
// process (payment/table/built_in.h), so it may keep nothing static and read no environment.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "payment/base/clock.h"
#include "payment/base/id.h"
#include "payment/base/result.h"
#include "payment/port/adapter.h"
#include "payment/port/channel_settings.h"

namespace mulin::payment {

// What every adapter may use beside its settings; outlives the adapter.
struct AdapterSeams {
    const Clock& clock;
    Random& random;
};

// Refuses settings that it cannot work with, naming the key: a till with a wrong key file says so at
// start, not at the first diner. Opens no connection.
using MakeAdapter =
    std::function<Result<std::unique_ptr<Adapter>>(const ChannelSettings& settings, const AdapterSeams& seams)>;

struct AdapterKind {
    std::string name;  // as `adapter = "..."` names it in mulin.toml: the room's name
    MakeAdapter make;
};

}  // namespace mulin::payment
