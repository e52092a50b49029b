#pragma once
// A JSON document as a tree in which every value knows its line, so that a message can name it.
// Numbers with a fraction keep their text: nothing here ever becomes a floating point number.
// Refused with a sentence: text that is not UTF-8, a key twice in one object, deep nesting, numbers
// beyond 64 bits, more values than a policy can need.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace mulin::sync::policy {

struct Node {
    enum class Kind { null, boolean, integer, decimal, text, list, object };
    struct Member;

    Kind kind = Kind::null;
    int line = 0;
    bool boolean = false;
    std::int64_t integer = 0;
    std::string text;  // of a text; of a decimal as written
    std::vector<Node> items;
    std::vector<Member> members;  // in the order written

    const Node* find(std::string_view key) const;
};

struct Node::Member {
    std::string key;
    int line = 0;
    Node value;
};

struct JsonProblem {
    int line = 0;
    std::string code;  // "json_syntax", "not_utf8", "duplicate_key", "too_deep", "too_large", "bad_number"
    std::string message;
};

inline constexpr std::size_t kMaxJsonBytes = 8 * 1024 * 1024;
inline constexpr std::size_t kMaxJsonDepth = 40;
inline constexpr std::size_t kMaxJsonNodes = 400'000;

tl::expected<Node, JsonProblem> parse_json(std::string_view text);

// Appends `text` as a JSON string in quotes; bytes that are not UTF-8 become U+FFFD.
void append_json_text(std::string& out, std::string_view text);

const char* name_of(Node::Kind kind);

}  // namespace mulin::sync::policy
