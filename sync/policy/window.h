#pragma once
// Keys of counters and pools: "<policy>/<limit>|<subject>|<window>". The window is a calendar span in
// China's time (a week starts on Monday) or the span since the last release of a pool.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/policy/facts.h"

namespace mulin::sync::policy {

// '|' and '%' written so that no id can be mistaken for two.
std::string key_text(std::string_view id);

// Adds one key, or one per identifier of the person; none when nobody is identified.
void add_keys(const Limit& limit, const Facts& facts, std::vector<std::string>& keys);
std::vector<std::string> keys_of(const Limit& limit, const Facts& facts);

// The most the limit allows in its window now: its maximum, with what earlier windows left over where
// that carries on, and nothing between the end of a release's validity and the next release.
struct Allowance {
    std::optional<std::int64_t> uses;
    std::optional<Money> amount;
};
Allowance allowance(const Limit& limit, Date date, int minute);

// The moment, after this one, at which the limit's key or allowance changes next: the end of its
// window, a release, the end of a release's validity. Nothing for one that never changes.
std::optional<UtcInstant> changes_next(const Limit& limit, Date date, int minute);

}  // namespace mulin::sync::policy
