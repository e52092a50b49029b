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
    for (const auto& key : asked) {
        const Usage used = facts_.usage.used(key);
        if (limit.max_uses && used.uses >= *limit.max_uses) return Room::used_up;
        if (limit.max_amount) {
            const Money spent = used.amount + taken_so_far(key);
            if (spent >= *limit.max_amount) return Room::used_up;
            amount = std::min(amount, *limit.max_amount - spent);
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
    for (const auto& key : keys(limit)) {
        const Usage used = facts_.usage.used(key);
        if (limit.max_uses && used.uses >= *limit.max_uses) return true;
        if (limit.max_amount && used.amount >= *limit.max_amount) return true;
    }
    return false;
}

void Uses::add(const std::string& key, Money amount) {
    for (auto& use : taken_) {
        if (use.key != key) continue;
        use.amount += amount;
        return;
    }
    taken_.push_back({key, 1, amount});
}

void Uses::take(const Limit& limit, Money amount) {
    for (const auto& key : keys(limit)) add(key, amount);
}

void Uses::count_meal() {
    if (!facts_.request.diner) return;
    add(meal_key(facts_, false), Money());
    add(meal_key(facts_, true), Money());
}

}  // namespace mulin::sync::policy
