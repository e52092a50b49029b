#pragma once
// Which keys a body must have and of what kind, written down as short texts and compared with a
// document. Nothing but FORMAT.md ("Body") stands in them.

#include <string>
#include <string_view>

#include "sync/verify/canonical_json.h"

namespace mulin::verify {

// A shape is keys in order with a letter each, "at:i reason:t target:{epoch:t seq:n till:t}":
//   t text   T text or null   n whole number   N number or null   b true or false
//   m money or count, not negative             h 64 lower-case hex digits   s 128 of them
//   i instant   d date   {...} object   P{...} object or null   [...] list of objects
// A key with ? before the colon may be missing. Returns what does not fit, empty when all does.
std::string misfit(const Json& object, std::string_view shape);

// The shape of data for a kind; empty when there is no such kind.
std::string_view shape_of(std::string_view kind);

extern const std::string_view kBodyShape;    // with data as an open object
// A line of the district's roots, and one whose points it has lost.
extern const std::string_view kRootShape;
extern const std::string_view kBareRootShape;
bool is_hex(std::string_view text, std::size_t digits);

}  // namespace mulin::verify
