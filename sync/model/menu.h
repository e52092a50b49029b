#pragma once
// What a site offers. An item's price is the list price; what a diner pays comes from sync/policy.

#include <string>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::sync {

struct MenuItem {
    ItemId id;  // "set-a"
    std::string name_zh;
    std::string name_en;
    std::string detail_zh;  // what a set holds: "红烧狮子头、青菜、米饭"
    std::string detail_en;
    ItemClass item_class = ItemClass::other;
    Money price;
    bool weighed = false;  // price is per 500 g
    bool sold_out = false;
    friend bool operator==(const MenuItem&, const MenuItem&) = default;
};

// One site's offer for one meal of one day. An empty site means every site of the district.
struct Menu {
    SiteId site;
    Date date;
    Meal meal = Meal::lunch;
    std::vector<MenuItem> items;
    friend bool operator==(const Menu&, const Menu&) = default;
};

}  // namespace mulin::sync
