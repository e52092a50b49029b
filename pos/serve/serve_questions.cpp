// What the view asks of the state. Pure.

#include <algorithm>

#include "pos/serve/order.h"
#include "pos/serve/serve.h"

namespace mulin::pos::serve {
namespace {

bool in_tab(Tab tab, sync::ItemClass item_class) {
    using enum sync::ItemClass;
    switch (tab) {
        case Tab::all: return true;
        case Tab::set: return item_class == set;
        case Tab::meat: return item_class == meat;
        case Tab::vegetable: return item_class == vegetable;
        case Tab::soup_staple: return item_class == soup || item_class == staple || item_class == drink;
    }
    return true;
}

bool offers(const State& state, const std::string& tender) {
    return std::ranges::find(state.tenders, tender) != state.tenders.end();
}

}  // namespace

std::vector<BasketLine> slip_lines(const State& state) {
    return slip_is_usual(state) ? available_usual(state) : state.basket;
}

bool slip_is_usual(const State& state) { return state.basket.empty() && state.usual_offered; }

std::vector<BasketLine> available_usual(const State& state) {
    if (!state.diner) return {};
    std::vector<BasketLine> lines;
    for (const OrderLine& line : state.diner->usual) {
        const sync::MenuItem* item = find_item(state.menu, line.item);
        if (!item || item->sold_out || item->weighed) return {};
        lines.push_back({*item, line.quantity, 0});
    }
    return lines;
}

std::vector<sync::MenuItem> tiles(const State& state) {
    std::vector<sync::MenuItem> out;
    std::ranges::copy_if(state.menu, std::back_inserter(out), [&](const sync::MenuItem& item) {
        return in_tab(state.tab, item.item_class);
    });
    return out;
}

std::int64_t chosen_count(const State& state, const sync::ItemId& item) {
    std::int64_t count = 0;
    for (const BasketLine& line : slip_lines(state)) {
        if (line.item.id == item) count += line.quantity;
    }
    return count;
}

std::string preferred_tender(const State& state) {
    if (state.diner && offers(state, state.diner->preferred_tender)) return state.diner->preferred_tender;
    if (state.presented.kind == "jinglao" && offers(state, "senior_card")) return "senior_card";
    const bool without_card = state.who == Who::guest || state.who == Who::staff;
    for (const std::string& tender : state.tenders) {
        if (!without_card || tender != "senior_card") return tender;
    }
    return state.tenders.empty() ? "" : state.tenders.front();
}

const sync::Quote* quote_for(const State& state, const std::string& tender) {
    if (quote_pending(state)) return nullptr;
    auto found = std::ranges::find(state.quotes, tender, &TenderQuote::tender);
    return found == state.quotes.end() ? nullptr : &found->quote;
}

const sync::Quote* shown_quote(const State& state) { return quote_for(state, preferred_tender(state)); }

bool quote_pending(const State& state) { return state.quoted != state.serial; }

bool can_pay(const State& state) {
    if (state.tendering || state.identifying || state.weighing || state.who == Who::nobody) return false;
    if (slip_lines(state).empty()) return false;
    const sync::Quote* quote = shown_quote(state);
    return quote && !quote->refused;
}

bool nothing_to_pay(const State& state) { return can_pay(state) && shown_quote(state)->paid.is_zero(); }

sync::Category category(const State& state) {
    if (state.who == Who::staff) return sync::Category::staff;
    return state.who == Who::diner && state.diner ? state.diner->category : sync::Category::guest;
}

}  // namespace mulin::pos::serve
