#pragma once
// Hostile input for the translators of WeChat and Alipay: any bytes as an answer, as they are (nobody
// signed them) and signed by the gateway's own key (a gateway gone wrong). Never a crash or a hang;
// unsigned bytes are never a yes or a no; a yes is always about our order and amount, and its discounts
// never pass it. Each returns whether the bytes were read as an answer. Ends the program otherwise.

#include <string_view>

namespace mulin::tests {

bool try_wechat_v2(std::string_view bytes);
bool try_wechat_v3(std::string_view bytes);
bool try_alipay(std::string_view bytes);

}  // namespace mulin::tests
