#include "sync/verify/canonical_json.h"

#include <charconv>

namespace mulin::verify {
namespace {

constexpr int kDeepest = 16;
constexpr std::int64_t kLargest = (std::int64_t{1} << 53) - 1;

// Length of the UTF-8 sequence that starts here; 0 when it is none (overlong, surrogate, cut off).
std::size_t sequence_length(std::string_view rest) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || rest.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 0;
    if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
    if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
    return length;
}

// The short escape of a byte below 0x20, or 0 when it has none.
char short_escape(unsigned value) {
    switch (value) {
        case '\b': return 'b';
        case '\t': return 't';
        case '\n': return 'n';
        case '\f': return 'f';
        case '\r': return 'r';
        default: return 0;
    }
}

}  // namespace

const Json* Json::find(std::string_view key) const {
    for (const auto& [name, value] : members)
        if (name == key) return &value;
    return nullptr;
}

bool Reader::refuse(const char* why) {
    if (problem_.empty()) problem_ = std::string(why) + " at byte " + std::to_string(at_);
    return false;
}

bool Reader::literal(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return refuse("another text than the format has");
    at_ += expected.size();
    return true;
}

bool Reader::escape(std::string& out) {
    if (at_ + 1 >= text_.size()) return refuse("text cut off");
    const char mark = text_[at_ + 1];
    static constexpr std::string_view kMarks = "\"\\bfnrt";
    static constexpr std::string_view kMeant = "\"\\\b\f\n\r\t";
    if (const auto at = kMarks.find(mark); at != std::string_view::npos) {
        out += kMeant[at];
        at_ += 2;
        return true;
    }
    if (mark != 'u' || text_.substr(at_ + 2, 2) != "00" || at_ + 6 > text_.size()) return refuse("an escape the format has not");
    unsigned value = 0;
    const char* digits = text_.data() + at_ + 4;
    const auto [end, error] = std::from_chars(digits, digits + 2, value, 16);
    const bool upper = (digits[0] >= 'A' && digits[0] <= 'F') || (digits[1] >= 'A' && digits[1] <= 'F');
    if (error != std::errc{} || end != digits + 2 || upper || value >= 0x20 || short_escape(value) != 0)
        return refuse("an escape the format has not");
    out += static_cast<char>(value);
    at_ += 6;
    return true;
}

bool Reader::utf8(std::string& out) {
    const std::size_t length = sequence_length(text_.substr(at_));
    if (length == 0) return refuse("bytes that are not UTF-8");
    out += text_.substr(at_, length);
    at_ += length;
    return true;
}

bool Reader::text(std::string& out) {
    out.clear();
    if (!literal("\"")) return false;
    while (at_ < text_.size()) {
        const auto byte = static_cast<unsigned char>(text_[at_]);
        if (byte == '"') {
            ++at_;
            return true;
        }
        if (byte < 0x20) return refuse("a bare control byte");
        if (byte == '\\') {
            if (!escape(out)) return false;
        } else if (byte < 0x80) {
            out += static_cast<char>(byte);
            ++at_;
        } else if (!utf8(out)) {
            return false;
        }
    }
    return refuse("text cut off");
}

bool Reader::number(std::int64_t& out) {
    const char* begin = text_.data() + at_;
    const char* end = text_.data() + text_.size();
    const auto [stopped, error] = std::from_chars(begin, end, out);
    if (error != std::errc{} || out > kLargest || out < -kLargest) return refuse("not a whole number of the format");
    const std::string_view digits(begin, static_cast<std::size_t>(stopped - begin));
    const std::string_view bare = digits.substr(digits[0] == '-' ? 1 : 0);
    if (digits == "-0" || (bare.size() > 1 && bare[0] == '0')) return refuse("a number spelled otherwise");
    if (stopped != end && (*stopped == '.' || *stopped == 'e' || *stopped == 'E')) return refuse("a number that is not whole");
    at_ += digits.size();
    return true;
}

bool Reader::list(Json& out, int depth) {
    out.kind = Json::Kind::list;
    ++at_;
    if (text_.substr(at_, 1) == "]") return literal("]");
    while (true) {
        if (!value(out.items.emplace_back(), depth + 1)) return false;
        if (text_.substr(at_, 1) != ",") return literal("]");
        ++at_;
    }
}

bool Reader::object(Json& out, int depth) {
    out.kind = Json::Kind::object;
    ++at_;
    if (text_.substr(at_, 1) == "}") return literal("}");
    while (true) {
        auto& [key, member] = out.members.emplace_back();
        if (!text(key)) return false;
        if (out.members.size() > 1 && !(out.members[out.members.size() - 2].first < key))
            return refuse("keys out of order or twice");
        if (!literal(":") || !value(out.members.back().second, depth + 1)) return false;
        if (text_.substr(at_, 1) != ",") return literal("}");
        ++at_;
    }
}

bool Reader::value(Json& out, int depth) {
    if (depth > kDeepest) return refuse("nested too deeply");
    if (at_ >= text_.size()) return refuse("cut off");
    switch (text_[at_]) {
        case '{': return object(out, depth);
        case '[': return list(out, depth);
        case '"': out.kind = Json::Kind::text; return text(out.text);
        case 'n': out.kind = Json::Kind::null; return literal("null");
        case 't':
        case 'f':
            out.kind = Json::Kind::boolean;
            out.boolean = text_[at_] == 't';
            return literal(out.boolean ? "true" : "false");
        default: out.kind = Json::Kind::number; return number(out.number);
    }
}

std::optional<Json> parse(std::string_view text, std::string& problem) {
    Reader reader(text);
    Json json;
    if (reader.value(json) && reader.at_end()) return json;
    problem = reader.problem().empty() ? "more text after the document" : reader.problem();
    return std::nullopt;
}

}  // namespace mulin::verify
