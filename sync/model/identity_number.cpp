#include "sync/model/identity_number.h"

#include <algorithm>
#include <array>

#include "payment/base/check.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

// GB 11643-1999, section 4: weights of ISO 7064 MOD 11-2 and the characters of the remainders.
constexpr std::array kWeights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
constexpr std::string_view kCheckCharacters = "10X98765432";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

int number_in(std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

std::string normalised(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        out += c == 'x' ? 'X' : c;
    }
    return out;
}

Status check_shape(const std::string& text) {
    if (text.size() == 15 && all_digits(text))
        return fail(ErrorCode::invalid_input,
                    "This is an old 15-digit number; ask for the card with 18 characters.");
    if (text.size() != 18)
        return fail(ErrorCode::invalid_input, "An identity number has 18 characters, this one has " +
                                                  std::to_string(text.size()) + ".");
    const std::string_view view = text;
    if (!all_digits(view.substr(0, 17)) || !(is_digit(text[17]) || text[17] == 'X'))
        return fail(ErrorCode::invalid_input,
                    "An identity number has 17 digits and then a digit or X; type it again.");
    return payment::ok();
}

}  // namespace

char identity_check_character(std::string_view first17) {
    MULIN_CHECK(first17.size() == 17 && all_digits(first17));
    int sum = 0;
    for (std::size_t i = 0; i < 17; ++i) sum += (first17[i] - '0') * kWeights[i];
    return kCheckCharacters[static_cast<std::size_t>(sum % 11)];
}

Result<IdentityNumber> parse_identity_number(std::string_view text, std::optional<Date> today) {
    IdentityNumber number;
    number.text = normalised(text);
    MULIN_TRY_STATUS(check_shape(number.text));
    const std::string_view view = number.text;
    const auto birth = Date::from_ymd(number_in(view.substr(6, 4)), number_in(view.substr(10, 2)),
                                      number_in(view.substr(12, 2)));
    if (!birth)
        return fail(ErrorCode::invalid_input, "The birth date in this number, " +
                                                  std::string(view.substr(6, 8)) +
                                                  ", does not exist; compare it with the card.");
    if (today && *birth > *today)
        return fail(ErrorCode::invalid_input, "The birth date in this number, " + birth->text() +
                                                  ", lies in the future; compare it with the card.");
    if (identity_check_character(view.substr(0, 17)) != number.text[17])
        return fail(ErrorCode::invalid_input,
                    "The check character does not fit: at least one digit is wrong; compare it with the card.");
    number.area = number.text.substr(0, 6);
    number.birth_date = *birth;
    number.sex = (number.text[16] - '0') % 2 == 1 ? Sex::male : Sex::female;
    return number;
}

std::string make_identity_number(std::string_view area, Date birth, int sequence) {
    MULIN_CHECK(area.size() == 6 && all_digits(area) && sequence >= 0 && sequence <= 999);
    std::string text(area);
    for (const char c : birth.text()) {
        if (c != '-') text += c;
    }
    const std::string digits = std::to_string(sequence);
    text += std::string(3 - digits.size(), '0') + digits;
    return text + identity_check_character(text);
}

}  // namespace mulin::sync
