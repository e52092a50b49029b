#pragma once
// ZVT on a serial line: 10 02 <APDU, every 10 doubled> 10 03 CRClow CRChigh, answered by ACK 06 or
// NAK 15. The CRC runs over the APDU as it is (not doubled) and the 03: reflected 0x8408, start 0.
// Over TCP there is no such frame. Pure; any thread. Sources: README.md.

#include <optional>

#include "payment/card_terminal/apdu.h"

namespace mulin::payment::zvt {

inline constexpr std::uint8_t kAck = 0x06;
inline constexpr std::uint8_t kNak = 0x15;

std::uint16_t crc_of(View apdu);
Bytes frame(View apdu);

// Takes a serial line's bytes one by one.
class FrameReader {
  public:
    enum class Event {
        none,   // in the middle of something
        ack,    // the other side has our frame
        nak,    // it wants our frame again
        whole,  // apdu() holds a frame with the right CRC: answer ACK
        damaged,  // a frame ended wrong or grew too long: answer NAK
    };
    Event take(std::uint8_t byte);
    const Bytes& apdu() const { return apdu_; }
    bool inside() const { return place_ != Place::outside; }
    // The line fell silent inside a frame (T1).
    void reset() { place_ = Place::outside; }

  private:
    enum class Place { outside, dle, inside, inside_dle, crc_low, crc_high };
    Event inside_byte(std::uint8_t byte);

    Place place_ = Place::outside;
    Bytes apdu_;
    std::uint8_t crc_low_ = 0;
};

}  // namespace mulin::payment::zvt
