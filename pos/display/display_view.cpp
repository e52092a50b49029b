#include "pos/display/display_view.h"

#include <algorithm>

#include "pos/text/formatting.h"

namespace mulin::pos::display {
namespace {

using text::Msg;
using touch::Align;
using touch::Fit;
using touch::Rect;
using touch::TextSize;
using touch::VAlign;
namespace theme = touch::theme;

constexpr std::size_t kMostLines = 5;

struct Scene {
    touch::Ui& ui;
    const text::Catalogue& words;
    const State& state;
};

void draw_row(const Scene& s, const std::string& id, Rect row, const std::string& name, const std::string& amount,
              bool strong, touch::Colour ink) {
    const touch::TextStyle figure{.size = TextSize::amount, .bold = strong, .colour = ink, .align = Align::right};
    s.ui.text(row.cut_right(s.ui.measure(amount, figure).w + 2, s.ui.em(0.8F)), amount, figure);
    s.ui.text(row, name, {.size = TextSize::amount, .bold = strong, .colour = ink, .fit = Fit::shrink});
    s.ui.record(id, row, name + " " + amount);
}

std::string counted(const Line& line) {
    return line.quantity > 1 ? line.name + " ×" + std::to_string(line.quantity) : line.name;
}

// Dishes first; where they are too many the last row stands for the rest, so that the sum is right.
void draw_lines(const Scene& s, Rect& rest, std::size_t most) {
    const State& state = s.state;
    const float height = s.ui.em(3.1F);
    const std::size_t whole = state.lines.size() > most ? most - 1 : state.lines.size();
    for (std::size_t i = 0; i < whole; ++i)
        draw_row(s, "display.line." + std::to_string(i), rest.cut_top(height), counted(state.lines[i]),
                 text::plain_money(state.lines[i].amount), false, theme::ink);
    if (whole == state.lines.size()) return;
    payment::Money others;
    for (std::size_t i = whole; i < state.lines.size(); ++i) others += state.lines[i].amount;
    draw_row(s, "display.line." + std::to_string(whole), rest.cut_top(height),
             s.words.format(Msg::display_more_lines, state.lines.size() - whole), text::plain_money(others), false,
             theme::ink);
}

void draw_amounts(const Scene& s, Rect& rest, const std::string& id, const std::vector<Amount>& amounts, Msg together) {
    if (amounts.empty()) return;
    payment::Money sum;
    for (const Amount& one : amounts) sum += one.amount;
    const bool single = amounts.size() == 1;
    draw_row(s, id + ".0", rest.cut_top(s.ui.em(3.1F)), single ? amounts.front().name : std::string(s.words(together)),
             text::plain_money(-sum), true, theme::action);
}

void draw_due(const Scene& s, Rect area) {
    const State& state = s.state;
    const bool done = state.phase == Phase::done;
    const bool change = done && !state.change.is_zero();
    const payment::Money shown = change ? state.change : state.due;
    const touch::TextStyle figure{.size = TextSize::diner_amount, .bold = true,
                                  .colour = done ? theme::action : theme::ink, .align = Align::right};
    const std::string amount = text::money(shown);
    const Msg name = change ? Msg::display_change
                     : done ? Msg::display_paid
                            : (state.taken.empty() ? Msg::display_you_pay : Msg::display_still_to_pay);
    s.ui.label(change ? "display.change" : "display.due", area.cut_right(std::min(area.w * 0.78F, s.ui.measure(amount, figure).w + 4), s.ui.em(1)),
               amount, figure);
    s.ui.text(area, s.words(name), {.size = TextSize::due, .bold = true, .valign = VAlign::bottom, .fit = Fit::shrink});
}

void draw_hint(const Scene& s, Rect row) {
    const bool wait = s.state.phase == Phase::wait;
    s.ui.label("display.hint", row, s.state.hint,
               {.size = TextSize::amount, .bold = wait, .colour = wait ? theme::attention : theme::ink_secondary,
                .fit = Fit::fill});
}

void draw_idle(const Scene& s, Rect area) {
    s.ui.label("display.title", area.cut_top(area.h * 0.5F), s.state.title,
               {.size = TextSize::due, .bold = true, .align = Align::centre, .valign = VAlign::bottom, .fit = Fit::fill});
    s.ui.label("display.hint", area, s.state.hint,
               {.size = TextSize::amount, .colour = theme::ink_secondary, .align = Align::centre, .valign = VAlign::top,
                .fit = Fit::fill});
}

// The code as large as the window allows, the amount beside it.
void draw_code(const Scene& s, Rect area) {
    const Rect code = area.cut_right(std::min(area.h, area.w * 0.58F), s.ui.em(1.2F));
    s.ui.fill(code, theme::card, theme::radius_em);
    s.ui.qr("display.code", code.inset(s.ui.em(0.4F)), s.state.code);
    s.ui.label("display.title", area.cut_top(s.ui.em(9.8F), s.ui.em(0.6F)), s.state.title,
               {.size = TextSize::due, .bold = true, .valign = VAlign::top, .fit = Fit::fill});
    s.ui.label("display.due", area.cut_top(s.ui.em(6)), text::money(s.state.due),
               {.size = TextSize::change, .bold = true, .fit = Fit::shrink});
    if (s.state.seconds_left > 0)
        s.ui.label("display.left_s", area.cut_bottom(s.ui.em(3)), s.words.format(Msg::display_left, text::stopwatch(s.state.seconds_left)),
                   {.size = TextSize::amount, .colour = theme::ink_secondary});
    draw_hint(s, area);
}

void draw_sale(const Scene& s, Rect area) {
    const State& state = s.state;
    const Rect hint = area.cut_bottom(s.ui.em(4.2F), s.ui.em(0.4F));
    const Rect due = area.cut_bottom(s.ui.em(11));
    s.ui.label("display.title", area.cut_top(s.ui.em(4.2F), s.ui.em(0.3F)), state.title,
               {.size = TextSize::due, .bold = true, .fit = Fit::shrink});
    const std::size_t sums = (state.benefits.empty() ? 0U : 1U) + (state.taken.empty() ? 0U : 1U);
    const auto rows = static_cast<std::size_t>(std::max(1.0F, area.h / s.ui.em(3.1F)));
    draw_lines(s, area, std::clamp<std::size_t>(rows > sums ? rows - sums : 1, 1, kMostLines));
    draw_amounts(s, area, "display.benefit", state.benefits, Msg::display_benefits);
    draw_amounts(s, area, "display.taken", state.taken, Msg::display_taken);
    s.ui.line_h(due.x, due.y, due.w, theme::ink, 0.2F);
    draw_due(s, due);
    draw_hint(s, hint);
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state) {
    const Scene scene{ui, words, state};
    ui.set_screen("display");
    ui.fill(ui.window(), theme::paper);
    const Rect area = ui.window().inset(ui.em(2.2F), ui.em(1.6F));
    if (state.phase == Phase::idle) return draw_idle(scene, area);
    if (!state.code.empty()) return draw_code(scene, area);
    draw_sale(scene, area);
}

}  // namespace mulin::pos::display
