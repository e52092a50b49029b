#include "sync/wire/bundle_seal.h"

#include <vector>

namespace mulin::sync {
namespace {

// The name in front keeps a bundle's signature from ever meaning anything else.
std::vector<std::uint8_t> signed_bytes(const std::string& text) {
    static constexpr std::string_view kName = "mulin/v1/bundle";
    std::vector<std::uint8_t> bytes(kName.begin(), kName.end());
    bytes.push_back(0);
    bytes.insert(bytes.end(), text.begin(), text.end());
    return bytes;
}

std::vector<std::uint8_t> bytes_of(const std::string& hex_text) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < hex_text.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(digit(hex_text[i]) << 4 | digit(hex_text[i + 1])));
    }
    return bytes;
}

}  // namespace

SignedBundle seal_bundle(std::string text, const SigningKey& key) {
    const auto signature = key.sign(signed_bytes(text));
    return {std::move(text), payment::hex(signature)};
}

bool bundle_is_genuine(const SignedBundle& bundle, const PublicKey& key) {
    return key.verify(signed_bytes(bundle.text), bytes_of(bundle.signature));
}

}  // namespace mulin::sync
