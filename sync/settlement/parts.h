#pragma once
// Parts: what one claim comes to for one payer, as reports add it up: claimed, and of that returned,
// voided, posted, or borne by somebody else. claimed is always the sum of all the others. Plain
// functions over claims and verdicts.

#include <map>
#include <string>

#include "sync/settlement/verdict.h"

namespace mulin::sync::settlement {

struct Part {
    Money claimed;
    Money returned;
    Money voided;
    Money posted;
    Money vendor;  // borne by
    Money tolerance;
    Money diner;
    Money suspense;
    Money& borne(Bearer bearer);
    Part& operator+=(const Part& other);
    friend bool operator==(const Part&, const Part&) = default;
};
Part operator-(const Part& a, const Part& b);

using Parts = std::map<std::string, Part>;  // by payer

Parts parts_of(const Claim& claim, const Verdict& verdict);

// now - before for every payer of either, without those where nothing moved.
Parts change_of(const Parts& before, const Parts& now);

}  // namespace mulin::sync::settlement
