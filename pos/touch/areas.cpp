#include "pos/touch/areas.h"

#include <algorithm>

#include "pos/touch/painter.h"
#include "pos/touch/tap_tracker.h"

namespace mulin::pos::touch {

void Ui::scroll_by_finger(const FrameInput& input) {
    const bool came_down = std::any_of(input.pointer.begin(), input.pointer.end(), [](const PointerEvent& e) {
        return e.kind == PointerEvent::Kind::press;
    });
    const auto& finger = taps_->finger();
    for (auto& [id, scroll] : scrolls_) {
        if (scroll.frame != frame_) continue;  // not on the screen any more
        if (came_down) scroll.offset_at_press = scroll.offset;
        if (!finger || !finger->dragging || !scroll.rect.contains(finger->start)) continue;
        if (scroll.content <= scroll.rect.h) continue;
        taps_->take_drag();
        scroll.offset = scroll.offset_at_press - (finger->now.y - finger->start.y);
    }
}

float Ui::begin_scroll(std::string_view id, Rect rect, float content_height) {
    auto found = scrolls_.find(id);
    if (found == scrolls_.end()) found = scrolls_.emplace(std::string(id), ScrollState{}).first;
    ScrollState& scroll = found->second;
    if (scroll.frame + 1 != frame_) scroll.offset = 0;  // fresh on the screen: from the top
    scroll.frame = frame_;
    scroll.rect = rect;
    scroll.content = content_height;
    scroll.offset -= wheel_ * em(3);
    scroll.offset = std::clamp(scroll.offset, 0.0F, std::max(0.0F, content_height - rect.h));
    painter_.push_clip(rect);
    clips_.push_back(shown(rect));
    open_scrolls_.emplace_back(id);
    return scroll.offset;
}

void Ui::end_scroll() {
    const ScrollState& scroll = scrolls_.find(open_scrolls_.back())->second;
    open_scrolls_.pop_back();
    painter_.pop_clip();
    clips_.pop_back();
    if (scroll.content > scroll.rect.h) {
        const float part = scroll.rect.h / scroll.content;
        const float length = std::max(em(1.5F), scroll.rect.h * part);
        const float room = scroll.rect.h - length;
        const float at = room * scroll.offset / (scroll.content - scroll.rect.h);
        // In the gutter beside the list, so that it never lies on a figure.
        painter_.fill({scroll.rect.right() + em(0.2F), scroll.rect.y + at, em(0.3F), length},
                      theme::ink_secondary, em(0.15F));
    }
}

Rect Ui::begin_sheet(std::string_view id, Size size_em) {
    layer_ = 1;
    drawing_.raise(layer_);
    painter_.set_layer(layer_);
    painter_.fill(window(), theme::veil, 0);
    const float margin = em(1);
    const Size size{std::min(em(size_em.w), window_.w - 2 * margin), std::min(em(size_em.h), window_.h - 2 * margin)};
    const Rect sheet{(window_.w - size.w) / 2, (window_.h - size.h) / 2, size.w, size.h};
    card(sheet);
    Widget widget{std::string(id), sheet, sheet, false, {}};
    widget.target = false;
    widget.layer = layer_;
    drawing_.add(std::move(widget));
    return sheet.inset(em(1.2F));
}

void Ui::end_sheet() {
    layer_ = 0;
    painter_.set_layer(0);
}

}  // namespace mulin::pos::touch
