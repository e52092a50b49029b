#pragma once
// Hostile input for UnionPay's parsers: any bytes as a QR code, a customer-presented code, coupons, and
// an answer. Whatever comes in, nothing crashes, and no answer that nobody signed is opened.

#include <string_view>

namespace mulin::tests {

// How many of the parsers took the bytes for theirs. Ends the program when one of them lies.
int try_unionpay(std::string_view bytes);

}  // namespace mulin::tests
