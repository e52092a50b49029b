#pragma once
// The places and people of a district: subdistricts, vendors, sites and their staff.

#include <string>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::sync {

struct Subdistrict {
    std::string code;  // 12 digits: 310110016000
    std::string name_zh;
    std::string name_en;
    friend bool operator==(const Subdistrict&, const Subdistrict&) = default;
};

struct Vendor {
    VendorId id;
    std::string name_zh;
    std::string name_en;
    friend bool operator==(const Vendor&, const Vendor&) = default;
};

// A meal period's serving window, minutes since midnight, [from, until).
struct ServingWindow {
    Meal meal = Meal::lunch;
    int from_minute = 0;
    int until_minute = 0;
    friend bool operator==(const ServingWindow&, const ServingWindow&) = default;
};

struct Site {
    SiteId id;
    std::string name_zh;
    std::string name_en;
    std::string subdistrict;  // administrative code
    std::string subdistrict_name_zh;
    std::string subdistrict_name_en;
    VendorId vendor;
    std::string kind;  // "canteen", "meal_point"
    std::vector<std::string> tags;
    std::vector<ServingWindow> windows;
    friend bool operator==(const Site&, const Site&) = default;
};

struct Staff {
    StaffId id;
    std::string name;
    Role role = Role::cashier;
    std::string pin;  // "scrypt$N$r$p$salt-hex$key-hex"
    bool active = true;
    friend bool operator==(const Staff&, const Staff&) = default;
};

}  // namespace mulin::sync
