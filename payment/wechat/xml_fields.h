#pragma once
// The flat XML of protocol V2: one <xml> element with one level of fields. Parsed by Expat with
// everything refused that a payment answer never needs: document types, entities of its own,
// attributes, nesting, comments, a field twice. No I/O; any bytes may come in.

#include <optional>
#include <string>
#include <string_view>

#include "payment/wire/form.h"

namespace mulin::payment {

std::string write_xml(const FormFields& fields);
std::optional<FormFields> parse_xml(std::string_view bytes);

}  // namespace mulin::payment
