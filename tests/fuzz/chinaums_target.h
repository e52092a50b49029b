#pragma once
// Hostile input for ChinaUMS's parsers: any bytes as any of its answers, and as a notice. Whatever comes
// in, nothing crashes, nothing is approved that is not about our order and amount, and no payer's code
// comes out.

#include <string_view>

namespace mulin::tests {

// How many of the parsers found something clear in it. Ends the program when one of them lies.
int try_chinaums(std::string_view bytes);

}  // namespace mulin::tests
