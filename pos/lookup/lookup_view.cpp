#include "pos/lookup/lookup_view.h"

#include <algorithm>

#include "pos/text/formatting.h"

namespace mulin::pos::lookup {
namespace {

using text::Msg;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

constexpr float kPanelEm = 21;
constexpr int kColumns = 2;
constexpr int kRows = static_cast<int>(kPerPage) / kColumns;

Msg weekday(sync::Date date) {
    return static_cast<Msg>(static_cast<int>(Msg::lookup_weekday_1) + date.weekday() - 1);
}

std::string last_visit(const text::Catalogue& words, const Candidate& candidate, sync::Date today) {
    if (!candidate.last_visit) return std::string(words(Msg::lookup_never));
    const Visit& visit = *candidate.last_visit;
    const std::string_view meal = words(text::meal_name(visit.meal));
    const int days = today.days_since_1970() - visit.date.days_since_1970();
    if (days <= 0) return words.format(Msg::lookup_today_meal, meal);
    if (days == 1) return words.format(Msg::lookup_yesterday_meal, meal);
    if (days < today.weekday()) return words.format(Msg::lookup_this_week, words(weekday(visit.date)));
    if (days < today.weekday() + 7) return words.format(Msg::lookup_last_week, words(weekday(visit.date)));
    return words.format(Msg::lookup_days_ago, days);
}

std::string facts(const text::Catalogue& words, const Candidate& candidate) {
    if (candidate.road.empty()) return words.format(Msg::lookup_age_id, candidate.age, candidate.id_last4);
    return words.format(Msg::lookup_age_id_road, candidate.age, candidate.id_last4, candidate.road);
}

std::string heading(const text::Catalogue& words, const State& state) {
    if (searching(state)) return std::string(words(Msg::lookup_searching));
    if (state.keys.empty()) return std::string(words(Msg::lookup_usual_now));
    if (state.candidates.empty()) return {};  // the note says so
    if (state.total == 1) return std::string(words(Msg::lookup_found_one));
    const auto shown = static_cast<std::int64_t>(kPerPage);
    return words.format(state.total > shown ? Msg::lookup_found_some : Msg::lookup_found, state.total);
}

void draw_trouble(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area) {
    const auto note = [&](Msg title, std::string_view detail) {
        ui.note("lookup.note", area, words(title), detail, touch::Tone::attention);
    };
    switch (state.trouble) {
        case Trouble::unknown_card: note(Msg::lookup_unknown_card, words(Msg::lookup_unknown_card_what)); break;
        case Trouble::blocked_card: note(Msg::lookup_blocked_card, words(Msg::lookup_blocked_card_what)); break;
        case Trouble::search_failed: note(Msg::lookup_none, state.message); break;
        case Trouble::none:
            if (!searching(state) && state.candidates.empty() && !state.keys.empty()) {
                note(Msg::lookup_none, words(Msg::lookup_none_what));
            }
    }
}

void draw_candidates(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area,
                     std::vector<Intent>& out) {
    const auto shown = page(state);
    const float height = std::min(ui.em(6), (area.h - (kRows - 1) * ui.gap()) / kRows);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const int column = static_cast<int>(i) % kColumns;
        const int row = static_cast<int>(i) / kColumns;
        Rect tile = area.column(column, kColumns, ui.gap());
        tile.y += static_cast<float>(row) * (height + ui.gap());
        tile.h = height;
        const std::string line_1 = facts(words, shown[i]);
        const std::string line_2 = last_visit(words, shown[i], state.today);
        const bool likeliest = i == 0 && state.page == 0 && !state.keys.empty();
        if (ui.person_tile("lookup.candidate." + std::to_string(i), tile,
                           {shown[i].name, line_1, line_2, likeliest})) {
            out.push_back(Pick{shown[i].id});
        }
    }
}

void draw_foot(touch::Ui& ui, const text::Catalogue& words, Rect row, std::vector<Intent>& out) {
    if (ui.key("lookup.guest", row.column(0, 3, ui.gap()), words(Msg::lookup_guest))) out.push_back(Guest{});
    if (ui.key("lookup.register", row.column(1, 3, ui.gap()), words(Msg::lookup_register))) {
        out.push_back(Register{});
    }
    if (ui.key("lookup.back", row.column(2, 3, ui.gap()), words(Msg::shell_back))) out.push_back(Back{});
}

void draw_keypads(touch::Ui& ui, const text::Catalogue& words, Rect panel, std::vector<Intent>& out) {
    ui.fill(panel, theme::card);
    ui.line_v(panel.x, panel.y, panel.h);
    panel = panel.inset(ui.em(0.95F), ui.em(0.9F));
    const float digits = std::min(ui.em(16), panel.h * 0.53F);
    const char digit = ui.digit_keypad("lookup.key", panel.cut_top(digits, ui.gap()), words(Msg::shell_clear));
    const char letter = ui.letter_keypad("lookup.key", panel.cut_top(std::min(ui.em(13.6F), panel.h)));
    for (const char key : {digit, letter}) {
        if (key == touch::Ui::kErase) {
            out.push_back(Backspace{});
        } else if (key == touch::Ui::kClear) {
            out.push_back(Clear{});
        } else if (key != 0) {
            out.push_back(Key{key});
        }
    }
}

void read_keyboard(const touch::Ui& ui, const State& state, std::vector<Intent>& out) {
    for (const char key : ui.typed()) out.push_back(Key{key});
    if (ui.pressed(touch::KeyboardKey::backspace)) out.push_back(Backspace{});
    if (ui.pressed(touch::KeyboardKey::escape)) out.push_back(Back{});
    if (ui.pressed(touch::KeyboardKey::enter) && !searching(state) && state.candidates.size() == 1) {
        out.push_back(Pick{state.candidates.front().id});
    }
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    Rect body = ui.body();
    draw_keypads(ui, words, body.cut_right(ui.em(kPanelEm)), out);
    body = body.inset(ui.em(0.95F), ui.em(0.9F));
    draw_foot(ui, words, body.cut_bottom(ui.em(3.6F), ui.gap()), out);

    ui.text_field("lookup.keys", body.cut_top(ui.em(4.2F), ui.em(0.5F)), state.keys, words(Msg::lookup_hint), true,
                  TextSize::amount);
    Rect line = body.cut_top(ui.em(theme::key_height_em), ui.em(0.4F));
    if (page_count(state) > 1) {
        const std::string more = words.format(Msg::lookup_more, state.page + 1, page_count(state));
        if (ui.key("lookup.more", line.cut_right(ui.em(9), ui.gap()), more)) out.push_back(NextPage{});
    }
    ui.label("lookup.found", line, heading(words, state), {.colour = theme::ink_secondary});
    if (state.trouble != Trouble::none || state.candidates.empty()) {
        draw_trouble(ui, words, state, body.cut_top(ui.em(4), ui.gap()));
    }
    draw_candidates(ui, words, state, body, out);
    read_keyboard(ui, state, out);
}

}  // namespace mulin::pos::lookup
