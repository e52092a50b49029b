#pragma once
// The payment channels of DIR/mulin.toml: one [[channel]] table each. Read whole before anything opens;
// the values an adapter understands are checked by the adapter itself when it is made.
//
//   [[channel]]
//   name = "wechat"            # journalled; codes and cards are routed to it by this name
//   adapter = "wechat"         # a built-in one; or command = ["/opt/x/adapter"] for any executable;
//                              # or plugin = "/opt/x/vendor.so" for a vendor's plug-in
//   isolated = true            # false runs a built-in adapter inside the till
//   merchant = "..."           # the rest is the adapter's: texts, whole numbers, true or false
//   key_file = "keys/wechat"   # ..._file and ledger: relative to DIR

#include <filesystem>
#include <string>
#include <vector>

#include "payment/base/result.h"
#include "payment/port/channel_settings.h"

namespace mulin::pos {

struct ChannelConfig {
    std::string adapter;               // one of these three is not empty
    std::vector<std::string> command;
    std::string plugin;
    bool isolated = true;
    payment::ChannelSettings settings;  // channel() is the name
};

// None when the file has none, or is absent. invalid_input names file and line.
payment::Result<std::vector<ChannelConfig>> read_channels(const std::filesystem::path& data_dir);

}  // namespace mulin::pos
