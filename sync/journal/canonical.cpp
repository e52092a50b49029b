#include "sync/journal/canonical.h"

#include <charconv>

#include "payment/base/check.h"

namespace mulin::sync {
namespace {

using Byte = unsigned char;

// Length of the well-formed sequence at `at`, or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return at + i < text.size() ? Byte(text[at + i]) : Byte{0}; };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const Byte first = byte(0);
    const Byte second = byte(1);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
        return tail(1) && tail(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
        return tail(1) && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

void append_escaped(std::string& out, char c) {
    static constexpr char kDigits[] = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\t': out += "\\t"; return;
        case '\n': out += "\\n"; return;
        case '\f': out += "\\f"; return;
        case '\r': out += "\\r"; return;
        default: break;
    }
    if (Byte(c) < 0x20) {
        out += "\\u00";
        out += kDigits[Byte(c) >> 4];
        out += kDigits[Byte(c) & 15];
        return;
    }
    out += c;
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequence_length(text, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

void CanonicalWriter::separate() {
    if (after_value_) out_ += ',';
    after_value_ = true;
}

void CanonicalWriter::begin_object() {
    separate();
    out_ += '{';
    last_keys_.emplace_back();
    after_value_ = false;
}

void CanonicalWriter::end_object() {
    out_ += '}';
    last_keys_.pop_back();
    after_value_ = true;
}

void CanonicalWriter::begin_array() {
    separate();
    out_ += '[';
    last_keys_.emplace_back();
    after_value_ = false;
}

void CanonicalWriter::end_array() {
    out_ += ']';
    last_keys_.pop_back();
    after_value_ = true;
}

void CanonicalWriter::key(std::string_view name) {
    MULIN_CHECK(!last_keys_.empty() && last_keys_.back() < name);
    last_keys_.back() = name;
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    after_value_ = false;
}

void CanonicalWriter::text(std::string_view value) {
    separate();
    valid_ = valid_ && is_utf8(value);
    out_ += '"';
    for (char c : value) append_escaped(out_, c);
    out_ += '"';
}

void CanonicalWriter::number(std::int64_t value) {
    separate();
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
    out_.append(buffer, end.ptr);
}

void CanonicalWriter::boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
}

void CanonicalWriter::null() {
    separate();
    out_ += "null";
}

}  // namespace mulin::sync
