#pragma once
// What the district tells its tills: places, staff, menus, rules, diners and cards. Every change gets
// the next number of the district's one counter; a bundle carries what came after a number.
// Writers run inside a transaction of the caller.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sync/database/database.h"
#include "sync/wire/bundle.h"
#include "sync/wire/limits.h"
#include "sync/wire/messages.h"

namespace mulin::sync::server {

struct WordTerms {
    std::int64_t hours = kWordLastsMs / 3'600'000;
    OfflineAllowance offline;
    friend bool operator==(const WordTerms&, const WordTerms&) = default;
};

class Directory {
  public:
    // now: from when facts about people count that are put here.
    explicit Directory(database::Database& database, UtcInstant now = {}) : database_(database), now_(now) {}

    Result<std::int64_t> change();
    Result<std::int64_t> snapshot_change();  // the last one of anything but people
    Result<std::int64_t> next_change();      // a number for something that a bundle carries
    // The counter has been further than the file remembers (it was restored from a backup).
    Status jump_to(std::int64_t change);

    Status put(std::span<const Subdistrict> subdistricts);
    Status put(std::span<const Vendor> vendors);
    Status put(std::span<const Site> sites);
    Status put_staff(const SiteId& site, std::span<const Staff> staff);
    Status put(std::span<const Menu> menus);  // replaces the menus of the same site, date and meal
    Status replace_policies(std::span<const PolicyDocument> policies, UtcInstant now);
    // Adds or replaces by id. conflict: another diner has the same id_hash, or another has the card.
    Status put(const Diner& diner);
    Status put(const Card& card);
    // From a till: somebody with the same id_hash keeps the id they have, and gains the cards.
    Result<DinerAnswer> register_diner(const RegisteredDiner& registered, const TillId& till);

    Result<std::optional<Site>> site(const SiteId& id);
    Result<std::vector<Site>> sites();
    Result<std::vector<Vendor>> vendors();
    Result<std::vector<Subdistrict>> subdistricts();
    Result<std::vector<PolicyDocument>> policies();
    Result<std::optional<Diner>> diner(const DinerId& id);
    Result<std::optional<DinerId>> diner_by_id_hash(const std::string& id_hash);
    Result<std::int64_t> diner_count();

    // The deny list. Denying again changes nothing but the reason; lifting what is not denied, nothing.
    Status deny(const Denial& denial);
    Status lift(const std::string& kind, const std::string& subject);
    Result<std::optional<Denial>> denial(const std::string& kind, const std::string& subject);
    // A verdict for the tills of its sale's site, in the place of an earlier one on the same record.
    Status tell_site(const SiteId& site, const SiteVerdict& verdict);
    Result<bool> was_told(const EntryKey& sale, const std::string& hash);
    // How long a bundle's word holds, and how far tills go alone.
    Result<WordTerms> word_terms();
    Status set_word_terms(const WordTerms& terms);

    // Everything that `site` needs after `from`; the caller fills in who it is for. Menus older than
    // yesterday stay out, the standing ones go along.
    Result<Bundle> bundle_after(std::int64_t from, const SiteId& site, Date today);

  private:
    Status touch_snapshot();
    Status resend_people();  // every till gets them anew
    Status narrow(Bundle& bundle, const SiteId& site);
    Result<SiteSnapshot> snapshot(const SiteId& site, Date today);
    Status add_people(Bundle& bundle, std::int64_t from, std::int64_t now);
    Status add_word(Bundle& bundle, const SiteId& site, Date today);
    Result<std::int64_t> word_ends(const SiteId& site, std::int64_t from, std::int64_t now, Date today);
    Status keep_facts(const Diner& diner);
    Status price_again(const DinerId& diner);
    database::Database& database_;
    UtcInstant now_;
};

}  // namespace mulin::sync::server
