// Cash: what was given, in one tap where it can be, and done.
#include "pos/tender/phases_view.h"

namespace mulin::pos::tender {

namespace {

using text::Msg;
using touch::Align;
using touch::KeyStyle;
using touch::Rect;
using touch::TextSize;
using touch::VAlign;
namespace theme = touch::theme;

void draw_notes(const Scene& s, Rect area) {
    const State& state = s.state;
    const float gap = s.ui.em(0.5F);
    // Exact first, then up to five notes: always the same places.
    const Rect last = area.cut_bottom(s.ui.em(3.4F), gap);
    const auto place = [&](int i) { return area.cell(i % 2, i / 2, 2, 3, gap); };
    if (s.ui.key("tender.exact", place(0), s.words(Msg::tender_exact),
                 {.style = state.exact ? KeyStyle::selected : KeyStyle::soft, .size = TextSize::key}))
        s.say(ExactGiven{});
    int i = 1;
    for (const payment::Money note : state.notes) {
        if (i > 5) break;
        const bool chosen = !state.exact && !state.typing && state.given == note;
        if (s.ui.key("tender.note." + std::to_string(note.in_fen()), place(i++), text::short_money(note),
                     {.style = chosen ? KeyStyle::selected : KeyStyle::plain, .size = TextSize::key}))
            s.say(NoteGiven{note});
    }
    if (s.ui.key("tender.other", last, s.words(Msg::tender_other), {.size = TextSize::tile})) s.say(OpenKeypad{});
}

void draw_keypad(const Scene& s, Rect area) {
    Rect row = area.cut_top(s.ui.em(theme::key_height_em), s.ui.em(0.5F));
    if (s.ui.key("tender.exact", row.cut_right(row.w / 3, s.ui.em(0.5F)), s.words(Msg::tender_exact), KeyStyle::soft))
        s.say(ExactGiven{});
    s.ui.text(row, s.words(Msg::tender_type_given), {.colour = theme::ink_secondary, .fit = touch::Fit::shrink});
    const char key = s.ui.digit_keypad("tender.keypad", area, s.words(Msg::shell_clear));
    if (key == touch::Ui::kClear)
        s.say(GivenKey{'c'});
    else if (key == touch::Ui::kErase)
        s.say(GivenKey{'<'});
    else if (key != 0)
        s.say(GivenKey{key});
}

}  // namespace

void draw_cash(const Scene& s, Rect card) {
    const Rect done = card.cut_bottom(s.ui.em(4.8F), s.ui.em(0.9F));
    s.ui.record("tender.phase", card, s.words(Msg::shell_cash));
    if (s.state.typing)
        draw_keypad(s, card);
    else
        draw_notes(s, card);
    if (can_take_part(s.state)) {
        if (s.ui.key("tender.take_part", done, s.words.format(Msg::tender_take_part, text::money(s.state.given)),
                     {.style = KeyStyle::outline, .size = TextSize::tile}))
            s.say(TakePart{});
        return;
    }
    if (s.ui.key("tender.confirm", done, s.words(s.state.training ? Msg::tender_confirm_training : Msg::tender_confirm),
                 {.style = KeyStyle::primary, .enabled = can_confirm(s.state), .size = TextSize::key}))
        s.say(Confirm{});
}

}  // namespace mulin::pos::tender
