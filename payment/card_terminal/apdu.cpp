#include "payment/card_terminal/apdu.h"

#include "payment/base/check.h"

namespace mulin::payment::zvt {

Bytes encode(const Apdu& apdu) {
    MULIN_CHECK(apdu.data.size() <= kMaxDataBytes);
    Bytes bytes = {apdu.cls, apdu.instr};
    if (apdu.data.size() < 0xFF) {
        bytes.push_back(static_cast<std::uint8_t>(apdu.data.size()));
    } else {
        bytes.push_back(0xFF);
        bytes.push_back(static_cast<std::uint8_t>(apdu.data.size() & 0xFF));
        bytes.push_back(static_cast<std::uint8_t>(apdu.data.size() >> 8));
    }
    bytes.insert(bytes.end(), apdu.data.begin(), apdu.data.end());
    return bytes;
}

Parsed parse_front(View bytes) {
    Parsed parsed;
    if (bytes.size() < 3) return parsed;
    std::size_t head = 3;
    std::size_t length = bytes[2];
    if (length == 0xFF) {
        if (bytes.size() < 5) return parsed;
        head = 5;
        length = bytes[3] | (static_cast<std::size_t>(bytes[4]) << 8);
    }
    if (length > kMaxDataBytes) {
        parsed.kind = Parsed::Kind::wrong;
        return parsed;
    }
    if (bytes.size() < head + length) return parsed;
    parsed.kind = Parsed::Kind::whole;
    parsed.used = head + length;
    const auto data = bytes.subspan(head, length);
    parsed.apdu = {bytes[0], bytes[1], Bytes(data.begin(), data.end())};
    return parsed;
}

std::optional<Apdu> parse_whole(View bytes) {
    auto parsed = parse_front(bytes);
    if (parsed.kind != Parsed::Kind::whole || parsed.used != bytes.size()) return std::nullopt;
    return std::move(parsed.apdu);
}

Bytes to_bcd(std::int64_t value, std::size_t bytes) {
    MULIN_CHECK(value >= 0 && bytes <= 9);
    Bytes packed(bytes);
    for (std::size_t i = bytes; i-- > 0; value /= 100) {
        const auto pair = value % 100;
        packed[i] = static_cast<std::uint8_t>(pair / 10 * 16 + pair % 10);
    }
    MULIN_CHECK(value == 0);
    return packed;
}

std::optional<std::int64_t> from_bcd(View bytes) {
    if (bytes.size() > 9) return std::nullopt;
    std::int64_t value = 0;
    for (const std::uint8_t pair : bytes) {
        if ((pair >> 4) > 9 || (pair & 0x0F) > 9) return std::nullopt;
        value = value * 100 + (pair >> 4) * 10 + (pair & 0x0F);
    }
    return value;
}

std::string hex_text(View bytes) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        if (!text.empty()) text += ' ';
        text += kDigits[byte >> 4];
        text += kDigits[byte & 0x0F];
    }
    return text;
}

}  // namespace mulin::payment::zvt
