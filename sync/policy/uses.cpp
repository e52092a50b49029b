#include "sync/policy/uses.h"

#include <algorithm>

#include "sync/policy/window.h"

namespace mulin::sync::policy {

const std::vector<std::string>& Uses::keys(const Limit& limit) const {
    for (const auto& [known, made] : keys_) {
        if (known == &limit) return made;
    }
    return keys_.emplace_back(&limit, keys_of(limit, facts_)).second;
}

Money Uses::taken_so_far(const std::string& key) const {
    for (const auto& use : taken_) {
        if (use.key == key) return use.amount;
    }
    return {};
}

Room Uses::ask(const Limit& limit, Money& amount) const {
    const auto& asked = keys(limit);
    if (asked.empty()) return Room::unidentified;
    const Money wanted = amount;
    const Allowance allowed = allowance(limit, facts_.date, facts_.minute);
    for (const auto& key : asked) {
        const Usage used = this->used(limit, key);
        if (allowed.uses && used.uses >= *allowed.uses) return Room::used_up;
        if (allowed.amount) {
            const Money spent = used.amount + taken_so_far(key);
            if (spent >= *allowed.amount) return Room::used_up;
            amount = std::min(amount, *allowed.amount - spent);
        }
        if (!limit.is_pool()) continue;
        const auto lease = facts_.usage.left_of_lease(key, facts_.request.at);
        if (!lease) continue;
        if (limit.max_uses && lease->uses < 1) return Room::not_leased;
        if (!limit.max_amount) continue;
        const Money leased = lease->amount - std::min(lease->amount, taken_so_far(key));
        if (leased.is_zero()) return Room::not_leased;
        amount = std::min(amount, leased);
    }
    return limit.whole_only && amount < wanted ? Room::used_up : Room::enough;
}

bool Uses::is_used_up(const Limit& limit) const {
    const Allowance allowed = allowance(limit, facts_.date, facts_.minute);
    for (const auto& key : keys(limit)) {
        const Usage used = this->used(limit, key);
        if (allowed.uses && used.uses >= *allowed.uses) return true;
        if (allowed.amount && used.amount >= *allowed.amount) return true;
    }
    return false;
}

Money Uses::room_for(const Limit& limit, Money wanted) const {
    return ask(limit, wanted) == Room::enough ? wanted : Money();
}

Usage Uses::used(const Limit& limit, const std::string& key) const {
    return limit.window == Window::sale ? Usage{} : facts_.usage.used(key);
}

void Uses::add(const std::string& key, Money amount, bool returns_on_void) {
    for (auto& use : taken_) {
        if (use.key != key) continue;
        use.amount += amount;
        return;
    }
    taken_.push_back({key, 1, amount, returns_on_void});
}

void Uses::take(const Limit& limit, Money amount) {
    for (const auto& key : keys(limit)) add(key, amount, limit.gives_back);
}

void Uses::count_meal(const std::vector<Window>& spans) {
    if (!facts_.request.diner) return;
    for (const Window span : spans) add(meal_key(facts_, span), Money(), true);
}

std::vector<CounterUse> Uses::result() && {
    std::erase_if(taken_, [](const CounterUse& use) { return use.key.ends_with("|#|sale"); });
    return std::move(taken_);
}

}  // namespace mulin::sync::policy
