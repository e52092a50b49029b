#pragma once
// Staff PINs at rest: a record from which the PIN cannot be read back, only checked. Slow on purpose
// (about 60 ms and 32 MiB a try), so call from a worker. Counting wrong tries is the caller's.

#include <string>
#include <string_view>

#include "sync/model/kinds.h"

namespace mulin::sync {

// "scrypt$32768$8$1$<salt hex>$<key hex>": 16 bytes of salt, 32 of key. Refuses anything but 4 to 8 digits.
Result<std::string> make_pin_record(std::string_view pin, payment::Random& random);

// False also for a record that is damaged or asks for more memory than 64 MiB.
bool check_pin(std::string_view record, std::string_view pin);

}  // namespace mulin::sync
