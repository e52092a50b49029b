#pragma once
// Administrative codes (GB/T 2260 and the statistical codes below it): 2 digits name a province, 4 a
// city, 6 a district, 9 a subdistrict or town, 12 a neighbourhood. Trailing zeros fill a short code
// up: 310110016000 is 310110016, 310000 is 31.

#include <string>
#include <string_view>

#include "sync/policy/condition.h"

namespace mulin::sync::policy {

bool is_code(std::string_view text);
// Without the zeros that only fill up.
std::string_view significant(std::string_view code);
// The code names the area or something inside it. The area is significant() already.
bool lies_in(std::string_view code, std::string_view area);
// The part of the code that names this level; empty when the code does not reach that deep. In the
// four cities that are provinces, city and province are one.
std::string_view part_of(std::string_view code, Level level);

}  // namespace mulin::sync::policy
