#pragma once
// Turns an order into a quote: looks up menu and diner, asks the rules, and shapes the draft of the
// sale that will be committed once the money is in. Reads the store; writes nothing.

#include <vector>

#include "pos/app/order.h"
#include "pos/app/refusal.h"
#include "pos/app/till.h"

namespace mulin::pos {

struct PricedOrder {
    sync::Sale draft;  // everything but ref and payments
    sync::Quote quote;
    std::optional<sync::Diner> diner;
};

// What is offered now: the menu of the date, or the standing one of its weekday.
payment::Result<sync::Menu> menu_now(Till& till, sync::Date date, sync::Meal meal);

// Refusals: unknown_diner, unknown_item, sold_out, no_lines, bad_quantity, invalid_request, and the
// policy's own codes with the prefix "policy_".
Answer<PricedOrder> price_order(Till& till, const Order& order);

// First, second, guest or staff.
payment::Result<sync::Category> category_of(Till& till, const Order& order, sync::Date date);

}  // namespace mulin::pos
