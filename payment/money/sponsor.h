#pragma once
// Who pays the part of a payment that the payer does not: the only words for it, in adapters, journals, the
// channels' bills and the settlement. A word that is none of them (a vendor's own) is kept as it came.

#include <algorithm>
#include <array>
#include <string_view>

namespace mulin::payment::sponsor {

inline constexpr const char* kPlatform = "platform";  // the wallet or the network
inline constexpr const char* kIssuer = "issuer";      // the payer's bank
inline constexpr const char* kMerchant = "merchant";  // ourselves: the only one that we do not get
inline constexpr const char* kOther = "other";        // somebody else, as the channel says

inline bool is_known(std::string_view word) {
    static constexpr std::array<std::string_view, 4> kAll = {kPlatform, kIssuer, kMerchant, kOther};
    return std::find(kAll.begin(), kAll.end(), word) != kAll.end();
}

}  // namespace mulin::payment::sponsor
