#pragma once
// What lies on the slip and how it follows the menu. Pure; update() turns it into effects.

#include <vector>

#include "pos/serve/serve_state.h"

namespace mulin::pos::serve {

inline constexpr std::int64_t kMaxQuantity = 50;
inline constexpr std::int64_t kMaxWeightG = 20'000;

const sync::MenuItem* find_item(const std::vector<sync::MenuItem>& menu, const sync::ItemId& item);
void add_line(std::vector<BasketLine>& basket, const BasketLine& line);
// Takes one piece, or the newest weighed portion, away. False when there was none.
bool remove_one(std::vector<BasketLine>& basket, const sync::ItemId& item);
// True when every line of `wanted` is already there at least as often.
bool contains_all(const std::vector<BasketLine>& basket, const std::vector<BasketLine>& wanted);
// Brings the basket up to the menu: new prices are taken over, what can no longer be sold leaves.
// Answers with what the cashier must be told.
std::vector<Notice> follow_menu(std::vector<BasketLine>& basket, const std::vector<sync::MenuItem>& menu);

}  // namespace mulin::pos::serve
