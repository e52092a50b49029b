// Customer-presented codes (emv_qr.h): BER-TLV.

#include <cstddef>
#include <optional>

#include "payment/unionpay/emv_qr.h"
#include "payment/wire/signature.h"

namespace mulin::payment {
namespace {

constexpr std::size_t kLongestBytes = 512;
constexpr int kDeepest = 4;

tl::unexpected<Error> bad_tags(const std::string& why) {
    return fail(ErrorCode::invalid_input, "This is not a payer's code: " + why + ".");
}

std::size_t tag_bytes(std::uint32_t tag) { return tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1; }

std::uint8_t first_byte(std::uint32_t tag) { return static_cast<std::uint8_t>(tag >> 8 * (tag_bytes(tag) - 1)); }

// Reads and moves on; nothing at the end.
std::optional<std::uint8_t> take(std::string_view& bytes) {
    if (bytes.empty()) return std::nullopt;
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    return byte;
}

std::optional<std::uint32_t> take_tag(std::string_view& bytes) {
    const auto first = take(bytes);
    if (!first || *first == 0) return std::nullopt;
    std::uint32_t tag = *first;
    if ((*first & 0x1F) != 0x1F) return tag;
    for (int more = 0; more < 2; ++more) {
        const auto next = take(bytes);
        if (!next) return std::nullopt;
        tag = tag << 8 | *next;
        if ((*next & 0x80) == 0) return tag;
    }
    return std::nullopt;
}

std::optional<std::size_t> take_length(std::string_view& bytes) {
    const auto first = take(bytes);
    if (!first) return std::nullopt;
    if (*first < 0x80) return *first;
    std::size_t length = 0;
    if (*first != 0x81 && *first != 0x82) return std::nullopt;
    for (int i = 0; i < *first - 0x80; ++i) {
        const auto next = take(bytes);
        if (!next) return std::nullopt;
        length = length << 8 | *next;
    }
    return length;
}

Result<std::vector<EmvTag>> parse_level(std::string_view bytes, int depth) {
    if (depth > kDeepest) return bad_tags("it is nested too deeply");
    std::vector<EmvTag> tags;
    while (!bytes.empty()) {
        EmvTag tag;
        const auto name = take_tag(bytes);
        const auto length = name ? take_length(bytes) : std::nullopt;
        if (!length || *length > bytes.size()) return bad_tags("it ends in the middle of a field");
        tag.tag = *name;
        const std::string_view value = bytes.substr(0, *length);
        bytes.remove_prefix(*length);
        if (tag.constructed()) {
            MULIN_TRY(tag.inside, parse_level(value, depth + 1));
        } else {
            tag.value = value;
        }
        tags.push_back(std::move(tag));
    }
    return tags;
}

}  // namespace

bool EmvTag::constructed() const { return (first_byte(tag) & 0x20) != 0; }

Result<std::vector<EmvTag>> parse_emv_tags(std::string_view bytes) {
    if (bytes.size() > kLongestBytes) return bad_tags("it is too long");
    return parse_level(bytes, 1);
}

std::string build_emv_tags(const std::vector<EmvTag>& tags) {
    std::string bytes;
    for (const auto& tag : tags) {
        for (std::size_t i = tag_bytes(tag.tag); i > 0; --i) bytes += static_cast<char>(tag.tag >> 8 * (i - 1) & 0xFF);
        const std::string value = tag.constructed() ? build_emv_tags(tag.inside) : tag.value;
        if (value.size() > 0xFF) {
            bytes += static_cast<char>(0x82);
            bytes += static_cast<char>(value.size() >> 8 & 0xFF);
        } else if (value.size() >= 0x80) {
            bytes += static_cast<char>(0x81);
        }
        bytes += static_cast<char>(value.size() & 0xFF);
        bytes += value;
    }
    return bytes;
}

Result<std::vector<EmvTag>> parse_emv_payer_code(std::string_view base64_text) {
    if (base64_text.size() > kLongestBytes * 4 / 3 + 4) return bad_tags("it is too long");
    const auto bytes = from_base64(base64_text);
    if (!bytes) return bad_tags("it is no base64");
    MULIN_TRY(auto tags, parse_emv_tags(*bytes));
    if (tags.empty() || tags.front().tag != 0x85 || tags.front().value != "CPV01")
        return bad_tags("it does not begin with CPV01");
    for (const auto& tag : tags)
        if (tag.tag == 0x61) return tags;
    return bad_tags("it names no application");
}

std::string build_emv_payer_code(const std::vector<EmvTag>& tags) { return base64(build_emv_tags(tags)); }

bool looks_like_emv_payer_code(std::string_view scanned) { return scanned.starts_with("hQVDUFYwMW"); }

}  // namespace mulin::payment
