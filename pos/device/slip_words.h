#pragma once
// The fixed words of slips in both languages. Neutral: there is no word here for why a benefit is given.

#include <string>

#include "pos/device/receipt.h"
#include "sync/model/kinds.h"

namespace mulin::pos {

struct SlipWords {
    const char *guest, *list, *delivery, *due, *rounding, *given, *change, *cashier, *approver, *entry, *check,
        *thanks, *reprint, *training, *voided, *of_entry, *refund, *reason, *number, *scan, *test_page, *refunded, *refund_of;
    const char* meals[3];
    const char* services[3];
    const char *topped_up, *card_ending, *on_card, *balance, *balance_later, *keep, *scan_top_up;
    const char *shift_closed, *since, *until, *drawer_float, *cash_moved, *cash_due, *cash_counted, *difference, *sales, *voids, *taken,
        *signature;
};

const SlipWords& slip_words(SlipLanguage language);
// "cash", "qr", "senior_card", "bank_card"; another method stands for itself.
std::string method_word(const std::string& method, SlipLanguage language);

// Why a sale was voided: the codes of pos/correct; other words stand for themselves.
std::string reason_word(const std::string& reason, SlipLanguage language);

}  // namespace mulin::pos
