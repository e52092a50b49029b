#include "payment/card_terminal/fields.h"

#include <algorithm>
#include <array>

#include "payment/base/check.h"

namespace mulin::payment::zvt {
namespace {

constexpr int kTwoDigits = -2;    // LL: F0 F8
constexpr int kThreeDigits = -3;  // LLL: F0 F0 F8
constexpr int kContainer = -6;    // TLV with a BER length
constexpr int kUnknown = 0;

// Length of every bitmap's value.
int length_rule(std::uint8_t tag) {
    switch (tag) {
        case 0x01: case 0x02: case 0x03: case 0x05: case 0x19: case 0x27: case 0x8A: case 0x8C: case 0xA0:
        case 0xD0: case 0xD2: case 0xD3: case 0xE0: case 0xE9: case 0xEA: case 0xF0: case 0xF9: case 0xFA:
        case 0xFB: case 0xFC: case 0xFD: case 0x72: case 0x73: case 0x74: case 0x75:
            return 1;
        case 0x0D: case 0x0E: case 0x17: case 0x3A: case 0x49: case 0x87:
            return 2;
        case 0x0B: case 0x0C: case 0x37: case 0x3D: case 0x88: case 0xAA:
            return 3;
        case 0x29: case 0x70: case 0x71:
            return 4;
        case 0xBA:
            return 5;
        case 0x04:
            return 6;
        case 0x3B: case 0xEB:
            return 8;
        case 0x2A:
            return 15;
        case 0x22: case 0x23: case 0x2D: case 0x8B: case 0xA7: case 0xD1:
        case 0xE1: case 0xE2: case 0xE3: case 0xE4: case 0xE5: case 0xE6: case 0xE7: case 0xE8:
        case 0xF1: case 0xF2: case 0xF3: case 0xF4: case 0xF5: case 0xF6: case 0xF7: case 0xF8:
            return kTwoDigits;
        case 0x24: case 0x2E: case 0x3C: case 0x60: case 0x9A: case 0xAF:
            return kThreeDigits;
        case 0x06:
            return kContainer;
        default:
            return kUnknown;
    }
}

// Tracks, chip data, expiry date, check value, password: never looked at.
bool is_card_secret(std::uint8_t tag) {
    static constexpr std::array<std::uint8_t, 12> kSecret = {0x0E, 0x17, 0x22, 0x23, 0x24, 0x2D,
                                                             0x2E, 0x3A, 0x3D, 0xA7, 0xAF, 0xD1};
    return std::find(kSecret.begin(), kSecret.end(), tag) != kSecret.end();
}

bool is_card_secret_tlv(std::uint32_t tag) {
    switch (tag) {
        case 0x5A: case 0x57: case 0x5F24: case 0x5F20: case 0x56: case 0x9F6B: case 0x4C: case 0x4E:
        case 0x1F08: case 0x1F09: case 0x1F0A: case 0x45: case 0x46: case 0x47:
            return true;
        default:
            return false;
    }
}

class Cursor {
  public:
    explicit Cursor(View bytes) : rest_(bytes) {}
    bool empty() const { return rest_.empty(); }
    std::optional<std::uint8_t> byte() {
        if (rest_.empty()) return std::nullopt;
        const std::uint8_t first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }
    std::optional<View> take(std::size_t length) {
        if (length > rest_.size()) return std::nullopt;
        const View taken = rest_.first(length);
        rest_ = rest_.subspan(length);
        return taken;
    }

  private:
    View rest_;
};

// F1 F2: twelve.
std::optional<std::size_t> digit_length(Cursor& at, int digits) {
    std::size_t length = 0;
    for (int i = 0; i < digits; ++i) {
        const auto byte = at.byte();
        if (!byte || (*byte & 0xF0) != 0xF0 || (*byte & 0x0F) > 9) return std::nullopt;
        length = length * 10 + (*byte & 0x0F);
    }
    return length;
}

// BER: one byte, or 81 and one, or 82 and two. Longer ones cannot fit an APDU.
std::optional<std::size_t> ber_length(Cursor& at) {
    const auto first = at.byte();
    if (!first) return std::nullopt;
    if (*first < 0x80) return *first;
    if (*first != 0x81 && *first != 0x82) return std::nullopt;
    std::size_t length = 0;
    for (int i = *first & 0x0F; i > 0; --i) {
        const auto byte = at.byte();
        if (!byte) return std::nullopt;
        length = length << 8 | *byte;
    }
    return length;
}

std::optional<std::uint32_t> ber_tag(Cursor& at) {
    const auto first = at.byte();
    if (!first) return std::nullopt;
    if ((*first & 0x1F) != 0x1F) return *first;
    std::uint32_t tag = *first;
    for (int i = 0; i < 3; ++i) {
        const auto byte = at.byte();
        if (!byte) return std::nullopt;
        tag = tag << 8 | *byte;
        if ((*byte & 0x80) == 0) return tag;
    }
    return std::nullopt;
}

bool is_constructed(std::uint32_t tag) {
    while (tag > 0xFF) tag >>= 8;
    return (tag & 0x20) != 0;
}

bool read_tlv(View data, int depth, std::size_t& objects, std::map<std::uint32_t, Bytes>& found) {
    Cursor at(data);
    while (!at.empty()) {
        const auto tag = ber_tag(at);
        const auto length = tag ? ber_length(at) : std::nullopt;
        const auto value = length ? at.take(*length) : std::nullopt;
        if (!value || ++objects > kMaxTlvObjects) return false;
        if (is_constructed(*tag)) {
            if (depth + 1 >= kMaxTlvDepth || !read_tlv(*value, depth + 1, objects, found)) return false;
        } else if (!is_card_secret_tlv(*tag)) {
            found.try_emplace(*tag, value->begin(), value->end());
        }
    }
    return true;
}

// Digits of a card number; E stands for one the terminal has masked, F fills up.
std::string last_four(View packed) {
    std::string digits;
    for (const std::uint8_t pair : packed) {
        for (const int half : {pair >> 4, pair & 0x0F}) {
            if (half <= 9) digits += static_cast<char>('0' + half);
            else if (half == 0x0E) digits += '*';
        }
    }
    return digits.size() > 4 ? digits.substr(digits.size() - 4) : std::string();
}

std::optional<View> value_of(Cursor& at, int rule) {
    std::optional<std::size_t> length;
    if (rule > 0) length = static_cast<std::size_t>(rule);
    if (rule == kTwoDigits || rule == kThreeDigits) length = digit_length(at, -rule);
    if (rule == kContainer) length = ber_length(at);
    return length ? at.take(*length) : std::nullopt;
}

}  // namespace

std::optional<std::map<std::uint32_t, Bytes>> parse_tlv(View data) {
    std::map<std::uint32_t, Bytes> found;
    std::size_t objects = 0;
    if (!read_tlv(data, 0, objects, found)) return std::nullopt;
    return found;
}

std::optional<Fields> parse_fields(View data) {
    Fields fields;
    Cursor at(data);
    while (!at.empty()) {
        const auto tag = at.byte();
        const auto value = value_of(at, length_rule(*tag));
        if (!value) return std::nullopt;
        if (*tag == 0x06) {
            auto tlv = parse_tlv(*value);
            if (!tlv) return std::nullopt;
            fields.tlv.merge(*tlv);
        } else if (*tag == 0x22) {
            if (fields.card_last4.empty()) fields.card_last4 = last_four(*value);
        } else if (!is_card_secret(*tag)) {
            fields.bitmaps.try_emplace(*tag, value->begin(), value->end());
        }
    }
    return fields;
}

std::optional<std::int64_t> Fields::number(std::uint8_t tag) const {
    const auto at = bitmaps.find(tag);
    return at == bitmaps.end() ? std::nullopt : from_bcd(at->second);
}

std::string Fields::text(std::uint8_t tag) const {
    std::string text;
    if (const auto at = bitmaps.find(tag); at != bitmaps.end()) {
        for (const std::uint8_t byte : at->second) {
            if (byte >= 0x20 && byte < 0x7F) text += static_cast<char>(byte);
        }
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return without_card_numbers(std::move(text));
}

std::string without_card_numbers(std::string text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_gap = [](char c) { return c == ' ' || c == '-'; };
    for (std::size_t from = 0; from < text.size();) {
        if (!is_digit(text[from])) {
            ++from;
            continue;
        }
        std::vector<std::size_t> digits;
        std::size_t to = from;
        for (; to < text.size() && (is_digit(text[to]) || is_gap(text[to])); ++to) {
            if (is_digit(text[to])) digits.push_back(to);
        }
        if (digits.size() >= kShortestCardNumber) {
            for (std::size_t i = 0; i + 4 < digits.size(); ++i) text[digits[i]] = '*';
        }
        from = to;
    }
    return text;
}

Bytes bitmap(std::uint8_t tag, View value) {
    MULIN_CHECK(length_rule(tag) == static_cast<int>(value.size()));
    Bytes bytes = {tag};
    bytes.insert(bytes.end(), value.begin(), value.end());
    return bytes;
}

Bytes variable_bitmap(std::uint8_t tag, View value, std::size_t length_digits) {
    MULIN_CHECK(length_rule(tag) == -static_cast<int>(length_digits));
    Bytes bytes = {tag};
    std::size_t unit = length_digits == 2 ? 10 : 100;
    MULIN_CHECK(value.size() < unit * 10);
    for (; unit > 0; unit /= 10) bytes.push_back(static_cast<std::uint8_t>(0xF0 | value.size() / unit % 10));
    bytes.insert(bytes.end(), value.begin(), value.end());
    return bytes;
}

}  // namespace mulin::payment::zvt
