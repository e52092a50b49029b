#pragma once
// A person who eats here, as the till knows them. The whole identity number is never held: only a
// keyed hash (to refuse duplicates) and the last four. The aid classes decide prices and must never
// reach a diner-facing surface.

#include <string>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::sync {

struct Diner {
    DinerId id;          // "D000123"
    std::string name;    // UTF-8, any plane
    std::string pinyin;  // initials, upper case, one reading per space-separated word: "SXY CXY"
    Date birth_date;
    Sex sex = Sex::female;
    std::string id_hash;   // hex of HMAC-SHA256(district key, 18-character number); empty if unknown
    std::string id_last4;  // "2716", "301X"
    std::string phone_last4;
    std::string hukou;      // administrative code, 6, 9 or 12 digits
    std::string residence;  // administrative code
    std::string road;       // where they live, enough to tell two people apart: "国和路"
    std::vector<std::string> aid;
    int disability_grade = 0;  // 0 none, 1 (gravest) to 4
    std::string care = "none";
    std::vector<std::string> living;
    std::vector<std::string> tags;
    std::vector<std::string> approved;  // applications granted: "putuo-dinein"
    std::vector<std::string> cards;     // kinds held: "jinglao"
    std::string diet;                   // what the kitchen must know: "少盐 · 不吃花生"
    bool active = true;

    friend bool operator==(const Diner&, const Diner&) = default;
};

// A card or QR that names a diner. The printed number is never held: its keyed hash and last four.
struct Card {
    std::string hash;   // hex of HMAC-SHA256(district key, number as read)
    std::string last4;
    std::string kind;   // "jinglao", "shebao", "qr"
    DinerId diner;
    bool blocked = false;
    friend bool operator==(const Card&, const Card&) = default;
};

}  // namespace mulin::sync
