#include "sync/model/pin.h"

#include "sync/model/scrypt_record.h"

namespace mulin::sync {
namespace {

bool is_pin(std::string_view pin) {
    if (pin.size() < 4 || pin.size() > 8) return false;
    return pin.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Result<std::string> make_pin_record(std::string_view pin, payment::Random& random) {
    if (!is_pin(pin)) {
        return payment::fail(payment::ErrorCode::invalid_input, "A PIN has 4 to 8 digits; choose another one.");
    }
    return make_scrypt_record(pin, {}, random);
}

bool check_pin(std::string_view record, std::string_view pin) { return is_pin(pin) && check_scrypt_record(record, pin); }

}  // namespace mulin::sync
