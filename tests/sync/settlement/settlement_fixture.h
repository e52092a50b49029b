#pragma once
// Claims for the tests of verdicts and ledger, and a rule that a diner has one subsidised meal.

#include <string>
#include <vector>

#include "sync/settlement/verdict.h"

namespace mulin::sync::settlement::tests {

inline Claim claim(const std::string& till, std::int64_t seq, const std::string& site, std::int64_t at_ms,
                   std::int64_t district_fen = 200, std::int64_t street_fen = 100) {
    Claim made;
    made.entry = {TillId(till), EpochId("e1"), seq};
    made.entry_hash = std::string(60, 'a') + std::to_string(1000 + seq % 9000);
    made.diner = DinerId("D1");
    made.business_date = *Date::parse("2026-03-10");
    made.site = SiteId(site);
    made.vendor = VendorId("V-" + site);
    made.not_before = {at_ms};
    made.claimed = {{"district", Money::fen(district_fen)}, {"street", Money::fen(street_fen)}};
    return made;
}

// One subsidised meal a date and meal: whoever comes first gets all that is claimed.
inline VerdictRules one_meal(std::int64_t tolerance_fen = 500) {
    return {"r1", Money::fen(tolerance_fen), true, [](const Claim& asked, std::span<const Claim> granted) {
                for (const auto& earlier : granted)
                    if (earlier.business_date == asked.business_date && earlier.meal == asked.meal)
                        return Due{{}, Due::Why::other_meals};
                return Due{asked.claimed, Due::Why::unexplained};
            }};
}

inline std::string texts(const std::vector<Verdict>& verdicts) {
    std::string all;
    for (const auto& verdict : verdicts) all += verdict_text(verdict) + "\n";
    return all;
}

}  // namespace mulin::sync::settlement::tests
