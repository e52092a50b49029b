#include "sync/district/area.h"

#include <algorithm>

namespace mulin::sync::server {

Area::Area(const Site& site) : home_("home:" + site.id.text()) {
    static constexpr std::string_view kTag = "area:";
    for (const std::string& tag : site.tags)
        if (tag.starts_with(kTag) && tag.size() > kTag.size()) codes_.push_back(tag.substr(kTag.size()));
}

bool Area::holds(const Diner& diner) const {
    if (is_everybody()) return true;
    if (std::find(diner.tags.begin(), diner.tags.end(), home_) != diner.tags.end()) return true;
    return std::any_of(codes_.begin(), codes_.end(), [&](const std::string& code) {
        return diner.residence.starts_with(code) || diner.hukou.starts_with(code);
    });
}

AskedFacts asked_facts(std::span<const PolicyDocument> policies) {
    AskedFacts asked;
    for (const PolicyDocument& policy : policies) {
        const auto says = [&](std::string_view word) {
            // A word may be spelled with escapes.
            return policy.text.find(word) != std::string::npos || policy.text.find("\\u") != std::string::npos;
        };
        asked.hukou |= says("hukou");
        asked.aid |= says("\"aid\"");
        asked.disability_grade |= says("disability");
        asked.care |= says("\"care\"");
        asked.living |= says("\"living\"");
        asked.approved |= says("\"approved\"");
    }
    return asked;
}

bool asks_more(const AskedFacts& now, const AskedFacts& before) {
    return (now.hukou && !before.hukou) || (now.aid && !before.aid) || (now.disability_grade && !before.disability_grade) ||
           (now.care && !before.care) || (now.living && !before.living) || (now.approved && !before.approved);
}

Diner minimised(Diner diner, const AskedFacts& asked) {
    if (!diner.active) {
        Diner nobody;
        nobody.id = diner.id;
        nobody.active = false;
        return nobody;
    }
    const Diner unknown;
    if (!asked.hukou) diner.hukou = unknown.hukou;
    if (!asked.aid) diner.aid = unknown.aid;
    if (!asked.disability_grade) diner.disability_grade = unknown.disability_grade;
    if (!asked.care) diner.care = unknown.care;
    if (!asked.living) diner.living = unknown.living;
    if (!asked.approved) diner.approved = unknown.approved;
    return diner;
}

}  // namespace mulin::sync::server
