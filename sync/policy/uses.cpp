#include "sync/policy/uses.h"

#include <algorithm>

#include "sync/policy/window.h"

namespace mulin::sync::policy {

Uses::Uses(const Facts& facts, Scratch& scratch) : facts_(facts), keys_(scratch.memory()), taken_(scratch.memory()) {}

Uses::Keys Uses::keys(const Limit& limit) const {
    for (const Keys& known : keys_) {
        if (known.limit == &limit) return known;
    }
    const std::size_t first = texts_.size();
    if (texts_.empty()) texts_.reserve(8);
    add_keys(limit, facts_, texts_);
    return keys_.emplace_back(Keys{&limit, first, texts_.size() - first});
}

Money Uses::taken_so_far(const std::string& key) const {
    for (const Taken& use : taken_) {
        if (texts_[use.text] == key) return use.amount;
    }
    return {};
}

Room Uses::ask(const Limit& limit, Money& amount) const {
    const auto asked = texts(keys(limit));
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
    for (const auto& key : texts(keys(limit))) {
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

void Uses::add(std::size_t text, Money amount, bool returns_on_void) {
    for (Taken& use : taken_) {
        if (use.text != text && texts_[use.text] != texts_[text]) continue;
        use.amount += amount;
        return;
    }
    taken_.push_back({text, amount, returns_on_void});
}

void Uses::take(const Limit& limit, Money amount) {
    const Keys taken = keys(limit);
    for (std::size_t i = 0; i < taken.count; ++i) add(taken.first + i, amount, limit.gives_back);
}

void Uses::count_meal(const std::vector<Window>& spans) {
    if (!facts_.request.diner) return;
    for (const Window span : spans) {
        texts_.push_back(meal_key(facts_, span));
        add(texts_.size() - 1, Money(), true);
    }
}

std::vector<CounterUse> Uses::result() && {
    std::vector<CounterUse> uses;
    uses.reserve(taken_.size());
    for (const Taken& use : taken_) {
        if (!texts_[use.text].ends_with("|#|sale")) uses.push_back({std::move(texts_[use.text]), 1, use.amount, use.returns_on_void});
    }
    return uses;
}

}  // namespace mulin::sync::policy
