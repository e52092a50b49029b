#pragma once
// Verdict: what becomes of one claim, and who bears what the payers do not. A pure function of the
// set of claims of one diner: the order in which tills upload cannot change a byte of it, and a
// second run gives the same text. It edits nothing; the ledger (ledger.h) turns verdicts into
// transfers, also when a later fact changes one.
//
// How shortfalls are borne, by reason:
//   double at the same site, lease exceeded, overridden, clock untrusted, denied card -> the vendor
//   double elsewhere -> the district's tolerance up to its limit a day and diner, then the diner
//   forked, identity disputed -> suspense, until a person decides

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
    double_same_site,
    double_elsewhere,
    lease_exceeded,
    overridden,
    clock_untrusted,
    denied_card,
    identity_disputed,
    forked,
};
const char* name_of(Reason reason);

enum class Bearer { vendor, tolerance, diner, suspense };
const char* name_of(Bearer bearer);

struct Burden {
    Bearer bearer = Bearer::suspense;
    std::string payer;  // whose part is borne
    Money amount;
    friend bool operator==(const Burden&, const Burden&) = default;
};

struct Verdict {
    EntryKey entry;
    Reason reason = Reason::granted;
    std::vector<PayerShare> posted;  // the payers pay this
    std::vector<Burden> borne;       // posted + borne == claimed, for every payer; empty when voided
    std::string rules;               // version of the rules it was judged by
    std::string facts;               // SHA-256 over every claim that it was judged with
    friend bool operator==(const Verdict&, const Verdict&) = default;
};

struct VerdictRules {
    std::string version;
    Money tolerance_per_diner_day;  // what the district bears for honest doubles
    // What the payers owe for this claim when `granted` (in order) already stand. Shares by payer.
    // A pure function; it is asked once for each claim, in order.
    std::function<std::vector<PayerShare>(const Claim& claim, std::span<const Claim> granted)> due;
};

// Verdicts over all claims of one diner, in the order comes_before.
std::vector<Verdict> judge_claims(std::vector<Claim> claims, const VerdictRules& rules);

// One line of canonical text; equal verdicts have equal bytes.
std::string verdict_text(const Verdict& verdict);

}  // namespace mulin::sync::settlement
