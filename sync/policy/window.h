#pragma once
// Keys of counters and pools: "<policy>/<limit>|<subject>|<window>". The window is a calendar span in
// China's time (a week starts on Monday) or the span since the last release of a pool.

#include <string>
#include <string_view>
#include <vector>

#include "sync/policy/facts.h"

namespace mulin::sync::policy {

// '|' and '%' written so that no id can be mistaken for two.
std::string key_text(std::string_view id);

// One key, or one per identifier of the person; none when nobody is identified.
std::vector<std::string> keys_of(const Limit& limit, const Facts& facts);

}  // namespace mulin::sync::policy
