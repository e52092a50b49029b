#pragma once
// UTF-8 to code points and back. Broken bytes become U+FFFD, one for each; nothing is ever thrown.

#include <string>
#include <string_view>

namespace mulin::pos::touch {

// Decodes one code point at `at` and moves `at` past it. at < text.size().
char32_t next_code_point(std::string_view text, std::size_t& at);
std::u32string to_code_points(std::string_view text);
void append_utf8(std::string& out, char32_t code_point);
std::string to_utf8(std::u32string_view code_points);
// The first character of a name, any plane; empty for an empty text.
std::string_view first_character(std::string_view text);

}  // namespace mulin::pos::touch
