#pragma once
// Names and values on the wire: application/x-www-form-urlencoded, and the sorted line that most
// gateways sign. Pure functions over bytes; nothing here knows a gateway.

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mulin::payment {

// Sorted by byte, which is what every "sort by ASCII" recipe means.
using FormFields = std::map<std::string, std::string>;

// Everything but [A-Za-z0-9-._~] as %XX, upper case; a space is %20.
std::string percent_encode(std::string_view bytes);

enum class Plus { is_space, is_plus };
// Nothing when a '%' is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

// "a=1&b=2", percent-encoded.
std::string form_encode(const FormFields& fields);
// Refuses a name that comes twice, a broken escape, or a pair without '='. An empty text is no fields.
std::optional<FormFields> form_decode(std::string_view text, Plus plus);
// The same without percent-decoding anything: "a=1&b=2" as it stands, split at the first '='.
std::optional<FormFields> form_split(std::string_view text);

// "a=1&b=2" in raw bytes of the fields that are not empty, without those named.
std::string sorted_line(const FormFields& fields, std::initializer_list<std::string_view> without);

// The field's value; empty when it is not there.
const std::string& field(const FormFields& fields, const std::string& name);

}  // namespace mulin::payment
