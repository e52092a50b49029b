// Merchant-presented codes (emv_qr.h).

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>

#include "payment/unionpay/emv_qr.h"

namespace mulin::payment {
namespace {

constexpr std::size_t kLongestText = 512 * 4;  // 512 characters of at most four bytes
constexpr std::size_t kLongestValue = 99;

enum class Letters { utf8, gbk, bytes };

tl::unexpected<Error> bad_text(const std::string& why) {
    return fail(ErrorCode::invalid_input, "This is not a payment code: " + why + ".");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes of the character at `at`; nothing when there is none in this encoding.
std::optional<std::size_t> character(std::string_view text, std::size_t at, Letters letters) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (letters == Letters::bytes || lead < 0x80) return 1;
    if (letters == Letters::gbk) {
        const bool pair = lead != 0x80 && lead != 0xFF && at + 1 < text.size() &&
                          static_cast<unsigned char>(text[at + 1]) >= 0x40;
        return pair ? std::optional<std::size_t>(2) : std::nullopt;
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return std::nullopt;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return std::nullopt;
    return length;
}

// Bytes of `count` characters from `at`.
std::optional<std::size_t> characters(std::string_view text, std::size_t at, std::size_t count, Letters letters) {
    const std::size_t begin = at;
    for (; count > 0; --count) {
        if (at >= text.size()) return std::nullopt;
        const auto length = character(text, at, letters);
        if (!length) return std::nullopt;
        at += *length;
    }
    return at - begin;
}

std::optional<std::size_t> count_characters(std::string_view text, Letters letters) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        const auto length = character(text, at, letters);
        if (!length) return std::nullopt;
        at += *length;
    }
    return count;
}

std::optional<std::vector<EmvField>> split(std::string_view text, Letters letters) {
    std::vector<EmvField> fields;
    std::set<std::string> seen;
    for (std::size_t at = 0; at < text.size();) {
        if (text.size() - at < 4) return std::nullopt;
        const std::string_view head = text.substr(at, 4);
        if (!std::all_of(head.begin(), head.end(), is_digit)) return std::nullopt;
        const auto count = static_cast<std::size_t>((head[2] - '0') * 10 + (head[3] - '0'));
        at += 4;
        const auto length = characters(text, at, count, letters);
        if (!length) return std::nullopt;
        EmvField field{std::string(head.substr(0, 2)), std::string(text.substr(at, *length))};
        if (!seen.insert(field.id).second) return std::nullopt;
        fields.push_back(std::move(field));
        at += *length;
    }
    return fields;
}

Result<std::vector<EmvField>> split_any(std::string_view text) {
    for (const Letters letters : {Letters::utf8, Letters::gbk, Letters::bytes}) {
        if (letters == Letters::gbk && count_characters(text, Letters::utf8)) continue;
        if (auto fields = split(text, letters)) return std::move(*fields);
    }
    return bad_text("its fields do not fit into each other");
}

}  // namespace

std::string emv_crc(std::string_view bytes) {
    std::uint32_t crc = 0xFFFF;
    for (const char c : bytes) {
        crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 8;
        for (int bit = 0; bit < 8; ++bit) crc = ((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xFFFF;
    }
    constexpr char kHex[] = "0123456789ABCDEF";
    return {kHex[crc >> 12], kHex[crc >> 8 & 15], kHex[crc >> 4 & 15], kHex[crc & 15]};
}

Result<std::vector<EmvField>> parse_emv_text(std::string_view text) {
    if (text.size() > kLongestText) return bad_text("it is too long");
    if (!text.starts_with("000201")) return bad_text("it does not begin with 000201");
    if (text.size() < 14 || text.substr(text.size() - 8, 4) != "6304") return bad_text("it has no checksum at its end");
    std::string given(text.substr(text.size() - 4));
    for (char& c : given) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    if (given != emv_crc(text.substr(0, text.size() - 4))) return bad_text("its checksum is wrong");
    MULIN_TRY(auto fields, split_any(text));
    if (fields.back().id != "63" || fields.back().value.size() != 4) return bad_text("its checksum is not the last field");
    return fields;
}

Result<std::vector<EmvField>> parse_emv_template(std::string_view value) {
    if (value.size() > kLongestValue * 4) return bad_text("a part of it is too long");
    return split_any(value);
}

Result<std::string> build_emv_template(const std::vector<EmvField>& fields) {
    std::string text;
    for (const auto& field : fields) {
        if (field.id.size() != 2 || !std::all_of(field.id.begin(), field.id.end(), is_digit))
            return bad_text("a field's name is not two digits");
        const auto characters_in = count_characters(field.value, Letters::utf8);
        const std::size_t length = characters_in.value_or(field.value.size());
        if (length > kLongestValue) return bad_text("the value of field " + field.id + " is longer than 99 characters");
        text += field.id + static_cast<char>('0' + length / 10) + static_cast<char>('0' + length % 10) + field.value;
    }
    return text;
}

Result<std::string> build_emv_text(const std::vector<EmvField>& fields) {
    if (fields.empty() || fields.front() != EmvField{"00", "01"} || !emv_value(fields, "63").empty())
        return bad_text("it must begin with 000201, and its checksum is not given but made");
    MULIN_TRY(std::string text, build_emv_template(fields));
    text += "6304";
    return text + emv_crc(text);
}

std::string emv_value(const std::vector<EmvField>& fields, std::string_view id) {
    for (const auto& field : fields)
        if (field.id == id) return field.value;
    return {};
}

}  // namespace mulin::payment
