#include "payment/wire/redact.h"

#include <algorithm>

namespace mulin::payment {
namespace {

constexpr std::size_t kLeastSecret = 6;
constexpr std::size_t kTellingPart = 12;

void take_out(std::string& text, std::string_view secret) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
        text.replace(at, secret.size(), "***");
}

}  // namespace

std::string fit_to_keep(std::string_view text, std::string_view secret, std::size_t most) {
    std::string out(text);
    if (secret.size() >= kLeastSecret) {
        take_out(out, secret);
        take_out(out, secret.substr(0, kTellingPart));
    }
    std::replace_if(out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    if (out.size() <= most) return out;
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
    out.resize(end);
    return out;
}

}  // namespace mulin::payment
