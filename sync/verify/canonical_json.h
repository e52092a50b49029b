#pragma once
// Reads JSON in the one spelling that journals allow (sync/journal/FORMAT.md, "Canonical JSON") and
// refuses every other spelling of the same document. Written from that page alone; shares nothing
// with the program that writes journals.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mulin::verify {

struct Json {
    enum class Kind { null, boolean, number, text, list, object };
    Kind kind = Kind::null;
    bool boolean = false;
    std::int64_t number = 0;
    std::string text;
    std::vector<Json> items;                            // of a list
    std::vector<std::pair<std::string, Json>> members;  // of an object, in order

    const Json* find(std::string_view key) const;
};

// A cursor over one line. Every read returns false and leaves `problem` when the text is not spelled so.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}
    bool literal(std::string_view expected);
    bool text(std::string& out);
    bool number(std::int64_t& out);
    bool value(Json& out, int depth = 0);
    bool at_end() const { return at_ == text_.size(); }
    std::size_t offset() const { return at_; }
    const std::string& problem() const { return problem_; }

  private:
    bool refuse(const char* why);
    bool escape(std::string& out);
    bool utf8(std::string& out);
    bool list(Json& out, int depth);
    bool object(Json& out, int depth);

    std::string_view text_;
    std::size_t at_ = 0;
    std::string problem_;
};

// The whole text as one document; on refusal what is wrong, with the byte.
std::optional<Json> parse(std::string_view text, std::string& problem);

}  // namespace mulin::verify
