#pragma once
// The citizen identity number of GB 11643-1999: six digits of area (of first registration, so an
// unknown or withdrawn code is no reason to refuse), eight of birth date, three of sequence (odd for
// men), one check character. Pure; the number is sensitive, so callers keep only keyed_hash and last4.

#include <optional>
#include <string>
#include <string_view>

#include "sync/model/kinds.h"

namespace mulin::sync {

struct IdentityNumber {
    std::string text;  // 18 characters, X in upper case
    std::string area;  // the first six digits
    Date birth_date;
    Sex sex = Sex::female;
    std::string last4() const { return text.substr(14); }
};

// Blanks are ignored and x is read as X. Refused (invalid_input, one sentence a cashier can read out):
// wrong length, the old 15 digits, a wrong character, a date that does not exist, a birth after
// `today` when given, a wrong check character.
Result<IdentityNumber> parse_identity_number(std::string_view text, std::optional<Date> today = std::nullopt);

// The check character for 17 digits (checked): '0' to '9' or 'X'.
char identity_check_character(std::string_view first17);

// Area of six digits, sequence 0 to 999 (checked).
std::string make_identity_number(std::string_view area, Date birth, int sequence);

}  // namespace mulin::sync
