#include "payment/card_terminal/serial_frame.h"

namespace mulin::payment::zvt {
namespace {

constexpr std::uint8_t kDle = 0x10;
constexpr std::uint8_t kStx = 0x02;
constexpr std::uint8_t kEtx = 0x03;
constexpr std::size_t kMaxApduBytes = kMaxDataBytes + 5;

std::uint16_t crc_step(std::uint16_t crc, std::uint8_t byte) {
    crc = static_cast<std::uint16_t>(crc ^ byte);
    for (int bit = 0; bit < 8; ++bit) {
        crc = static_cast<std::uint16_t>((crc & 1U) != 0 ? (crc >> 1) ^ 0x8408 : crc >> 1);
    }
    return crc;
}

}  // namespace

std::uint16_t crc_of(View apdu) {
    std::uint16_t crc = 0;
    for (const std::uint8_t byte : apdu) crc = crc_step(crc, byte);
    return crc_step(crc, kEtx);
}

Bytes frame(View apdu) {
    Bytes bytes = {kDle, kStx};
    for (const std::uint8_t byte : apdu) {
        bytes.push_back(byte);
        if (byte == kDle) bytes.push_back(kDle);
    }
    const std::uint16_t crc = crc_of(apdu);
    for (const int byte : {int{kDle}, int{kEtx}, crc & 0xFF, crc >> 8}) bytes.push_back(static_cast<std::uint8_t>(byte));
    return bytes;
}

FrameReader::Event FrameReader::inside_byte(std::uint8_t byte) {
    if (apdu_.size() >= kMaxApduBytes) {
        place_ = Place::outside;
        return Event::damaged;
    }
    apdu_.push_back(byte);
    place_ = Place::inside;
    return Event::none;
}

FrameReader::Event FrameReader::take(std::uint8_t byte) {
    switch (place_) {
        case Place::outside:
            if (byte == kAck) return Event::ack;
            if (byte == kNak) return Event::nak;
            if (byte == kDle) place_ = Place::dle;
            return Event::none;
        case Place::dle:
            apdu_.clear();
            place_ = byte == kStx ? Place::inside : Place::outside;
            return Event::none;
        case Place::inside:
            if (byte != kDle) return inside_byte(byte);
            place_ = Place::inside_dle;
            return Event::none;
        case Place::inside_dle:
            if (byte == kDle) return inside_byte(byte);
            place_ = byte == kEtx ? Place::crc_low : Place::outside;
            return byte == kEtx ? Event::none : Event::damaged;
        case Place::crc_low:
            crc_low_ = byte;
            place_ = Place::crc_high;
            return Event::none;
        case Place::crc_high:
            place_ = Place::outside;
            return crc_of(apdu_) == (crc_low_ | (byte << 8)) ? Event::whole : Event::damaged;
    }
    return Event::damaged;
}

}  // namespace mulin::payment::zvt
