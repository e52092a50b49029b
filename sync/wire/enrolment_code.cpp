#include "sync/wire/enrolment_code.h"

namespace mulin::sync {
namespace {

constexpr char kDigits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kSecretDigits = 12;
constexpr std::size_t kFingerprintDigits = 16;

std::string digits_of(std::span<const std::uint8_t> bytes, std::size_t count) {
    std::string text;
    unsigned buffer = 0;
    int bits = 0;
    std::size_t at = 0;
    while (text.size() < count) {
        if (bits < 5) {
            buffer = buffer << 8 | bytes[at++];
            bits += 8;
        }
        bits -= 5;
        text += kDigits[buffer >> bits & 31];
        buffer &= (1U << bits) - 1;
    }
    return text;
}

// 0 for anything that is not one of our digits.
char read_digit(char c) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    return std::string_view(kDigits).find(c) == std::string_view::npos ? '\0' : c;
}

}  // namespace

EnrolmentCode EnrolmentCode::make(payment::Random& random, std::span<const std::uint8_t, 32> ca_sha256) {
    std::array<std::uint8_t, 8> bytes{};
    random.fill(bytes);
    return {digits_of(bytes, kSecretDigits), digits_of(ca_sha256, kFingerprintDigits)};
}

payment::Result<EnrolmentCode> EnrolmentCode::parse(std::string_view text) {
    const auto malformed = [] {
        return payment::fail(payment::ErrorCode::invalid_input,
                             "The enrolment code is not complete or mistyped: it has seven groups of "
                             "four letters and digits; copy it again from the district.");
    };
    std::string digits;
    for (const char c : text) {
        if (c == '-' || c == ' ' || c == '\t') continue;
        const char digit = read_digit(c);
        if (digit == '\0' || digits.size() == kSecretDigits + kFingerprintDigits) return malformed();
        digits += digit;
    }
    if (digits.size() != kSecretDigits + kFingerprintDigits) return malformed();
    return EnrolmentCode{digits.substr(0, kSecretDigits), digits.substr(kSecretDigits)};
}

std::string EnrolmentCode::text() const {
    const std::string digits = secret + fingerprint;
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i != 0 && i % 4 == 0) out += '-';
        out += digits[i];
    }
    return out;
}

bool EnrolmentCode::names_authority(std::span<const std::uint8_t, 32> ca_sha256) const {
    return digits_of(ca_sha256, kFingerprintDigits) == fingerprint;
}

}  // namespace mulin::sync
