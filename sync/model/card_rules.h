#pragma once
// How far a stored-value card may be used without the district (sent down signed, in the site's snapshot),
// and what the district lets an account be overdrawn by it. Fen; zero forbids.

#include "sync/model/kinds.h"

namespace mulin::sync {

struct CardRules {
    Money offline_card_day = Money::fen(10'000);   // one card, one day, at one till
    Money offline_till_day = Money::fen(500'000);  // all cards, one day, at one till
    Money tolerance = Money::fen(10'000);          // an account may go this far below nothing
    friend bool operator==(const CardRules&, const CardRules&) = default;
};

}  // namespace mulin::sync
