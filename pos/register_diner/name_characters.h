#pragma once
// From pinyin to characters, for names only: a till has no Chinese keyboard. Not an input method:
// one syllable gives one character. Pure.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mulin::pos::register_diner {

struct Syllable {
    const char* letters;     // "lv" for lü
    const char* characters;  // likeliest in a name first
};

// Sorted by letters.
std::span<const Syllable> syllables();

// Characters read as `letters` first, then those whose reading begins with it. "u" and four to six
// hexadecimal digits name one character by its code point, for names no list holds: "u20164".
std::vector<std::string> characters_for(std::string_view letters);

// Offered before anything is typed, most frequent first.
std::vector<std::string> common_surnames();

// True for "u" followed by digits: then digits belong to a code point.
bool is_code_point(std::string_view letters);

// True when each letter (upper case) begins some reading of the character in its place: "CH" for
// 长海路, and "ZH" too.
bool initials_match(std::string_view text, std::string_view letters);

std::vector<std::string> split_characters(std::string_view text);

}  // namespace mulin::pos::register_diner
