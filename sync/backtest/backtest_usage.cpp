#include "sync/backtest/backtest_usage.h"

#include <algorithm>

namespace mulin::sync::server {
namespace {

std::string_view prefix_of(std::string_view key) { return key.substr(0, key.find('|')); }

std::string_view window_of(std::string_view key) {
    const auto bar = key.rfind('|');
    return bar == std::string_view::npos ? std::string_view() : key.substr(bar + 1);
}

}  // namespace

Pools::Pools(const std::vector<LimitFacts>& limits) {
    for (const auto& limit : limits) {
        if (limit.looks_back) looking_back_.push_back(limit.prefix);
        if (!limit.is_shared) continue;
        // Of two versions of one limit neither bound may be taken for granted.
        const auto same = std::find_if(shared_.begin(), shared_.end(),
                                       [&](const LimitFacts& known) { return known.prefix == limit.prefix; });
        if (same == shared_.end()) {
            shared_.push_back(limit);
        } else if (same->max_uses != limit.max_uses || same->max_amount != limit.max_amount) {
            same->looks_back = true;
        }
    }
}

const LimitFacts* Pools::shared(std::string_view key) const {
    if (shared_.empty()) return nullptr;
    const auto prefix = prefix_of(key);
    for (const auto& limit : shared_) {
        if (limit.prefix == prefix) return &limit;
    }
    return nullptr;
}

bool Pools::ends_with_its_day(std::string_view key, std::string_view today) const {
    if (!window_of(key).starts_with(today)) return false;
    const auto prefix = prefix_of(key);
    return std::find(looking_back_.begin(), looking_back_.end(), prefix) == looking_back_.end();
}

Usage Pools::used(const std::string& key) const {
    const auto found = pools_.find(key);
    return found == pools_.end() ? Usage{} : found->second.used;
}

Pool& Pools::at(const std::string& key, const LimitFacts* limit) {
    Pool& pool = pools_[key];
    pool.limit = limit;
    return pool;
}

bool Pools::is_dry(const LimitFacts& limit, const Usage& used) {
    return (limit.max_uses && used.uses >= *limit.max_uses) || (limit.max_amount && used.amount >= *limit.max_amount);
}

bool Pools::still_holds(const PoolAsk& ask, Money need) const {
    const Usage now = used(ask.key);
    if (now.uses == ask.seen.uses && now.amount == ask.seen.amount) return true;
    const LimitFacts& limit = *ask.limit;
    if (limit.looks_back) return false;
    if (is_dry(limit, ask.seen)) return true;  // and what is dry stays dry
    if (limit.max_uses && now.uses >= *limit.max_uses) return false;
    return !limit.max_amount || now.amount + need <= *limit.max_amount;
}

void OwnUsage::begin_day(const std::string& date) {
    if (date == today_) return;
    today_ = date;
    ++day_;
}

void OwnUsage::turn_to(std::int32_t diner) {
    now_ = &people_[static_cast<std::size_t>(diner + 1)];
    if (now_->day == day_) return;
    now_->day = day_;
    std::erase_if(now_->counters, [](const Counter& counter) { return counter.ends_with_its_day; });
}

Usage OwnUsage::used(const std::string& key) const {
    const auto& counters = now_->counters;
    const auto found = std::find_if(counters.rbegin(), counters.rend(), [&](const Counter& counter) { return counter.key == key; });
    return found == counters.rend() ? Usage{} : found->usage;
}

void OwnUsage::add(const CounterUse& use, int sign) {
    auto& counters = now_->counters;
    auto found = std::find_if(counters.rbegin(), counters.rend(), [&](const Counter& counter) { return counter.key == use.key; });
    if (found == counters.rend()) {
        counters.push_back({use.key, {}, pools_.ends_with_its_day(use.key, today_)});
        found = counters.rbegin();
    }
    found->usage.uses += sign * use.uses;
    found->usage.amount += sign < 0 ? -use.amount : use.amount;
}

Usage BacktestView::used(const std::string& key) const {
    const LimitFacts* limit = pools_.shared(key);
    if (limit == nullptr) return own_.used(key);
    const Usage seen = pools_.used(key);
    const bool noted = std::any_of(asks_->begin(), asks_->end(), [&](const PoolAsk& ask) { return ask.key == key; });
    if (!noted) asks_->push_back({key, limit, seen});
    return seen;
}

}  // namespace mulin::sync::server
