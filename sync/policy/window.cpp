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
    if (id.find_first_of("|%") == std::string_view::npos) return std::string(id);
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

std::vector<std::string> keys_of(const Limit& limit, const Facts& facts) {
    const std::string release = limit.window == Window::release ? release_text(limit, facts) : std::string();
    const std::string& window = limit.window == Window::release ? release : facts.window(limit.window);
    const auto& request = facts.request;
    std::vector<std::string> keys;
    const auto add = [&](std::string_view mark, std::string_view subject) {
        std::string key;
        key.reserve(limit.key_prefix.size() + mark.size() + subject.size() + window.size() + 2);
        key.append(limit.key_prefix).append("|").append(mark).append(subject).append("|").append(window);
        keys.push_back(std::move(key));
    };
    if (limit.subject == Subject::everyone) add("*", "");
    if (limit.subject == Subject::site) add("@", key_text(request.site.id));
    if (!request.diner || limit.subject == Subject::everyone || limit.subject == Subject::site) return keys;
    std::string person = key_text(request.diner->id);
    if (limit.subject == Subject::person_at_site) person += "@" + key_text(request.site.id);
    add("", person);
    if (limit.subject == Subject::identifiers) {
        for (const auto& other : request.diner->identifiers) add("=", key_text(other));
    }
    return keys;
}

}  // namespace mulin::sync::policy
