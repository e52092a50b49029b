#include "payment/host/log_redaction.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace mulin::payment::host {
namespace {

constexpr std::size_t kDigitsOfACode = 12;
constexpr std::size_t kLettersOfAKey = 32;
constexpr std::array kSecretNames = {"key", "sign", "signature", "code", "password", "secret", "pin", "token"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/' || c == '=' || c == '_' || c == '-'; }

// Length of the run of digits at `from`, single spaces and dashes within allowed; counts digits.
std::size_t digit_run(std::string_view text, std::size_t from, std::size_t& digits) {
    std::size_t at = from;
    digits = 0;
    std::size_t last = from;
    while (at < text.size()) {
        if (is_digit(text[at])) {
            ++digits;
            last = ++at;
        } else if ((text[at] == ' ' || text[at] == '-') && at + 1 < text.size() && is_digit(text[at + 1])) {
            ++at;
        } else {
            break;
        }
    }
    return last - from;
}

std::string blank_digits(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t digits = 0;
        const std::size_t length = is_digit(text[at]) ? digit_run(text, at, digits) : 0;
        if (digits >= kDigitsOfACode) {
            out += std::string(text.substr(at, 2)) + "[" + std::to_string(digits) + " digits]";
            at += length;
        } else {
            const std::size_t step = std::max<std::size_t>(length, 1);
            out += text.substr(at, step);
            at += step;
        }
    }
    return out;
}

std::string blank_words(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_word(text[end])) ++end;
        if (end - at >= kLettersOfAKey) {
            out += "[" + std::to_string(end - at) + " characters]";
        } else {
            out += text.substr(at, std::max<std::size_t>(end - at, 1));
        }
        at = std::max(end, at + 1);
    }
    return out;
}

bool ends_with_name(std::string_view before) {
    while (!before.empty() && (before.back() == ' ' || before.back() == '"' || before.back() == '\'')) before.remove_suffix(1);
    std::string word;
    while (!before.empty() && std::isalpha(static_cast<unsigned char>(before.back())) != 0) {
        word.insert(word.begin(), static_cast<char>(std::tolower(static_cast<unsigned char>(before.back()))));
        before.remove_suffix(1);
    }
    return std::find(kSecretNames.begin(), kSecretNames.end(), word) != kSecretNames.end();
}

// name=value and name: value, where the name says that the value is nobody's business.
std::string blank_values(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += text[at];
        if ((text[at] != '=' && text[at] != ':') || !ends_with_name(text.substr(0, at))) continue;
        std::size_t end = at + 1;
        while (end < text.size() && (text[end] == ' ' || text[end] == '"' || text[end] == '\'')) ++end;
        while (end < text.size() && text[end] != ' ' && text[end] != '&' && text[end] != ',' && text[end] != '"') ++end;
        out += "[...]";
        at = end - 1;
    }
    return out;
}

}  // namespace

std::string redact(std::string_view line) {
    std::string plain;
    for (const char c : line.substr(0, 4096))
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) plain += c;
    plain = blank_words(blank_digits(blank_values(plain)));
    if (plain.size() > kLongestLogLine) plain = plain.substr(0, kLongestLogLine) + "...";
    return plain;
}

}  // namespace mulin::payment::host
