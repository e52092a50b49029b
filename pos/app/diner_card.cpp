#include "pos/app/diner_card.h"

#include <algorithm>

#include "pos/app/pricing.h"
#include "pos/app/shift.h"

namespace mulin::pos {
namespace {

// Finds out what the rules allow by pricing what the diner would most likely take.
Order probe_order(const sync::DinerId& id, sync::Meal meal, std::vector<OrderItem> items, std::string presented) {
    Order order;
    order.diner = id;
    order.meal = meal;
    order.items = std::move(items);
    order.presented = std::move(presented);
    order.tender = "senior_card";
    return order;
}

std::vector<OrderItem> first_set_meal(const sync::Menu& menu) {
    const auto set = std::ranges::find_if(menu.items, [](const sync::MenuItem& item) {
        return item.item_class == sync::ItemClass::set && !item.sold_out;
    });
    if (set == menu.items.end()) return {};
    return {{set->id, 1, 0}};
}

void add_usual(Till& till, serve::DinerCard& card, sync::Meal meal, std::vector<OrderItem>& items) {
    const auto usual = till.store().usual(card.id, meal);
    if (!usual) return;
    for (const auto& line : *usual) {
        card.usual.push_back({line.item, line.quantity, 0});
        items.push_back({line.item, line.quantity, 0});
    }
}

void add_last_visit(Till& till, serve::DinerCard& card, sync::Date today) {
    const auto last = till.store().last_visit(card.id, today);
    if (!last || !*last) return;
    const auto& sale = (*last)->sale;
    card.last_visit = sale.at;
    card.last_visit_meal = sale.meal;
    for (const auto& line : sale.lines) {
        card.last_items_zh.push_back(line.name_zh);
        card.last_items_en.push_back(line.name_en);
    }
}

void add_meals_today(Till& till, serve::DinerCard& card, sync::Date today, sync::Meal meal) {
    std::int64_t meals = 0;
    for (const auto each : sync::kAllMeals) {
        const auto served = till.store().meals_served(card.id, today, each);
        if (!served) continue;
        meals += *served;
        if (each == meal && *served > 0) {
            card.standing = serve::Standing::second_meal;
            card.category = sync::Category::second;
            card.served_at = card.last_visit;
        }
    }
    card.meal_of_day = static_cast<int>(meals) + 1;
}

}  // namespace

std::string first_character(const std::string& name) {
    if (name.empty()) return "";
    std::size_t end = 1;
    while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) ++end;
    return name.substr(0, end);
}

Answer<serve::DinerCard> make_diner_card(Till& till, const sync::DinerId& id, sync::Meal meal) {
    MULIN_ASK(const auto found, till.store().diner(id));
    if (!found || !found->active) return refuse("unknown_diner", "This diner is not known here any more.");
    const auto today = payment::china_date(till.now().at);
    serve::DinerCard card;
    card.id = found->id;
    card.name = found->name;
    card.initial = first_character(found->name);
    card.age = payment::completed_years(found->birth_date, today);
    card.id_last4 = found->id_last4;
    card.road = found->road;
    card.diet = found->diet;
    card.birthday = found->birth_date.month() == today.month() && found->birth_date.day() == today.day();
    add_last_visit(till, card, today);
    add_meals_today(till, card, today, meal);

    std::vector<OrderItem> usual;
    add_usual(till, card, meal, usual);
    const auto presented = presented_for(till, id);
    if (!usual.empty()) {
        const auto priced = price_order(till, probe_order(id, meal, usual, presented));
        if (priced) card.usual_paid = priced->quote.paid;
    }
    MULIN_ASK(const auto menu, menu_now(till, today, meal));
    const auto probe = price_order(till, probe_order(id, meal, first_set_meal(menu), presented));
    if (probe && probe->quote.benefits.empty() && card.standing == serve::Standing::allowed)
        card.standing = serve::Standing::not_eligible;
    return card;
}

lookup::Candidate make_candidate(const sync::DinerMatch& match, sync::Date today, sync::Meal meal) {
    lookup::Candidate candidate;
    candidate.id = match.diner.id;
    candidate.name = match.diner.name;
    candidate.initial = first_character(match.diner.name);
    candidate.age = payment::completed_years(match.diner.birth_date, today);
    candidate.id_last4 = match.diner.id_last4;
    candidate.road = match.diner.road;
    if (match.last_visit) candidate.last_visit = lookup::Visit{*match.last_visit, meal};
    return candidate;
}

}  // namespace mulin::pos
