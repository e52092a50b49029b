#include "payment/base/id.h"

#include <array>

#include <openssl/rand.h>

#include "payment/base/check.h"

namespace mulin::payment {

std::uint64_t Random::next_u64() {
    std::array<std::uint8_t, 8> bytes{};
    fill(bytes);
    std::uint64_t value = 0;
    for (auto byte : bytes) value = value << 8 | byte;
    return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
    MULIN_CHECK(bound > 0);
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    for (;;) {
        const std::uint64_t value = next_u64();
        if (value < limit) return value % bound;
    }
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
    MULIN_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
void SeededRandom::fill(std::span<std::uint8_t> bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i % 8 == 0) {
            state_ += 0x9E3779B97F4A7C15ULL;
            word = state_;
            word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ULL;
            word = (word ^ (word >> 27)) * 0x94D049BB133111EBULL;
            word ^= word >> 31;
        }
        bytes[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
    }
}

std::string IdSource::next_text() {
    static constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::array<std::uint8_t, 16> bytes{};
    const auto ms = static_cast<std::uint64_t>(clock_.utc().ms);
    for (int i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    random_.fill(std::span(bytes).subspan(6));
    // 128 bits in 26 digits of 5 bits: the first digit carries 3 bits.
    std::string text(26, '0');
    unsigned buffer = 0;
    int bits = 2;  // two leading zero bits make 130
    std::size_t at = 0;
    for (auto byte : bytes) {
        buffer = buffer << 8 | byte;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            text[at++] = kAlphabet[buffer >> bits & 31];
        }
        buffer &= 0xFF;
    }
    MULIN_CHECK(at == 26 && bits == 0);
    return text;
}

std::string hex(std::span<const std::uint8_t> bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (auto byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

}  // namespace mulin::payment
