#include "sync/demo/demo_district.h"

#include <algorithm>

#include "payment/base/check.h"
#include "sync/demo/demo_diners.h"
#include "sync/demo/demo_menus.h"
#include "sync/demo/word_lists.h"
#include "sync/model/pin.h"
#include "sync/model/weekly_menu.h"

namespace mulin::sync {
namespace {

constexpr const char* kCashierPin = "246810";
constexpr const char* kManagerPin = "135790";
constexpr int kCashiersPerSite = 2;

std::string two_digits(std::size_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// One record per PIN for the whole district: 120 scrypt runs would make the first start slow, and
// these PINs are published anyway.
Status add_staff(const WordLists& lists, std::uint64_t seed, DemoDistrict& district) {
    payment::SeededRandom random(seed + 1);
    MULIN_TRY(const std::string cashier_pin, make_pin_record(kCashierPin, random));
    MULIN_TRY(const std::string manager_pin, make_pin_record(kManagerPin, random));
    std::size_t next_name = 0;
    const auto name = [&] { return lists.staff_names[next_name++ % lists.staff_names.size()]; };
    for (std::size_t i = 0; i < district.sites.size(); ++i) {
        const std::string at = two_digits(i + 1);
        for (int n = 1; n <= kCashiersPerSite; ++n) {
            const StaffId id("C" + at + two_digits(static_cast<std::size_t>(n)));
            district.staff.push_back({district.sites[i].id, {id, name(), Role::cashier, cashier_pin, true}});
        }
        district.staff.push_back(
            {district.sites[i].id, {StaffId("M" + at + "01"), name(), Role::site_manager, manager_pin, true}});
    }
    return payment::ok();
}

}  // namespace

std::vector<Staff> DemoDistrict::staff_of(const SiteId& site_id) const {
    std::vector<Staff> found;
    for (const auto& member : staff) {
        if (member.site == site_id) found.push_back(member.staff);
    }
    return found;
}

const Site& DemoDistrict::site(const SiteId& site_id) const {
    const auto found = std::find_if(sites.begin(), sites.end(), [&](const Site& s) { return s.id == site_id; });
    MULIN_CHECK(found != sites.end());
    return *found;
}

Menu DemoDistrict::menu_for(Date date, Meal meal) const {
    const auto at = [&](Date wanted) {
        return std::find_if(menus.begin(), menus.end(),
                            [&](const Menu& menu) { return menu.date == wanted && menu.meal == meal; });
    };
    auto found = at(date);
    if (found == menus.end()) found = at(weekly_menu_date(date));
    MULIN_CHECK(found != menus.end());
    Menu menu = *found;
    menu.date = date;
    return menu;
}

Result<DemoDistrict> make_demo_district(const std::filesystem::path& assets_dir, Date first_menu_day,
                                        std::uint64_t seed) {
    MULIN_TRY(const WordLists lists, read_word_lists(assets_dir));
    DemoDistrict district;
    district.id = lists.district_id;
    district.name_zh = lists.district_zh;
    district.name_en = lists.district_en;
    district.hash_key = "mulin demo district, key for show only, seed " + std::to_string(seed);
    district.till_site = lists.till_site;
    district.subdistricts = lists.subdistricts;
    district.vendors = lists.vendors;
    district.sites = lists.sites;
    district.menus = demo_menus(lists, first_menu_day.plus_days(-1), kDemoMenuDays);
    MULIN_TRY_STATUS(add_staff(lists, seed, district));
    add_demo_diners(lists, seed, district);
    return district;
}

}  // namespace mulin::sync
