#pragma once
// Verdicts for people: those that wait for one, what a person decides about them, the whole story of
// one sale, and what concerns one site. Plain functions for the command line, the console and bundles.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sync/books/settle_rows.h"
#include "sync/district/district.h"
#include "sync/judging/claims_intake.h"

namespace mulin::sync::server {

struct ClaimVerdict {
    RecordName record;
    Date business_date;
    std::string subject;  // diner, or "guest:…"
    SiteId site;
    VendorId vendor;
    std::string reason;  // empty: not judged yet
    settlement::Parts parts;
    // Further, of the newest verdict.
    std::int64_t n = 0;
    std::string posted, borne, rules, facts, period;
};

// In suspense, oldest first.
Result<std::vector<ClaimVerdict>> waiting_verdicts(database::Database& database, std::int64_t at_most);
// Both versions of a forked number; empty when the sale asks nobody for anything.
Result<std::vector<ClaimVerdict>> verdicts_of(database::Database& database, const EntryKey& sale);
// What a site should hear of, these business days: every verdict but granted ones.
Result<std::vector<ClaimVerdict>> site_verdicts(database::Database& database, const SiteId& site, Date from, Date until);

struct RulingRequest {
    EntryKey sale;
    std::string hash;    // begin of it; needed only where a fork holds two versions
    std::string ruling;  // "dispute", "accept", "vendor", "tolerance", "diner"
    std::string person;
    std::string reason;
    // How many rulings on this version the person has seen, -1 for all there are. With one more by then
    // it is the same request again, which rules nothing twice, or somebody else was faster: conflict.
    std::int64_t seen = -1;
};
// A further fact; the sale and those after it are judged again. refused: no name, no reason, an unknown
// word. not_found: no such claim. `also` is written in the ruling's own transaction, or neither is.
Status rule(District& district, const RulingRequest& request, const std::function<Status(District::Access&)>& also = {});

struct RulingRow {
    RecordName record;
    std::string ruling, person, reason;
    UtcInstant at;
};
Result<std::vector<RulingRow>> rulings_of(database::Database& database, const EntryKey& sale);

// "T01/E1/12", also with "/" and the begin of a hash behind it.
struct SaleName {
    EntryKey key;
    std::string hash;
};
std::optional<SaleName> parse_sale_name(const std::string& text);

}  // namespace mulin::sync::server
