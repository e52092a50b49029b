#pragma once
// Shifts and who is on them, and the two small words that pricing wants to know about a payment: which
// tender it is and which card was shown.

#include <string>

#include "pos/app/refusal.h"
#include "pos/app/till.h"

namespace mulin::pos {

// cashier empty: the first active cashier of the site. Refused while another shift is open.
Answer<sync::ShiftOpen> open_shift(Till& till, sync::Money drawer_float, const sync::StaffId& cashier);
Answer<sync::ShiftClose> close_shift(Till& till, std::optional<sync::Money> counted, const sync::StaffId& cashier);
sync::StaffId cashier_on_shift(Till& till);

// "cash", "senior_card", "bank_card", or by wallet "unionpay_qr", "wechat_qr", "alipay_qr"; "qr" before
// a code was scanned.
std::string tender_name(const TillConfig& config, const std::string& method, const std::string& code);
// The card somebody found by hand is taken to have shown: the senior card if they hold one.
std::string presented_for(Till& till, const std::optional<sync::DinerId>& diner);

}  // namespace mulin::pos
