#include "pos/settings/settings_view.h"

#include <algorithm>

#include "pos/touch/areas.h"

namespace mulin::pos::settings {
namespace {

using text::Msg;
using touch::Align;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

touch::KeyStyle choice(bool chosen) { return chosen ? touch::KeyStyle::selected : touch::KeyStyle::plain; }

std::string device_name(const text::Catalogue& words, const std::string& id) {
    if (id == "printer") return std::string(words(Msg::settings_printer));
    if (id == "drawer") return std::string(words(Msg::settings_drawer));
    if (id == "voice") return std::string(words(Msg::settings_voice));
    if (id == "display") return std::string(words(Msg::settings_display));
    if (id == "scanner") return std::string(words(Msg::settings_scanner));
    return id == "card_reader" ? std::string(words(Msg::settings_card_reader)) : id;
}

Msg state_words(DeviceState state) {
    switch (state) {
        case DeviceState::ready: return Msg::settings_ready;
        case DeviceState::absent: return Msg::settings_absent;
        case DeviceState::trouble: return Msg::settings_trouble;
    }
    return Msg::settings_absent;
}

touch::Tone state_tone(DeviceState state) {
    if (state == DeviceState::ready) return touch::Tone::good;
    return state == DeviceState::absent ? touch::Tone::neutral : touch::Tone::attention;
}

void draw_look(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect card, std::vector<Intent>& out) {
    ui.card(card);
    card = card.inset(ui.em(1.2F), ui.em(0.8F));
    ui.text(card.cut_top(ui.em(1.8F), ui.em(0.3F)), words(Msg::settings_language), {.bold = true});
    const Rect languages = card.cut_top(ui.em(3.6F), ui.gap());
    if (ui.key("settings.language.zh-CN", languages.column(0, 2, ui.gap()), words(Msg::settings_zh),
               choice(state.language == "zh-CN"))) {
        out.push_back(SetLanguage{"zh-CN"});
    }
    if (ui.key("settings.language.en", languages.column(1, 2, ui.gap()), words(Msg::settings_en),
               choice(state.language == "en"))) {
        out.push_back(SetLanguage{"en"});
    }
}

void draw_training(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect card,
                   std::vector<Intent>& out) {
    ui.card(card);
    card = card.inset(ui.em(1.2F), ui.em(0.8F));
    ui.text(card.cut_top(ui.em(1.8F), ui.em(0.2F)), words(Msg::settings_training), {.bold = true});
    const Msg what = state.training ? Msg::settings_training_on : Msg::settings_training_off;
    ui.label("settings.training_state", card.cut_top(ui.em(2.6F), ui.em(0.3F)), words(what),
             {.colour = state.training ? theme::attention : theme::ink_secondary, .fit = touch::Fit::wrap});
    const auto style = state.training ? touch::KeyStyle::stop : touch::KeyStyle::attention;
    if (ui.key("settings.training", card.cut_top(ui.em(3.6F), ui.em(0.5F)),
               words(state.training ? Msg::settings_training_stop : Msg::settings_training_start), style,
               state.may_train && !state.changing_training)) {
        out.push_back(ToggleTraining{});
    }
    if (!state.message.empty()) {
        ui.note("settings.note", card, words(Msg::settings_training_failed), state.message, touch::Tone::attention);
    } else if (!state.may_train) {
        ui.text(card.cut_top(ui.em(1.6F)), words(Msg::settings_training_who),
                {.size = TextSize::small, .colour = theme::ink_secondary});
    }
}

void draw_device(touch::Ui& ui, const text::Catalogue& words, const State& state, const Device& device, Rect row,
                 std::vector<Intent>& out) {
    ui.line_h(row.x, row.bottom(), row.w, theme::line, 0.05F);
    row = row.inset(0, ui.em(0.35F));
    const bool testing = state.testing == device.id;
    if (ui.key("settings.test." + device.id, row.cut_right(ui.em(6.5F), ui.gap()),
               words(testing ? Msg::settings_testing : Msg::settings_test), touch::KeyStyle::plain,
               state.testing.empty() && device.state != DeviceState::absent)) {
        out.push_back(TestDevice{device.id});
    }
    const std::string_view state_text = words(state_words(device.state));
    const float width = ui.measure(state_text, {.bold = true}).w + ui.em(1.6F);
    Rect pill = row.cut_right(std::max(width, ui.em(5)), ui.gap());
    ui.pill("settings.device." + device.id, {pill.right() - width, pill.y + (pill.h - ui.em(2.1F)) / 2},
            ui.em(2.1F), state_text, state_tone(device.state));
    ui.text(device.detail.empty() ? row : row.cut_top(row.h * 0.54F), device_name(words, device.id),
            {.size = TextSize::lead, .bold = true, .fit = touch::Fit::shrink});
    if (!device.detail.empty()) {
        ui.text(row, device.detail,
                {.size = TextSize::small, .colour = theme::ink_secondary, .fit = touch::Fit::shrink});
    }
}

void draw_devices(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect card,
                  std::vector<Intent>& out) {
    ui.card(card);
    card = card.inset(ui.em(1.2F), ui.em(0.8F));
    ui.text(card.cut_top(ui.em(1.8F), ui.em(0.3F)), words(Msg::settings_devices), {.bold = true});
    if (state.devices.empty()) {
        ui.text(card.cut_top(ui.em(3)), words(Msg::settings_no_devices), {.colour = theme::ink_secondary});
        return;
    }
    const float height = ui.em(3.6F);
    touch::Scroll scroll(ui, "settings.devices", card, height * static_cast<float>(state.devices.size()));
    for (std::size_t i = 0; i < state.devices.size(); ++i) {
        const Rect row = scroll.row(static_cast<int>(i), height);
        if (scroll.visible(row)) draw_device(ui, words, state, state.devices[i], row, out);
    }
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    Rect body = ui.body().inset(ui.em(1.2F), ui.em(0.9F));
    Rect foot = body.cut_bottom(ui.em(3.6F), ui.gap());
    if (ui.key("settings.back", foot.cut_left(ui.em(14), ui.gap()), words(Msg::shell_back))) out.push_back(Back{});
    ui.label("settings.version", foot, words.format(Msg::settings_about, state.till, state.version),
             {.colour = theme::ink_secondary, .align = Align::right});
    ui.text(body.cut_top(ui.em(2.6F), ui.em(0.4F)), words(Msg::settings_title), {.size = TextSize::name, .bold = true});
    Rect left = body.column(0, 2, ui.em(0.9F));
    draw_look(ui, words, state, left.cut_top(ui.em(7.3F), ui.em(0.9F)), out);
    draw_training(ui, words, state, left, out);
    draw_devices(ui, words, state, body.column(1, 2, ui.em(0.9F)), out);
    if (ui.pressed(touch::KeyboardKey::escape)) out.push_back(Back{});
}

}  // namespace mulin::pos::settings
