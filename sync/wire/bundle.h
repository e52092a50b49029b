#pragma once
// What comes down from the district: one signed snapshot of a site's world and the diners that
// changed. A till verifies the signature over the exact text before it reads a word of it, and
// applies it in one transaction. FORMAT.md describes the bytes.
//
// Numbers: the district counts every change; a bundle carries the changes in (from, to]. A till
// applies it only if `from` is where it stands and `to` is further, so an old bundle played again
// changes nothing. from == 0 is a whole snapshot; it may lead back to a lower `to` only when
// the district's incarnation is another one (it was restored from a backup), and it is newer by its time.
// from == to, with nothing in it, only says that nothing is new: it prolongs what is here.
//
// not_after is when a till that has heard nothing newer must say so in every sale; it never stops one.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/model/card_rules.h"
#include "sync/model/diner.h"
#include "sync/model/district_word.h"
#include "sync/model/lease.h"
#include "sync/model/menu.h"
#include "sync/model/site.h"

namespace mulin::sync {

struct PolicyDocument {
    std::string name;  // "p01-district-dine-in.json"
    std::string text;  // the exact bytes that were published
    friend bool operator==(const PolicyDocument&, const PolicyDocument&) = default;
};

// Everything but people; sent whole whenever any of it changed.
struct SiteSnapshot {
    Site site;
    std::vector<Subdistrict> subdistricts;
    std::vector<Vendor> vendors;
    std::vector<Staff> staff;  // of this site
    std::vector<Menu> menus;   // of this site
    std::vector<PolicyDocument> policies;
    CardRules card_rules;  // tolerance stays at the district
    friend bool operator==(const SiteSnapshot&, const SiteSnapshot&) = default;
};

struct Bundle {
    std::string district;
    std::string incarnation;  // of the server's data
    TillId till;
    std::int64_t from = 0;
    std::int64_t to = 0;
    bool more = false;  // ask again at once
    UtcInstant issued_at;
    std::optional<SiteSnapshot> snapshot;
    std::vector<Diner> diners;
    std::vector<Card> cards;
    std::vector<Lease> leases;  // slices of shared pools; of this till
    std::vector<DinerId> gone;  // not of this till's area any more, with their cards
    std::vector<Denial> denied;
    std::vector<SiteVerdict> verdicts;
    std::optional<UtcInstant> not_after;
    OfflineAllowance allowance;
    friend bool operator==(const Bundle&, const Bundle&) = default;
};

std::string bundle_text(const Bundle& bundle);
Result<Bundle> parse_bundle(std::string_view text);

// Where a till stands, for what it may apply.
struct BundlePlace {
    std::string district;
    TillId till;
    SiteId site;
    std::string incarnation;
    std::int64_t cursor = 0;
    UtcInstant heard;  // issued_at of the newest bundle applied; 0: none yet
};
// Says why not.
Status check_bundle_order(const Bundle& bundle, const BundlePlace& here);

}  // namespace mulin::sync
