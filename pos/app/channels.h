#pragma once
// Makes the adapters of the configured channels (channel_config.h): inside the till, or each in a
// process of its own by mulin-adapter, mulin-adapter-plugin or the configured command. The programs
// stand beside the till's own.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "payment/base/clock.h"
#include "payment/base/id.h"
#include "payment/port/adapter.h"
#include "pos/app/channel_config.h"

namespace mulin::pos {

// A line of a channel's own log, cleaned; may come from any thread.
using ChannelLog = std::function<void(const std::string& channel, const std::string& line)>;

// A built-in adapter with wrong settings is refused, in whichever process it runs. A foreign program
// that does not start is not: its payments are then "not sent", and it is tried again.
payment::Result<std::vector<std::unique_ptr<payment::Adapter>>> make_channels(const std::vector<ChannelConfig>& channels,
                                                                              const payment::Clock& clock,
                                                                              payment::Random& random,
                                                                              const ChannelLog& log);

}  // namespace mulin::pos
