#include "sync/policy/memory_usage.h"

#include <optional>
#include <utility>

namespace mulin::sync {
namespace {

std::pair<std::string_view, std::string_view> split_key(std::string_view key) {
    const auto bar = key.rfind('|');
    if (bar == std::string_view::npos) return {key, {}};
    return {key.substr(0, bar), key.substr(bar + 1)};
}

// The last day on which the window can be asked for, as window.h writes it; nothing for one without end.
std::optional<Date> last_day(std::string_view window) {
    const bool week = window.starts_with('w');
    const bool release = window.starts_with('r');
    const std::string text(window.substr(week || release ? 1 : 0, 10));
    if (text.size() == 4) return Date::parse(text + "-12-31");
    if (text.size() == 7) {
        const auto first = Date::parse(text + "-01");
        return first ? std::optional(first->plus_days(30)) : std::nullopt;
    }
    const auto day = Date::parse(text);
    if (!day) return std::nullopt;
    return day->plus_days(week ? 6 : release ? 7 : 0);
}

}  // namespace

Usage MemoryUsage::used(const std::string& key) const {
    const auto [head, window] = split_key(key);
    const auto counters = windows_.find(window);
    if (counters == windows_.end()) return {};
    const auto found = counters->second.find(head);
    return found == counters->second.end() ? Usage{} : found->second;
}

void MemoryUsage::commit(const Quote& quote) {
    for (const auto& use : quote.uses) add(use);
}

void MemoryUsage::add(const CounterUse& use) {
    const auto [head, window] = split_key(use.key);
    auto counters = windows_.find(window);
    if (counters == windows_.end()) counters = windows_.emplace(std::string(window), Counters()).first;
    const auto [at, is_new] = counters->second.try_emplace(std::string(head));
    at->second.uses += use.uses;
    at->second.amount += use.amount;
    size_ += is_new ? 1 : 0;
}

void MemoryUsage::forget_before(Date date) {
    for (auto window = windows_.begin(); window != windows_.end();) {
        const auto last = last_day(window->first);
        if (!last || *last >= date) {
            ++window;
            continue;
        }
        size_ -= window->second.size();
        window = windows_.erase(window);
    }
}

}  // namespace mulin::sync
