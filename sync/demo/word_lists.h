#pragma once
// The invented words the demo district is made of, as read from assets/demo/*.json. Plain values;
// nothing is generated here.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sync/model/diner.h"
#include "sync/model/menu.h"
#include "sync/model/site.h"

namespace mulin::sync {

struct CastMember {
    Diner diner;  // without id, hashes, cards and pinyin
    std::map<Meal, ItemId> usual;
};

struct Dish {
    std::string zh;
    std::string en;
    Money price;
    ItemClass item_class = ItemClass::other;
};

struct SetMeal {
    ItemId id;
    std::string zh, en;  // "套餐A"
    Money price;
    std::string with_zh, with_en;  // what comes with the main dish
};

struct GivenNameParts {
    std::vector<std::string> first, second;  // one character each
};

struct WordLists {
    std::string district_id, district_zh, district_en;
    SiteId till_site;
    std::vector<Subdistrict> subdistricts;
    std::map<std::string, std::vector<std::string>> roads;  // by subdistrict code
    std::vector<std::string> elsewhere;  // registration codes outside the district
    std::vector<Vendor> vendors;
    std::vector<Site> sites;
    std::vector<std::pair<std::string, std::int64_t>> surnames;  // with weight
    GivenNameParts female, male;
    std::vector<std::string> rare;
    std::vector<std::string> diets;
    std::vector<std::string> staff_names;
    std::vector<CastMember> cast;
    std::map<std::string, Dish> dishes;  // by Chinese name
    std::map<Meal, std::vector<SetMeal>> sets;
    std::vector<std::pair<Meal, std::string>> sold_out;
    // Per meal seven days from Monday: class name ("sets", "meat", ...) to dishes in order.
    std::map<Meal, std::vector<std::map<std::string, std::vector<std::string>>>> weeks;
};

Result<WordLists> read_word_lists(const std::filesystem::path& assets_dir);

}  // namespace mulin::sync
