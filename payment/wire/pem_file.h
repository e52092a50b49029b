#pragma once
// Reads a file of public keys or certificates: anybody may read it, so its mode is not looked at.
// Private keys and passwords come by ChannelSettings::secret, never by this.

#include <string>

#include "payment/base/result.h"

namespace mulin::payment {

// `what` is for the error: "authorities_file of channel wechat". At most 1 MiB.
Result<std::string> read_public_file(const std::string& path, const std::string& what);

}  // namespace mulin::payment
