#pragma once
// HitMap: where every widget of one frame lies, what it says, whether it can be tapped. Taps are
// decided on it, tests and scripts tap by id with it. HitMapFile writes it for the outside.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/result.h"
#include "pos/touch/geometry.h"

namespace mulin::pos::touch {

struct Widget {
    std::string id;
    Rect rect;   // as drawn
    Rect shown;  // the part that is not clipped away
    bool enabled = true;
    std::string text;
    bool target = true;   // false: a label, never tapped
    bool repeats = false; // quick second taps count
    int layer = 0;        // only the topmost layer can be tapped
    friend bool operator==(const Widget&, const Widget&) = default;
};

class HitMap {
  public:
    void clear();
    void add(Widget widget);
    // Something modal is drawn: nothing on lower layers can be tapped.
    void raise(int layer) { top_layer_ = std::max(top_layer_, layer); }
    void set_screen(std::string_view screen) { screen_ = screen; }

    const std::string& screen() const { return screen_; }
    const std::vector<Widget>& widgets() const { return widgets_; }
    const Widget* find(std::string_view id) const;
    int top_layer() const { return top_layer_; }
    bool tappable(const Widget& widget) const {
        return widget.target && widget.enabled && widget.layer == top_layer_;
    }
    // The tappable widget at p, or else the nearest one not further than `slop` px: misses are
    // more frequent than slips. What is drawn later lies on top; a disabled key under the finger keeps its neighbours out.
    const Widget* at(Point p, float slop) const;

    // {"frame":n,"screen":"serve","widgets":[{"id","x","y","w","h","enabled","text"}]}; rectangles
    // are the visible parts, enabled says whether a tap would act.
    std::string json(std::uint64_t frame) const;

    friend bool operator==(const HitMap&, const HitMap&) = default;

  private:
    std::string screen_;
    std::vector<Widget> widgets_;
    int top_layer_ = 0;
};

// Rewrites a file atomically whenever the layout changed.
class HitMapFile {
  public:
    explicit HitMapFile(std::filesystem::path path) : path_(std::move(path)) {}
    payment::Status write_if_changed(const HitMap& map, std::uint64_t frame);

  private:
    std::filesystem::path path_;
    HitMap last_;
    bool written_ = false;
};

}  // namespace mulin::pos::touch
