#pragma once
// The parts of the serve screen's picture, one function for each column and sheet, and what they
// share. Drawing only.

#include <string>
#include <vector>

#include "pos/serve/serve.h"
#include "pos/text/catalogue.h"
#include "pos/text/formatting.h"
#include "pos/touch/ui.h"

namespace mulin::pos::serve {

struct Scene {
    touch::Ui& ui;
    const text::Catalogue& words;
    const State& state;
    std::vector<Intent>& out;

    bool english() const { return words.language() == text::Language::en; }
    // The name in the screen's language; the Chinese one when there is no other.
    const std::string& pick(const std::string& zh, const std::string& en) const {
        return english() && !en.empty() ? en : zh;
    }
    void say(Intent intent) const { out.push_back(std::move(intent)); }
};

void draw_who(const Scene& scene, touch::Rect column);
void draw_menu(const Scene& scene, touch::Rect column);
void draw_slip(const Scene& scene, touch::Rect column);
void draw_weight_sheet(const Scene& scene);
void draw_why_sheet(const Scene& scene);
void draw_more_sheet(const Scene& scene);

// What a notice says, and how it looks.
struct NoticeWords {
    std::string title;
    std::string detail;
    touch::Tone tone = touch::Tone::attention;
};
NoticeWords notice_words(const Scene& scene, const Notice& notice);
const char* notice_id(NoticeKind kind);

text::Msg tender_name(const std::string& tender);

}  // namespace mulin::pos::serve
