#pragma once
// PluginAdapter: a vendor's library behind the C ABI (payment/port/plugin_abi.h) as an adapter. Only for
// the plug-in's own process: nothing protects this one from the library.

#include <memory>
#include <string>

#include "payment/base/result.h"
#include "payment/port/adapter.h"
#include "payment/port/channel_settings.h"

namespace mulin::payment::host {

// Loads the library, agrees on an ABI number and opens it with the settings. Refused with a sentence
// that names the library when it cannot be loaded, lacks the entry, speaks no ABI number of ours or
// lacks a function that its capabilities promise.
Result<std::unique_ptr<Adapter>> load_plugin(const std::string& library, const ChannelSettings& settings);

}  // namespace mulin::payment::host
