#include "pos/touch/hit_map.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <system_error>

#include <nlohmann/json.hpp>

namespace mulin::pos::touch {

void HitMap::clear() {
    screen_.clear();
    widgets_.clear();
    top_layer_ = 0;
}

void HitMap::add(Widget widget) {
    widgets_.push_back(std::move(widget));
}

const Widget* HitMap::find(std::string_view id) const {
    for (const Widget& widget : widgets_)
        if (widget.id == id) return &widget;
    return nullptr;
}

const Widget* HitMap::at(Point p, float slop) const {
    const Widget* nearest = nullptr;
    float nearest_distance = slop * slop;
    for (auto it = widgets_.rbegin(); it != widgets_.rend(); ++it) {
        const Widget& widget = *it;
        if (!widget.target || widget.layer != top_layer_) continue;
        const float distance = widget.shown.distance_squared(p);
        if (distance == 0) return tappable(widget) ? &widget : nullptr;
        if (distance >= nearest_distance || !widget.enabled) continue;
        nearest = &widget;
        nearest_distance = distance;
    }
    return nearest;
}

std::string HitMap::json(std::uint64_t frame) const {
    nlohmann::ordered_json widgets = nlohmann::ordered_json::array();
    for (const Widget& widget : widgets_) {
        widgets.push_back({{"id", widget.id},
                           {"x", std::lround(widget.shown.x)},
                           {"y", std::lround(widget.shown.y)},
                           {"w", std::lround(widget.shown.w)},
                           {"h", std::lround(widget.shown.h)},
                           {"enabled", tappable(widget)},
                           {"text", widget.text}});
    }
    const nlohmann::ordered_json document{{"frame", frame}, {"screen", screen_}, {"widgets", widgets}};
    // Text from outside may hold broken UTF-8; the map must be written all the same.
    return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

payment::Status HitMapFile::write_if_changed(const HitMap& map, std::uint64_t frame) {
    if (written_ && map == last_) return payment::ok();
    std::filesystem::path fresh = path_;
    fresh += ".new";
    {
        std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
        file << map.json(frame) << '\n';
        if (!file.flush())
            return payment::fail(payment::ErrorCode::disk,
                                 "The hit map " + fresh.string() + " cannot be written; check the folder.");
    }
    std::error_code error;
    std::filesystem::rename(fresh, path_, error);
    if (error)
        return payment::fail(payment::ErrorCode::disk, "The hit map " + path_.string() +
                                                           " cannot be replaced: " + error.message() + ".");
    last_ = map;
    written_ = true;
    return payment::ok();
}

}  // namespace mulin::pos::touch
