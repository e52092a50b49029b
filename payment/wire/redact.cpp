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

constexpr std::size_t kLongestNumber = 12;

// Bytes of the character at `at`; none when they are no UTF-8.
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
    const auto second = static_cast<unsigned char>(text[at + 1]);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    if (overlong || (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F)) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 0;
    return length;
}

}  // namespace

std::string fit_to_say(std::string_view text, std::string_view secret, std::size_t most) {
    return without_long_numbers(fit_to_keep(text, secret, most), most);
}

std::string without_long_numbers(std::string_view text, std::size_t most) {
    std::string out(text);
    for (std::size_t at = 0; at < out.size();) {
        const std::size_t length = utf8_length(out, at);
        if (length == 0) out[at] = '?';
        at += std::max<std::size_t>(length, 1);
    }
    for (std::size_t at = out.find_first_of("0123456789"); at != std::string::npos; at = out.find_first_of("0123456789", at)) {
        const std::size_t end = std::min(out.find_first_not_of("0123456789", at), out.size());
        if (end - at > kLongestNumber) out.replace(at, end - at, end - at, '*');
        at = end;
    }
    return fit_to_keep(out, "", most);
}

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
