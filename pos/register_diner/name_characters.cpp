#include "pos/register_diner/name_characters.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace mulin::pos::register_diner {
namespace {

constexpr std::size_t kMaxChoices = 120;
constexpr std::size_t kPerLongerSyllable = 8;

std::size_t length_of(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead < 0xE0) return 2;
    return lead < 0xF0 ? 3 : 4;
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

std::string utf8(std::uint32_t code) {
    const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x10000) return {static_cast<char>(0xE0 | (code >> 12)), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | (code >> 18)), tail(12), tail(6), tail(0)};
}

// Han characters only: the planes and blocks in which names lie.
std::optional<std::string> character_at(std::string_view letters) {
    if (letters.size() < 5 || letters.size() > 7) return std::nullopt;
    std::uint32_t code = 0;
    for (char c : letters.substr(1)) {
        code = code * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    const bool han = (code >= 0x3400 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) ||
                     (code >= 0x20000 && code <= 0x323AF);
    if (!han) return std::nullopt;
    return utf8(code);
}

}  // namespace

std::vector<std::string> split_characters(std::string_view text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = std::min(length_of(static_cast<unsigned char>(text[at])), text.size() - at);
        out.emplace_back(text.substr(at, length));
        at += length;
    }
    return out;
}

bool is_code_point(std::string_view letters) {
    // No syllable begins with u, so that it is free to mean this.
    return !letters.empty() && letters.front() == 'u' && std::ranges::all_of(letters.substr(1), is_hex);
}

bool initials_match(std::string_view text, std::string_view letters) {
    const auto characters = split_characters(text);
    if (letters.size() > characters.size()) return false;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const char initial = static_cast<char>(letters[i] + ('a' - 'A'));
        const bool read_so = std::ranges::any_of(syllables(), [&](const Syllable& syllable) {
            return syllable.letters[0] == initial &&
                   std::string_view(syllable.characters).find(characters[i]) != std::string_view::npos;
        });
        if (!read_so) return false;
    }
    return true;
}

std::vector<std::string> common_surnames() {
    return split_characters("王张陈李朱周徐杨吴刘沈黄陆孙赵顾胡金钱唐何高潘郑林施马邹蒋曹姚俞许邵严龚戴夏倪");
}

std::vector<std::string> characters_for(std::string_view letters) {
    if (letters.empty()) return {};
    if (is_code_point(letters)) {
        auto character = character_at(letters);
        return character ? std::vector{*character} : std::vector<std::string>{};
    }
    std::vector<std::string> out;
    const auto add = [&](std::string character) {
        if (out.size() < kMaxChoices && std::ranges::find(out, character) == out.end()) {
            out.push_back(std::move(character));
        }
    };
    for (const Syllable& syllable : syllables()) {
        if (letters == syllable.letters) {
            for (std::string& character : split_characters(syllable.characters)) add(std::move(character));
        }
    }
    for (const Syllable& syllable : syllables()) {
        if (letters == syllable.letters || !std::string_view(syllable.letters).starts_with(letters)) continue;
        auto longer = split_characters(syllable.characters);
        for (std::size_t i = 0; i < std::min(longer.size(), kPerLongerSyllable); ++i) add(std::move(longer[i]));
    }
    return out;
}

}  // namespace mulin::pos::register_diner
