#pragma once
// JSON-RPC 2.0 as the host and an adapter's process speak it: the outer shape only. Parameters and
// results are kept as the text of one JSON object each; payload.h gives them meaning.
// Source of the shape: https://www.jsonrpc.org/specification (no batches, ids are whole numbers).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "payment/base/result.h"

namespace mulin::payment::host {

struct Envelope {
    std::optional<std::int64_t> id;  // none: a notification
    std::string method;              // empty: an answer
    std::string body;                // params or result: a JSON object's text; "{}" when absent
    bool is_error = false;           // an answer that is an error object
    std::string error;               // its message
};

std::string request_text(std::int64_t id, std::string_view method, std::string_view params);
std::string notification_text(std::string_view method, std::string_view params);
std::string answer_text(std::int64_t id, std::string_view result);
std::string error_text(std::optional<std::int64_t> id, int code, std::string_view message);

// Refuses (ErrorCode::peer) what is not strict: bad UTF-8, a name twice in one object, more than 32
// levels, not version 2.0, both or neither of method and answer, params that are no object.
Result<Envelope> parse_envelope(std::string_view line);

}  // namespace mulin::payment::host
