#pragma once
// Every string of the screens has a key here: Msg::serve_due is "due" in assets/text/<lang>/serve.json.
// To add one: a line in messages_<screen>.def, and the words in both languages' <screen>.json. A
// key without words, or words without a key, fails the catalogue test.

#include <cstddef>
#include <string_view>

namespace mulin::pos::text {

enum class Msg {
#define MULIN_MSG(screen, name) screen##_##name,
#include "pos/text/messages.def"
#undef MULIN_MSG
    count_
};

inline constexpr std::size_t kMessageCount = static_cast<std::size_t>(Msg::count_);

struct MessageKey {
    std::string_view screen;  // the JSON file
    std::string_view name;    // the key in it
};
MessageKey message_key(Msg message);

}  // namespace mulin::pos::text
