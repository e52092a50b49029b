#pragma once
// The invented diners of the demo district, their cards, and who is a regular at the till's site.

#include "sync/demo/demo_district.h"
#include "sync/demo/word_lists.h"

namespace mulin::sync {

// Ages are those on this day: 58 to 101.
Date demo_reference_date();

// Fills diners, cards and usuals; hash_key and till_site must be set.
void add_demo_diners(const WordLists& lists, std::uint64_t seed, DemoDistrict& district);

}  // namespace mulin::sync
