#pragma once
// Menus of the demo district: the same week every week, from the word lists alone.

#include <vector>

#include "sync/demo/word_lists.h"

namespace mulin::sync {

Menu demo_menu(const WordLists& lists, Date date, Meal meal);
// From `first` on, every meal of `days` days, and after them the standing week of weekly_menu.h.
std::vector<Menu> demo_menus(const WordLists& lists, Date first, int days);

}  // namespace mulin::sync
