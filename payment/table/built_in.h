#pragma once
// The adapters that come with the till, by the name that `adapter = "..."` gives in mulin.toml. Used
// inside the till and by mulin-adapter, which runs one of them in a process of its own: the same
// function makes both. Adapters that live on something of the till (cash, the senior card's account
// service) are wired in pos/app/adapters.cpp instead.

#include <optional>
#include <string>
#include <vector>

#include "payment/port/adapter_table.h"

namespace mulin::payment {

const std::vector<AdapterKind>& built_in_adapters();
// Refused, with the known names, when there is no such adapter.
Result<std::unique_ptr<Adapter>> make_built_in(const std::string& kind, const ChannelSettings& settings,
                                               const AdapterSeams& seams);

}  // namespace mulin::payment
