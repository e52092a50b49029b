#include "payment/host/envelope.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "payment/host/strict_json.h"

namespace mulin::payment::host {
namespace {

using nlohmann::json;

tl::unexpected<Error> not_protocol(const char* what) {
    return fail(ErrorCode::peer, std::string("The adapter's process said something that is not the protocol: ") + what + ".");
}

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

// The body is already the text of an object: it is not parsed and written again.
std::string framed(const std::string& head, const char* name, std::string_view body) {
    return head + ",\"" + name + "\":" + std::string(body.empty() ? std::string_view("{}") : body) + "}";
}

Result<Envelope> read_answer(const json& message, Envelope envelope) {
    const bool result = message.contains("result");
    if (result == message.contains("error")) return not_protocol("an answer has either a result or an error");
    if (!envelope.id) return not_protocol("an answer without an id");
    if (result) {
        if (!message["result"].is_object()) return not_protocol("the result is no object");
        envelope.body = dump(message["result"]);
        return envelope;
    }
    const json& error = message["error"];
    if (!error.is_object() || !error.contains("message") || !error["message"].is_string())
        return not_protocol("an error without a message");
    envelope.is_error = true;
    envelope.error = error["message"].get<std::string>();
    return envelope;
}

}  // namespace

std::optional<json> parse_strict(std::string_view text) {
    std::vector<std::set<std::string>> names;
    bool strict = true;
    const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
        if (depth > kDeepest) strict = false;
        if (event == json::parse_event_t::object_start) names.emplace_back();
        if (event == json::parse_event_t::object_end && !names.empty()) names.pop_back();
        if (event == json::parse_event_t::key && !names.empty())
            strict = names.back().insert(parsed.get<std::string>()).second && strict;
        return strict;
    };
    json parsed = json::parse(text, watch, false);
    if (!strict || !parsed.is_object()) return std::nullopt;
    return parsed;
}

std::string request_text(std::int64_t id, std::string_view method, std::string_view params) {
    return framed("{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(id) + ",\"method\":" + dump(json(method)), "params", params);
}

std::string notification_text(std::string_view method, std::string_view params) {
    return framed("{\"jsonrpc\":\"2.0\",\"method\":" + dump(json(method)), "params", params);
}

std::string answer_text(std::int64_t id, std::string_view result) {
    return framed("{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(id), "result", result);
}

std::string error_text(std::optional<std::int64_t> id, int code, std::string_view message) {
    json answer{{"jsonrpc", "2.0"}, {"error", {{"code", code}, {"message", message}}}};
    answer["id"] = id ? json(*id) : json(nullptr);
    return dump(answer);
}

Result<Envelope> parse_envelope(std::string_view line) {
    const auto message = parse_strict(line);
    if (!message) return not_protocol("a line that is not one strict JSON object");
    if (!message->contains("jsonrpc") || (*message)["jsonrpc"] != "2.0") return not_protocol("not JSON-RPC 2.0");
    Envelope envelope;
    envelope.body = "{}";
    if (message->contains("id")) {
        const json& id = (*message)["id"];
        if (!id.is_number_integer()) return not_protocol("an id that is no whole number");
        envelope.id = id.get<std::int64_t>();
    }
    if (!message->contains("method")) return read_answer(*message, std::move(envelope));
    if (!(*message)["method"].is_string() || message->contains("result") || message->contains("error"))
        return not_protocol("neither a request nor an answer");
    envelope.method = (*message)["method"].get<std::string>();
    if (envelope.method.empty()) return not_protocol("a request without a method");
    if (message->contains("params")) {
        if (!(*message)["params"].is_object()) return not_protocol("the parameters are no object");
        envelope.body = dump((*message)["params"]);
    }
    return envelope;
}

}  // namespace mulin::payment::host
