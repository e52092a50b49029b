#pragma once
// A strict reader of JSON that came over a wire. Numbers stay as the text that was sent, so that money
// never passes through a floating point number; an object with a name twice or more
// than 1,000 names, more than 32 levels, or bytes that are no UTF-8 are refused. Reading what is missing gives a null value, never an error, so
// that a translator can look for what it needs and take everything else for unknown.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "payment/base/result.h"

namespace mulin::payment {

class Json {
  public:
    enum class Kind { null, boolean, number, text, array, object };

    static Result<Json> parse(std::string_view bytes);

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::null; }
    // A member, or null when this is no object or has none of that name.
    const Json& operator[](std::string_view name) const;
    const std::vector<Json>& items() const { return items_; }  // of an array; else empty
    const std::vector<std::pair<std::string, Json>>& members() const { return members_; }

    // The text of a text value; empty for anything else.
    std::string text() const;
    // The text of a text value, or the digits of a number as they were sent; empty for anything else.
    const std::string& plain() const { return kind_ == Kind::text || kind_ == Kind::number ? scalar_ : nothing(); }
    // A whole number sent as a number or as a text of digits, with an optional minus.
    std::optional<std::int64_t> whole() const;
    std::optional<bool> flag() const;

  private:
    friend class JsonBuilder;
    static const std::string& nothing();
    Kind kind_ = Kind::null;
    std::string scalar_;
    std::vector<Json> items_;
    std::vector<std::pair<std::string, Json>> members_;
};

// The exact bytes of the value of a top-level member, as they stand in `object`; nothing when the
// name is not there, comes twice, or the text is no JSON object. For signatures over what was sent.
std::optional<std::string_view> raw_member(std::string_view object, std::string_view name);

// A quoted JSON string: for building a document whose exact bytes are signed. Bytes that are no UTF-8
// are replaced.
std::string json_quoted(std::string_view text);

}  // namespace mulin::payment
