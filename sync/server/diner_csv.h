#pragma once
// Diners from a CSV file (RFC 4180, UTF-8, with or without byte order mark). First line: column
// names. Needed: id, name, birth_date. Free: pinyin, sex, identity_number, phone_last4, hukou,
// residence, road, aid, disability_grade, care, living, tags, approved, diet, active, card_number,
// card_kind; lists are separated by "|". The identity number and card number are turned into keyed
// hashes here and kept nowhere.

#include <string>
#include <string_view>
#include <vector>

#include "sync/model/diner.h"

namespace mulin::sync::server {

struct DinerRow {
    int line = 0;
    Diner diner;
    std::vector<Card> cards;
};

// All rows or the first thing that is wrong: "diners.csv line 12: …".
Result<std::vector<DinerRow>> read_diner_csv(std::string_view text, const std::string& file,
                                             const std::string& hash_key);

}  // namespace mulin::sync::server
