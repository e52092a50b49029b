#pragma once
// Verdict: what becomes of one claim, and who bears what the payers do not. A pure function of the
// set of claims of one diner: the order in which tills upload cannot change a byte of it, and a
// second run gives the same text. It edits nothing; the ledger (ledger.h) turns verdicts into
// transfers, also when a later fact changes one.
//
// How shortfalls are borne, by reason, unless a person ruled otherwise:
//   double at the same site, lease exceeded, overridden, clock untrusted, denied card, wrong amounts
//     -> the vendor
//   not up to date -> the district's tolerance
//   double elsewhere -> the tolerance up to its limit a day and diner, then the diner
//   forked, identity disputed, unjudged -> suspense, until a person decides
// What an operator was to get beside the price is never the diner's: its vendor goes without.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sync/settlement/claim.h"

namespace mulin::sync::settlement {

// Names are stable: they stand in reports and stored verdicts.
enum class Reason {
    granted,
    granted_less_than_due,  // the till gave less than the rules: the payers owe nothing more by it
    voided,
    refunded,  // given back whole
    double_same_site,
    double_elsewhere,
    not_up_to_date,  // the till had not yet heard of rules or facts in force
    wrong_amounts,   // nothing explains what the till gave
    lease_exceeded,
    overridden,
    clock_untrusted,
    denied_card,
    identity_disputed,
    forked,
    unjudged,  // the district does not know the diner, the site or any rules
};
const char* name_of(Reason reason);

enum class Bearer { vendor, tolerance, diner, suspense };
inline constexpr Bearer kAllBearers[] = {Bearer::vendor, Bearer::tolerance, Bearer::diner, Bearer::suspense};
const char* name_of(Bearer bearer);

struct Burden {
    Bearer bearer = Bearer::suspense;
    std::string payer;  // whose part is borne
    Money amount;
    friend bool operator==(const Burden&, const Burden&) = default;
};

struct Verdict {
    EntryKey entry;
    std::string entry_hash;
    Reason reason = Reason::granted;
    std::vector<PayerShare> posted;  // the payers pay this
    std::vector<Burden> borne;       // posted + borne + returned == claimed, for every payer; nothing when voided
    std::string rules;               // version of the rules it was judged by
    std::string facts;               // SHA-256 over this claim and all before it in the order
    friend bool operator==(const Verdict&, const Verdict&) = default;
};

// What the rules give for a claim, and how a till may have come to something else.
struct Due {
    enum class Why {
        unexplained,
        other_meals,      // it could not know of meals at other tills
        not_up_to_date,   // it had not heard of rules or facts
        cannot_be_judged  // shares say nothing
    };
    std::vector<PayerShare> shares;
    Why why = Why::unexplained;
};

struct VerdictRules {
    std::string version;
    Money tolerance_per_diner_day;  // what the district bears for honest doubles
    // A second claim for the same date and meal gets nothing of payers other than the vendor, whatever
    // the published rules say.
    bool one_subsidy_a_meal = true;
    // What the payers owe for this claim when `granted` (in order) already stand. A pure function of
    // both; it is asked once for each claim, in order.
    std::function<Due(const Claim& claim, std::span<const Claim> granted)> due;
};

// Verdicts over claims of one diner, in the order comes_before: all of them, or all from one business
// date on; `facts_before` is then Verdict::facts of the last one before that date.
std::vector<Verdict> judge_claims(std::vector<Claim> claims, const VerdictRules& rules,
                                  const std::string& facts_before = {});

// One line of canonical text; equal verdicts have equal bytes.
std::string verdict_text(const Verdict& verdict);
// "district=200 street=100", and "vendor:district=200".
std::string posted_text(const Verdict& verdict);
std::string borne_text(const Verdict& verdict);

}  // namespace mulin::sync::settlement
