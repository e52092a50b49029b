#include "pos/serve/order.h"

#include <algorithm>

namespace mulin::pos::serve {

const sync::MenuItem* find_item(const std::vector<sync::MenuItem>& menu, const sync::ItemId& item) {
    auto found = std::ranges::find(menu, item, &sync::MenuItem::id);
    return found == menu.end() ? nullptr : &*found;
}

void add_line(std::vector<BasketLine>& basket, const BasketLine& line) {
    if (line.weight_g == 0) {
        for (BasketLine& there : basket) {
            if (there.item.id == line.item.id && there.weight_g == 0) {
                there.quantity = std::min(kMaxQuantity, there.quantity + line.quantity);
                return;
            }
        }
    }
    basket.push_back(line);
}

bool remove_one(std::vector<BasketLine>& basket, const sync::ItemId& item) {
    auto found = std::find_if(basket.rbegin(), basket.rend(),
                              [&](const BasketLine& line) { return line.item.id == item; });
    if (found == basket.rend()) return false;
    if (found->weight_g == 0 && --found->quantity > 0) return true;
    basket.erase(std::next(found).base());
    return true;
}

bool contains_all(const std::vector<BasketLine>& basket, const std::vector<BasketLine>& wanted) {
    return std::ranges::all_of(wanted, [&](const BasketLine& want) {
        return std::ranges::any_of(basket, [&](const BasketLine& line) {
            return line.item.id == want.item.id && line.weight_g == want.weight_g &&
                   line.quantity >= want.quantity;
        });
    });
}

std::vector<Notice> follow_menu(std::vector<BasketLine>& basket, const std::vector<sync::MenuItem>& menu) {
    std::vector<Notice> notices;
    std::vector<BasketLine> kept;
    for (BasketLine& line : basket) {
        const sync::MenuItem* now = find_item(menu, line.item.id);
        if (!now || now->sold_out) {
            notices.push_back({NoticeKind::sold_out, line.item.name_zh, line.item.name_en});
            continue;
        }
        if (now->price != line.item.price) {
            notices.push_back({NoticeKind::price_changed, now->name_zh, now->name_en});
        }
        line.item = *now;
        kept.push_back(std::move(line));
    }
    basket = std::move(kept);
    return notices;
}

}  // namespace mulin::pos::serve
