#include "sync/wire/fields.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sync/journal/entry.h"
#include "sync/wire/limits.h"

namespace mulin::sync {
namespace {

using nlohmann::json;

const json& empty_object() {
    static const json value = json::object();
    return value;
}

bool id_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '_' || c == ':' || c == '-';
}

bool lower_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Fields::Fields(const json& value, std::string where, std::shared_ptr<FirstProblem> problem)
    : value_(&value), where_(std::move(where)),
      problem_(problem ? std::move(problem) : std::make_shared<FirstProblem>()) {
    if (!value.is_object()) {
        if (problem_->text.empty()) problem_->text = where_ + " must be an object";
        value_ = &empty_object();
    }
}

void Fields::problem(const char* key, std::string_view what) {
    if (!problem_->text.empty()) return;
    problem_->text = where_ + "." + key + " " + std::string(what);
}

payment::Error Fields::error() const {
    return {payment::ErrorCode::invalid_input, "The message is malformed: " + problem_->text + "."};
}

bool Fields::has(const char* key) const {
    const auto at = value_->find(key);
    return at != value_->end() && !at->is_null();
}

const json* Fields::find(const char* key) {
    const auto at = value_->find(key);
    if (at != value_->end()) return &*at;
    problem(key, "is missing");
    return nullptr;
}

std::string Fields::text(const char* key, std::size_t max_bytes) {
    const json* value = find(key);
    if (value == nullptr) return {};
    const auto* text = value->get_ptr<const std::string*>();
    if (text == nullptr || text->size() > max_bytes) {
        problem(key, "must be a text of at most " + std::to_string(max_bytes) + " bytes");
        return {};
    }
    return *text;
}

std::string Fields::optional_text(const char* key, std::size_t max_bytes) {
    return has(key) ? text(key, max_bytes) : std::string();
}

std::string Fields::optional_id(const char* key) {
    std::string value = optional_text(key, kMaxIdBytes);
    if (!std::all_of(value.begin(), value.end(), id_character)) {
        problem(key, "must be an id of letters, digits and . _ : -");
        return {};
    }
    return value;
}

std::string Fields::id(const char* key) {
    if (find(key) == nullptr) return {};
    std::string value = optional_id(key);
    if (value.empty()) problem(key, "must be an id of letters, digits and . _ : -");
    return value;
}

std::string Fields::hex(const char* key, std::size_t bytes) {
    std::string value = text(key, bytes * 2);
    if (value.size() == bytes * 2 && lower_hex(value)) return value;
    problem(key, "must be " + std::to_string(bytes) + " bytes in lower-case hex");
    return {};
}

std::int64_t Fields::integer(const char* key, std::int64_t min, std::int64_t max) {
    const json* value = find(key);
    if (value == nullptr) return min;
    const bool fits = value->is_number_integer() &&
                      !(value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX);
    if (!fits || value->get<std::int64_t>() < min || value->get<std::int64_t>() > max) {
        problem(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
        return min;
    }
    return value->get<std::int64_t>();
}

bool Fields::boolean(const char* key) {
    const json* value = find(key);
    if (value == nullptr) return false;
    if (!value->is_boolean()) {
        problem(key, "must be true or false");
        return false;
    }
    return value->get<bool>();
}

payment::Money Fields::money(const char* key) {
    return payment::Money::fen(integer(key, -payment::Money::kMaxFen, payment::Money::kMaxFen));
}

payment::Date Fields::date(const char* key) {
    const auto date = payment::Date::parse(text(key, 10));
    if (!date) problem(key, "must be a date like 2026-03-10");
    return date.value_or(payment::Date{});
}

payment::UtcInstant Fields::instant(const char* key) {
    const auto instant = payment::parse_rfc3339(text(key, 40));
    if (!instant) problem(key, "must be a time like 2026-03-10T11:45:00+08:00");
    return instant.value_or(payment::UtcInstant{});
}

std::vector<std::string> Fields::texts(const char* key, std::size_t max_count) {
    const json* value = find(key);
    std::vector<std::string> out;
    if (value == nullptr) return out;
    if (!value->is_array() || value->size() > max_count) {
        problem(key, "must be a list of at most " + std::to_string(max_count) + " texts");
        return out;
    }
    for (const json& member : *value) {
        const auto* text = member.get_ptr<const std::string*>();
        if (text == nullptr || text->size() > kMaxTextBytes) {
            problem(key, "must hold texts only");
            return {};
        }
        out.push_back(*text);
    }
    return out;
}

std::vector<Fields> Fields::objects(const char* key, std::size_t max_count) {
    const json* value = find(key);
    std::vector<Fields> out;
    if (value == nullptr) return out;
    if (!value->is_array() || value->size() > max_count) {
        problem(key, "must be a list of at most " + std::to_string(max_count));
        return out;
    }
    out.reserve(value->size());
    for (const json& member : *value) {
        out.emplace_back(member, where_ + "." + key + "[" + std::to_string(out.size()) + "]", problem_);
    }
    return out;
}

Fields Fields::object(const char* key) {
    const json* value = find(key);
    return {value == nullptr ? empty_object() : *value, where_ + "." + key, problem_};
}

payment::Result<std::shared_ptr<const json>> parse_object(std::string_view text, std::size_t max_bytes,
                                                          const char* what) {
    const auto refuse = [&](const std::string& why) {
        return payment::fail(payment::ErrorCode::invalid_input,
                             std::string("The message is malformed: ") + what + " " + why + ".");
    };
    if (text.size() > max_bytes) return refuse("is larger than " + std::to_string(max_bytes) + " bytes");
    auto value = std::make_shared<json>(json::parse(text, nullptr, false));
    if (value->is_discarded()) return refuse("is not JSON");
    if (!value->is_object()) return refuse("must be an object");
    return std::shared_ptr<const json>(std::move(value));
}

std::string json_text(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace mulin::sync
