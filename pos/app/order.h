#pragma once
// What the cashier asks for, before it has a price: the one shape that the window, `play` and recovery
// share. Not a sale: that is sync::Sale, made from a priced order once the money is in.

#include <optional>
#include <string>
#include <vector>

#include "sync/model/sale.h"

namespace mulin::pos {

struct OrderItem {
    sync::ItemId item;
    std::int64_t quantity = 1;
    std::int64_t weight_g = 0;  // > 0 for weighed food
};

struct Order {
    std::optional<sync::DinerId> diner;  // none is a guest, or staff
    bool staff = false;
    bool full_price = false;  // the cashier chose to sell without benefits
    std::string override_by;  // a manager's id or name: benefits although the diner is on the deny list
    sync::Meal meal = sync::Meal::lunch;
    sync::Service service = sync::Service::dine_in;
    std::vector<OrderItem> items;
    sync::Money delivery_fee;
    std::string presented;  // kind of card shown: "jinglao", or empty
    std::string tender;     // "cash", "qr", ...: some rules look at it
};

}  // namespace mulin::pos
