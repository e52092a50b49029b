#include "pos/register_diner/register_diner_view.h"

#include <algorithm>

#include "pos/register_diner/panels_view.h"
#include "pos/text/formatting.h"

namespace mulin::pos::register_diner {
namespace {

using text::Msg;
using touch::Align;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

constexpr float kLeftEm = 28;

struct FieldWords {
    const char* id;
    Msg name;
    Msg hint;
};

FieldWords field_words(Field field) {
    switch (field) {
        case Field::identity: return {"register.field.identity", Msg::register_diner_identity, Msg::register_diner_identity_hint};
        case Field::name: return {"register.field.name", Msg::register_diner_name, Msg::register_diner_name_hint};
        case Field::road: return {"register.field.road", Msg::register_diner_road, Msg::register_diner_road_hint};
        case Field::phone: return {"register.field.phone", Msg::register_diner_phone, Msg::register_diner_phone_hint};
        case Field::card: return {"register.field.card", Msg::register_diner_card, Msg::register_diner_card_hint};
    }
    return {"", Msg::register_diner_identity, Msg::register_diner_identity_hint};
}

// "310110 19440607 271 6": in the groups in which it stands on the card.
std::string grouped(const std::string& number) {
    std::string out;
    for (std::size_t i = 0; i < number.size(); ++i) {
        if (i == 6 || i == 14) out += ' ';
        out += number[i];
    }
    return out;
}

std::string content(const text::Catalogue& words, const State& state, Field field) {
    switch (field) {
        case Field::identity: return grouped(state.number);
        case Field::name: return state.name;
        case Field::road: return state.road;
        case Field::phone: return state.phone_last4;
        case Field::card:
            if (state.checking_card) return std::string(words(Msg::register_diner_card_checking));
            return state.card_last4.empty() ? "" : words.format(Msg::register_diner_card_bound, state.card_last4);
    }
    return {};
}

void draw_fields(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area, std::vector<Intent>& out) {
    const float height = (area.h - 4 * ui.em(0.5F)) / 5;
    for (const Field field : kAllFields) {
        const FieldWords texts = field_words(field);
        Rect row = area.cut_top(height, ui.em(0.5F));
        Rect name = row.cut_left(ui.em(6.4F), ui.em(0.4F));
        if (complete(state, field)) {
            const Rect mark = name.cut_left(ui.em(1.2F), ui.em(0.3F));
            ui.tick({mark.x, mark.y + (mark.h - mark.w) / 2, mark.w, mark.w}, theme::action);
        } else {
            name.cut_left(ui.em(1.5F));
        }
        ui.text(name, words(texts.name), {.bold = true, .fit = touch::Fit::shrink});
        const bool active = state.field == field && state.phase == Phase::filling;
        const bool wide = field == Field::identity;
        const std::string filled = content(words, state, field);
        if (ui.text_field(texts.id, row, filled, filled.empty() ? words(texts.hint) : "", active,
                          wide ? TextSize::tile : TextSize::title)) {
            out.push_back(Focus{field});
        }
    }
}

void draw_trouble(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area) {
    const auto note = [&](const std::string& title, std::string_view what, touch::Tone tone) {
        ui.note("register.note", area, title, what, tone);
    };
    const auto plain = [&](Msg message) { return std::string(words(message)); };
    using touch::Tone;
    switch (state.trouble) {
        case Trouble::bad_number:
            note(plain(Msg::register_diner_bad_number), words(Msg::register_diner_bad_number_what), Tone::attention);
            return;
        case Trouble::duplicate:
            note(words.format(Msg::register_diner_duplicate, state.message),
                 words(can_serve_existing(state) ? Msg::register_diner_duplicate_serve
                                                 : Msg::register_diner_duplicate_what),
                 Tone::stop);
            return;
        case Trouble::card_taken:
            note(words.format(Msg::register_diner_card_taken, state.message),
                 words(Msg::register_diner_card_taken_what), Tone::stop);
            return;
        case Trouble::card_blocked: note(plain(Msg::register_diner_card_blocked), "", Tone::stop); return;
        case Trouble::save_failed: note(plain(Msg::register_diner_save_failed), state.message, Tone::stop); return;
        case Trouble::none: break;
    }
    if (!state.identity && state.number.empty()) {
        note(plain(Msg::register_diner_privacy), "", Tone::neutral);
    } else if (!state.identity) {
        note(words.format(Msg::register_diner_left, 18 - state.number.size()), "", Tone::neutral);
    } else {
        const bool woman = state.identity->sex == sync::Sex::female;
        const std::string derived =
            words.format(Msg::register_diner_derived, text::date(state.identity->birth_date), age(state),
                         words(woman ? Msg::register_diner_female : Msg::register_diner_male));
        ui.note("register.derived", area, derived,
                words(state.number_checked ? Msg::register_diner_free : Msg::register_diner_checking),
                state.number_checked ? Tone::good : Tone::neutral);
    }
}

void draw_left(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area, std::vector<Intent>& out) {
    Rect foot = area.cut_bottom(ui.em(theme::pay_key_em), ui.gap());
    if (ui.key("register.back", foot.cut_left(ui.em(8), ui.gap()), words(Msg::shell_back), touch::KeyStyle::plain,
               state.phase == Phase::filling)) {
        out.push_back(Back{});
    }
    if (can_serve_existing(state)) {
        touch::KeyOptions serve{.style = touch::KeyStyle::primary};
        serve.size = TextSize::title;
        if (ui.key("register.serve_existing", foot, words(Msg::register_diner_serve_existing), serve)) {
            out.push_back(ServeExisting{});
        }
        foot = {};
    }
    touch::KeyOptions save{.style = touch::KeyStyle::primary, .enabled = can_save(state)};
    save.size = TextSize::key;
    const Msg label = state.phase == Phase::saving ? Msg::register_diner_saving : Msg::register_diner_save;
    if (foot.w > 0 && ui.key("register.save", foot, words(label), save)) out.push_back(Save{});
    ui.text(area.cut_top(ui.em(2.4F), ui.em(0.5F)), words(Msg::register_diner_title),
            {.size = TextSize::name, .bold = true});
    draw_fields(ui, words, state, area.cut_top(ui.em(20), ui.gap()), out);
    draw_trouble(ui, words, state, area);
}

void read_keyboard(const touch::Ui& ui, std::vector<Intent>& out) {
    if (!ui.typed().empty()) out.push_back(Typed{ui.typed()});
    if (ui.pressed(touch::KeyboardKey::backspace)) out.push_back(Key{'<'});
    if (ui.pressed(touch::KeyboardKey::escape)) out.push_back(Back{});
}

Field next_field(Field field) {
    const auto index = static_cast<std::size_t>(field) + 1;
    return kAllFields[std::min(index, std::size(kAllFields) - 1)];
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    Rect body = ui.body();
    draw_left(ui, words, state, body.cut_left(ui.em(kLeftEm)).inset(ui.em(1.1F), ui.em(0.9F)), out);
    ui.fill(body, theme::card);
    ui.line_v(body.x, body.y, body.h);
    body = body.inset(ui.em(1.2F), ui.em(0.9F));
    if (state.field != Field::card) {
        const Rect foot = body.cut_bottom(ui.em(3.6F), ui.gap());
        const Field next = next_field(state.field);
        touch::KeyOptions options{.style = touch::KeyStyle::outline};
        options.detail = words(field_words(next).name);
        if (ui.key("register.next", {foot.right() - ui.em(14), foot.y, ui.em(14), foot.h},
                   words(Msg::register_diner_next), options)) {
            out.push_back(Focus{next});
        }
    }
    draw_panel(ui, words, state, body, out);
    read_keyboard(ui, out);
    if (ui.pressed(touch::KeyboardKey::tab) || ui.pressed(touch::KeyboardKey::enter)) {
        out.push_back(Focus{next_field(state.field)});
    }
}

}  // namespace mulin::pos::register_diner
