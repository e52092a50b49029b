#pragma once
// What the till's configuration says of one payment channel: flat keys and values, read by the
// adapter it names. Secrets are never values: a key ending in _file names a file that only its
// owner may read, and the adapter reads it by itself, in its own process.
//
// Units: keys end in their unit (timeout_ms). Errors: every getter names channel and key.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "payment/base/result.h"

namespace mulin::payment {

class ChannelSettings {
  public:
    ChannelSettings() = default;
    ChannelSettings(std::string channel, std::map<std::string, std::string> values)
        : channel_(std::move(channel)), values_(std::move(values)) {}

    const std::string& channel() const { return channel_; }
    const std::map<std::string, std::string>& values() const { return values_; }

    Result<std::string> text(const std::string& key) const;  // must be there and not empty
    std::string text_or(const std::string& key, std::string otherwise) const;
    Result<std::int64_t> number_or(const std::string& key, std::int64_t otherwise, std::int64_t least,
                                   std::int64_t most) const;
    Result<bool> flag_or(const std::string& key, bool otherwise) const;
    // The whole content of the file that `key` names. Refused when the key is missing, the file
    // cannot be read, is larger than 64 KiB, or may be read by others than its owner.
    Result<std::string> secret(const std::string& key) const;
    // Refused when a key is none of these: a mistyped key must not be silently without effect.
    Status only(const std::vector<std::string>& known) const;

  private:
    std::string channel_;
    std::map<std::string, std::string> values_;
};

}  // namespace mulin::payment
