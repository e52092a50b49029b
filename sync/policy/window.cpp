#include "sync/policy/window.h"

namespace mulin::sync::policy {
namespace {

std::string release_text(const Limit& limit, const Facts& facts) {
    for (int back = 0; back <= 7; ++back) {
        const Date day = facts.date.plus_days(-back);
        const bool released = (limit.release_days >> (day.weekday() - 1) & 1u) != 0;
        const bool reached = back > 0 || facts.minute >= limit.release_minute;
        if (released && reached) return "r" + day.text();
    }
    return "r-";
}

}  // namespace

std::string key_text(std::string_view id) {
    std::string text;
    text.reserve(id.size());
    for (const char c : id) {
        if (c == '|') {
            text += "%7C";
        } else if (c == '%') {
            text += "%25";
        } else {
            text += c;
        }
    }
    return text;
}

std::string window_text(Window window, const Facts& facts, const Limit* limit) {
    switch (window) {
        case Window::meal: return facts.date.text() + "/" + name_of(facts.request.meal);
        case Window::day: return facts.date.text();
        case Window::week: return "w" + facts.date.plus_days(1 - facts.weekday).text();
        case Window::month: return facts.date.text().substr(0, 7);
        case Window::year: return facts.date.text().substr(0, 4);
        case Window::campaign: return "all";
        case Window::release: return limit == nullptr ? "r-" : release_text(*limit, facts);
    }
    return "all";
}

std::vector<std::string> keys_of(const Limit& limit, const Facts& facts) {
    const std::string window = "|" + window_text(limit.window, facts, &limit);
    const std::string head = limit.key_prefix + "|";
    const auto& request = facts.request;
    switch (limit.subject) {
        case Subject::everyone: return {head + "*" + window};
        case Subject::site: return {head + "@" + key_text(request.site.id) + window};
        default: break;
    }
    if (!request.diner) return {};
    std::string person = key_text(request.diner->id);
    if (limit.subject == Subject::person_at_site) person += "@" + key_text(request.site.id);
    std::vector<std::string> keys{head + person + window};
    if (limit.subject == Subject::identifiers) {
        for (const auto& other : request.diner->identifiers) keys.push_back(head + "=" + key_text(other) + window);
    }
    return keys;
}

}  // namespace mulin::sync::policy
