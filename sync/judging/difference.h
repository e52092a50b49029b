#pragma once
// Differences between till and district, for people: what the till said and what the district says,
// side by side. Read-only.

#include <optional>
#include <string>

#include "sync/district/district.h"
#include "sync/policy/quote.h"

namespace mulin::sync::server {

// The district's answer as it is kept beside a judgement (JSON).
std::string quote_text(const Quote& quote);

struct DifferenceFilter {
    std::optional<Date> from, until;  // business dates, inclusive
    std::optional<EntryKey> sale;     // only this one
    bool expected_too = true;         // also those that slow networks explain
    bool newest_first = false;
    std::int64_t at_most = 1'000'000;
};

// One JSON object a line, by time served, then till, epoch and number; and a line for every shared
// pool of which more was taken than there is.
Result<std::string> differences_jsonl(District& district, const DifferenceFilter& filter);

struct DifferenceCounts {
    std::int64_t waiting = 0;   // entries not looked at yet
    std::int64_t expected = 0;
    std::int64_t to_look_at = 0;
};
Result<DifferenceCounts> difference_counts(District::Access& access);
// Sales judged so far; counts them one by one.
Result<std::int64_t> judged_count(District::Access& access);

}  // namespace mulin::sync::server
