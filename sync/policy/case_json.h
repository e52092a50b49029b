#pragma once
// Quote cases as one line of JSON each, and the answers to them. Shapes are in FORMAT.md.

#include <string>
#include <string_view>

#include "sync/policy/quote.h"

namespace mulin::sync {

struct QuoteCase {
    std::string id_json;  // the id exactly as JSON, to be repeated in the answer; "null" if absent
    bool commit = false;  // counts as served for every later case
    QuoteRequest request;
};

Result<QuoteCase> parse_case(std::string_view line);

// The id of a malformed case as JSON, as far as it can be read; "null" otherwise.
std::string case_id_json(std::string_view line);

// One line without the line break.
std::string answer_json(const std::string& id_json, const Quote& quote);
std::string error_json(const std::string& id_json, std::string_view message);

}  // namespace mulin::sync
