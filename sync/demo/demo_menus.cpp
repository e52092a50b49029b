#include "sync/demo/demo_menus.h"

#include <algorithm>

#include "sync/model/weekly_menu.h"

namespace mulin::sync {
namespace {

using Day = std::map<std::string, std::vector<std::string>>;

constexpr const char* kClasses[] = {"meat", "vegetable", "soup", "staple", "drink", "other"};

void add_sets(const WordLists& lists, const Day& day, Menu& menu) {
    const auto& sets = lists.sets.at(menu.meal);
    const auto& mains = day.at("sets");
    for (std::size_t i = 0; i < std::min(sets.size(), mains.size()); ++i) {
        const Dish& main = lists.dishes.at(mains[i]);
        MenuItem item;
        item.id = sets[i].id;
        item.name_zh = sets[i].zh + " " + main.zh;
        item.name_en = sets[i].en + " " + main.en;
        item.detail_zh = main.zh + "、" + sets[i].with_zh;
        item.detail_en = main.en + ", " + sets[i].with_en;
        item.item_class = ItemClass::set;
        item.price = sets[i].price;
        menu.items.push_back(std::move(item));
    }
}

bool sold_out(const WordLists& lists, Meal meal, const std::string& id) {
    return std::find(lists.sold_out.begin(), lists.sold_out.end(), std::pair(meal, id)) != lists.sold_out.end();
}

void add_dishes(const WordLists& lists, const Day& day, const std::string& kind, Menu& menu) {
    const auto found = day.find(kind);
    if (found == day.end()) return;
    int number = 0;
    for (const auto& name : found->second) {
        const Dish& dish = lists.dishes.at(name);
        MenuItem item;
        item.id = ItemId(kind + "-" + std::to_string(++number));
        item.name_zh = dish.zh;
        item.name_en = dish.en;
        item.item_class = dish.item_class;
        item.price = dish.price;
        item.sold_out = sold_out(lists, menu.meal, item.id.text());
        menu.items.push_back(std::move(item));
    }
}

}  // namespace

Menu demo_menu(const WordLists& lists, Date date, Meal meal) {
    Menu menu;
    menu.date = date;
    menu.meal = meal;
    const Day& day = lists.weeks.at(meal).at(static_cast<std::size_t>(date.weekday() - 1));
    add_sets(lists, day, menu);
    for (const char* kind : kClasses) add_dishes(lists, day, kind, menu);
    return menu;
}

std::vector<Menu> demo_menus(const WordLists& lists, Date first, int days) {
    std::vector<Menu> menus;
    const auto add_day = [&](Date date) {
        for (const Meal meal : kAllMeals) menus.push_back(demo_menu(lists, date, meal));
    };
    for (int i = 0; i < days; ++i) add_day(first.plus_days(i));
    for (int i = 0; i < 7; ++i) add_day(weekly_menu_date(first.plus_days(i)));
    return menus;
}

}  // namespace mulin::sync
