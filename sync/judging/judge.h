#pragma once
// Judging one served sale: the district prices it again and says whether the till did right, and if
// not, why not. A pure function of the facts given, so neither the order in which tills upload nor a
// second run can change the answer. No database, no clock.
//
// What a sale does not say (which card was shown, which tender was named first, whether the cashier
// sold at full price on purpose) is not held against the till: it agrees when some answer a cashier may
// have given leads to exactly its benefits, amounts for operators and counters.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/policy/policy_set.h"

namespace mulin::sync::server {

// Why till and district differ, or why the district cannot tell. Names are stable.
enum class Deviation {
    no_lease,          // a shared pool was not available to the till then: the diner got less, rightly
    served_elsewhere,  // a till could not yet know of meals at other tills
    older_facts,       // the till had not yet received a change of the diner's record
    newer_facts,       // it knew of a change before the district did
    older_rules,       // it had not yet received the rules in force
    newer_rules,       // it used rules published after the sale: look at its clock
    full_price,        // sold without any benefit although there was one: the cashier's choice
    wrong_amounts,     // nothing explains it
    unknown_rules,     // its rules were never published here, and nothing else explains it
    unknown_diner,     // from here on: could not be judged
    unknown_site,
    no_rules,
    invalid_request
};
const char* name_of(Deviation deviation);
// A sentence for the console, in Chinese and English.
std::string deviation_zh(Deviation deviation);
std::string deviation_en(Deviation deviation);
// True for what happens in an honest district with slow or broken networks.
bool is_expected(Deviation deviation);
// True for what left the sale unjudged.
bool is_open(Deviation deviation);

struct FactsVersion {
    std::int64_t from_ms = 0;
    QuoteDiner facts;
};
struct Release {
    Release(std::int64_t published, PolicySet set);
    std::int64_t published_ms = 0;
    PolicySet rules;
    std::set<std::string, std::less<>> shared;  // prefixes of counters that several persons share
    std::set<std::string, std::less<>> pools;   // of these, the pools that everybody shares
};

// Uses of a counter before the sale, by everybody or by this till alone.
using CountersBefore = std::function<Usage(const std::string& key, bool this_till_only)>;

struct JudgedSale {
    const Sale& sale;
    const QuoteSite* site = nullptr;             // none: not in the district's directory
    const std::vector<FactsVersion>* diner = nullptr;  // by time; empty: not known. Not looked at for a guest
    const std::vector<Release>* releases = nullptr;    // by time
    CountersBefore before;
    bool explain = false;  // sentences also where they agree
};

struct Judgement {
    std::vector<Deviation> deviations;  // none: they agree
    bool expected = true;
    std::string presented;  // card and tender under which they agree, or the likeliest
    std::string tender;
    Quote district;  // with sentences when there are deviations, or they were asked for
    Money diner_more;  // what the diner paid beyond the district's price; negative: less
};

Judgement judge(const JudgedSale& asked);

// "older_rules+served_elsewhere", empty when they agree.
std::string deviations_text(const std::vector<Deviation>& deviations);
std::vector<Deviation> parse_deviations(std::string_view text);

}  // namespace mulin::sync::server
