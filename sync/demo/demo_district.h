#pragma once
// An invented district to try Mulin with: Yangpu's 12 real subdistrict codes, everything else made
// up from the word lists in assets/demo by a seeded generator. The same seed and first menu day give
// the same district on every machine. Not for real use: its key and PINs are published on purpose
// (assets/demo/README.md).

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sync/model/diner.h"
#include "sync/model/menu.h"
#include "sync/model/site.h"

namespace mulin::sync {

inline constexpr std::uint64_t kDemoSeed = 310110;
inline constexpr int kDemoDiners = 5000;
inline constexpr int kDemoMenuDays = 15;  // the day before the first menu day, and 14 from it on

struct SiteStaff {
    SiteId site;
    Staff staff;
};

struct UsualMeal {
    DinerId diner;
    Meal meal = Meal::lunch;
    ItemId item;
};

struct DemoDistrict {
    std::string id;  // "yangpu-demo"
    std::string name_zh;
    std::string name_en;
    std::string hash_key;  // key of every keyed_hash in here; published, so worthless as a secret
    SiteId till_site;      // where a self-contained demo till stands
    std::vector<Subdistrict> subdistricts;
    std::vector<Vendor> vendors;
    std::vector<Site> sites;
    std::vector<SiteStaff> staff;  // "C0101" cashier, "M0101" manager of S1, "C0201" of S2 ...
    std::vector<Menu> menus;       // for every site: dated ones, then the 21 of weekly_menu.h
    std::vector<Diner> diners;     // "D000001" up
    std::vector<Card> cards;
    std::vector<UsualMeal> usuals;  // what regulars of till_site usually take

    // Staff of one site; menus are the district's.
    std::vector<Staff> staff_of(const SiteId& site) const;
    const Site& site(const SiteId& id) const;  // checked
    // The dated menu, or the standing one of that weekday: there is an answer for every date.
    Menu menu_for(Date date, Meal meal) const;
};

// Reads the word lists in assets_dir (the repository's assets/demo). not_found or invalid_input
// names the file that is missing or malformed.
Result<DemoDistrict> make_demo_district(const std::filesystem::path& assets_dir, Date first_menu_day,
                                        std::uint64_t seed = kDemoSeed);

// The number on the card of the diner with this number (1 for D000001): "9310" and 12 digits.
std::string demo_card_number(int diner_number);
DinerId demo_diner_id(int diner_number);

}  // namespace mulin::sync
