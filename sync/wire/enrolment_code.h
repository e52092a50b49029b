#pragma once
// The one-time code that a person carries from the district to a new till. It holds a secret that
// the district accepts once, and the fingerprint of the district's certificate authority, so that
// the till knows on first contact that it speaks with the right server.
// Written as seven groups of four: XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX; the first three are the
// secret (60 bits), the other four the first 80 bits of SHA-256 over the authority's DER certificate.
// Digits are [0-9A-HJKMNP-TV-Z]; when read, I and L count as 1, O as 0, case and spaces are free.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "payment/base/id.h"
#include "payment/base/result.h"

namespace mulin::sync {

struct EnrolmentCode {
    std::string secret;       // 12 digits, upper case
    std::string fingerprint;  // 16 digits, upper case

    static EnrolmentCode make(payment::Random& random, std::span<const std::uint8_t, 32> ca_sha256);
    static payment::Result<EnrolmentCode> parse(std::string_view text);
    std::string text() const;
    bool names_authority(std::span<const std::uint8_t, 32> ca_sha256) const;
    friend bool operator==(const EnrolmentCode&, const EnrolmentCode&) = default;
};

}  // namespace mulin::sync
