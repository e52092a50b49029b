#include "payment/host/json_fields.h"

#include <nlohmann/json.hpp>

namespace mulin::payment::host {
namespace {

constexpr std::size_t kMostRefs = 64;
constexpr std::size_t kLongestKey = 64;
constexpr std::size_t kLongestValue = 1024;
constexpr std::size_t kMostWaits = 64;
constexpr std::int64_t kLongestWaitMs = 7LL * 24 * 3600 * 1000;

}  // namespace

const nlohmann::json* Fields::find(const char* name) const {
    const auto at = object_.find(name);
    return at == object_.end() || at->is_null() ? nullptr : &*at;
}

void Fields::mistake(const std::string& what) {
    if (!mistake_) mistake_ = what;
}

Status Fields::status() const {
    if (!mistake_) return ok();
    return fail(ErrorCode::peer, "The adapter's process and the till do not understand each other: " + *mistake_ + ".");
}

std::string Fields::text(const char* name, std::size_t most) {
    const auto* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string() || value->get_ref<const std::string&>().size() > most) {
        mistake(std::string(name) + " is no text of at most " + std::to_string(most) + " bytes");
        return {};
    }
    return value->get<std::string>();
}

std::string Fields::needed(const char* name, std::size_t most) {
    auto value = text(name, most);
    if (value.empty()) mistake(std::string(name) + " is missing");
    return value;
}

std::int64_t Fields::number(const char* name, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
    const auto* value = find(name);
    if (value == nullptr) return otherwise;
    const bool large = value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
    if (!value->is_number_integer() || large || value->get<std::int64_t>() < least || value->get<std::int64_t>() > most) {
        mistake(std::string(name) + " is no whole number in its range");
        return otherwise;
    }
    return value->get<std::int64_t>();
}

bool Fields::flag(const char* name) {
    const auto* value = find(name);
    if (value == nullptr) return false;
    if (!value->is_boolean()) mistake(std::string(name) + " is neither true nor false");
    return value->is_boolean() && value->get<bool>();
}

Money Fields::money(const char* name) {
    if (find(name) == nullptr) mistake(std::string(name) + " is missing");
    return Money::fen(number(name, 0, 0, Money::kMaxFen));
}

UtcInstant Fields::instant(const char* name) {
    const auto value = text(name, 64);
    if (value.empty()) return {};
    const auto instant = parse_rfc3339(value);
    if (!instant) mistake(std::string(name) + " is no RFC 3339 instant");
    return instant.value_or(UtcInstant{});
}

std::map<std::string, std::string> Fields::texts(const char* name) {
    std::map<std::string, std::string> texts;
    const auto* value = object(name);
    if (value == nullptr) return texts;
    if (value->size() > kMostRefs) mistake(std::string(name) + " has too many entries");
    for (const auto& [key, entry] : value->items()) {
        if (!entry.is_string() || key.empty() || key.size() > kLongestKey ||
            entry.get_ref<const std::string&>().size() > kLongestValue) {
            mistake(std::string(name) + " holds something that is no short text");
            return texts;
        }
        texts[key] = entry.get<std::string>();
    }
    return texts;
}

std::vector<std::int64_t> Fields::waits(const char* name, const std::vector<std::int64_t>& otherwise) {
    const auto* value = list(name, kMostWaits);
    if (value == nullptr) return otherwise;
    std::vector<std::int64_t> waits;
    for (const auto& entry : *value) {
        const bool fits = entry.is_number_integer() && entry.get<std::int64_t>() > 0 && entry.get<std::int64_t>() <= kLongestWaitMs;
        if (!fits) mistake(std::string(name) + " holds something that is no wait");
        waits.push_back(fits ? entry.get<std::int64_t>() : 1'000);
    }
    return waits;
}

const nlohmann::json* Fields::object(const char* name) {
    const auto* value = find(name);
    if (value != nullptr && !value->is_object()) {
        mistake(std::string(name) + " is no object");
        return nullptr;
    }
    return value;
}

const nlohmann::json* Fields::list(const char* name, std::size_t most) {
    const auto* value = find(name);
    if (value != nullptr && (!value->is_array() || value->size() > most)) {
        mistake(std::string(name) + " is no list of at most " + std::to_string(most));
        return nullptr;
    }
    return value;
}

}  // namespace mulin::payment::host
