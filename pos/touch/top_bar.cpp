#include "pos/touch/top_bar.h"

#include <algorithm>

namespace mulin::pos::touch {

namespace {

constexpr float kPillEm = 2.2F;

// A tappable pill whose target is as high as the bar: the sign is small, the finger is not.
bool pill_key(Ui& ui, std::string_view id, Rect bar, float x, std::string_view words, Tone tone, float& width) {
    const float height = ui.em(kPillEm);
    width = ui.measure(words, {.bold = true}).w + ui.em(1.6F);
    const bool tapped = ui.target(id, {x, bar.y, width, bar.h}, words);
    ui.pill(std::string(id) + ".pill", {x, bar.y + (bar.h - height) / 2}, height, words,
            ui.held(id) ? Tone::neutral : tone);
    return tapped;
}

void draw_left(Ui& ui, const TopBar& bar, Rect row, TopBarTaps& taps) {
    const TextStyle site{.size = TextSize::tile, .bold = true};
    // Words first: a long name of a site gives way to what changes.
    const std::string today = bar.today_before + " " + bar.today_count + " " + bar.today_after;
    const float meal_w = bar.meal.empty() ? 0 : ui.measure(bar.meal, {.bold = true}).w + ui.em(1.6F);
    const TextStyle figure{.size = TextSize::tile, .bold = true};
    const float after_w = bar.today_after.empty() ? 0 : ui.measure(bar.today_after).w + 1;
    const float today_w = ui.measure(bar.today_before).w + ui.measure(bar.today_count, figure).w + after_w + ui.em(0.7F);
    const float site_w = std::min(ui.measure(bar.site, site).w + 1, row.w - meal_w - today_w - ui.em(2.3F));
    const bool fits = ui.measure(bar.site, site).w <= site_w;
    const TextStyle tight{.size = TextSize::small, .bold = true, .fit = Fit::wrap};
    ui.label("bar.site", row.cut_left(site_w, ui.em(1.1F)), bar.site, fits ? site : tight);
    if (!bar.meal.empty()) {
        const Point at{row.x, row.y + (row.h - ui.em(kPillEm)) / 2};
        row.cut_left(ui.pill("bar.meal", at, ui.em(kPillEm), bar.meal, bar.meal_open ? Tone::good : Tone::attention),
                     ui.em(1.1F));
    }
    Rect count = row.cut_left(std::min(today_w, row.w));
    taps.today = ui.target("bar.today", count, today);
    const TextStyle quiet{.colour = theme::ink_secondary};
    ui.text(count.cut_left(ui.measure(bar.today_before).w, ui.em(0.3F)), bar.today_before, quiet);
    ui.text(count.cut_left(ui.measure(bar.today_count, figure).w + 1, ui.em(0.3F)), bar.today_count, figure);
    ui.text(count, bar.today_after, quiet);
}

Rect draw_right(Ui& ui, const TopBar& bar, Rect row, TopBarTaps& taps) {
    const float language_w = ui.measure(bar.language, {.bold = true}).w + ui.em(1.6F);
    const Rect language = row.cut_right(language_w, ui.em(1.1F));
    taps.language = ui.target("bar.language", {language.x, row.y, language.w, row.h}, bar.language);
    const Rect face = language.inset(0, ui.em(0.4F));
    ui.card(face, ui.held("bar.language") ? theme::line : theme::card);
    ui.text(face, bar.language, {.bold = true, .align = Align::centre});
    if (!bar.cashier.empty()) {
        const TextStyle style{.colour = theme::ink_secondary, .align = Align::centre};
        const Rect who = row.cut_right(std::min(ui.measure(bar.cashier).w + 1, ui.em(11)), ui.em(1.1F));
        taps.sign_out = ui.target("bar.sign_out", {who.x, row.y, who.w, row.h}, bar.cashier);
        ui.text(who, bar.cashier, style);
    }
    const float sync_w = ui.measure(bar.sync, {.bold = true}).w + ui.em(1.6F);
    const Rect sync = row.cut_right(sync_w, ui.em(1.1F));
    float width = 0;
    taps.sync = pill_key(ui, "bar.sync", {sync.x, row.y, sync.w, row.h}, sync.x, bar.sync, bar.sync_tone, width);
    if (!bar.reviews.empty()) {
        const float reviews_w = ui.measure(bar.reviews, {.bold = true}).w + ui.em(1.6F);
        const Rect reviews = row.cut_right(reviews_w, ui.em(1.1F));
        taps.reviews = pill_key(ui, "bar.reviews", {reviews.x, row.y, reviews.w, row.h}, reviews.x, bar.reviews, Tone::stop, width);
    }
    if (!bar.channels.empty()) {
        const Rect sign = row.cut_right(ui.measure(bar.channels, {.bold = true}).w + ui.em(1.6F), ui.em(1.1F));
        ui.pill("bar.channels", {sign.x, row.y + (row.h - ui.em(kPillEm)) / 2}, ui.em(kPillEm), bar.channels, Tone::attention);
    }
    const TextStyle clock{.bold = bar.clock_wrong,
                          .colour = bar.clock_wrong ? theme::stop : theme::ink_secondary, .align = Align::right};
    ui.label("bar.clock", row.cut_right(ui.measure(bar.clock, clock).w + 1, ui.em(1.1F)), bar.clock, clock);
    return row;
}

// Amber and paper stripes with the words on a plain ground between them.
void draw_training(Ui& ui, Rect band, const std::string& words) {
    ui.fill(band, theme::attention_soft);
    const float width = ui.measure(words, {.bold = true}).w + ui.em(2);
    const float stripe = ui.em(0.9F);
    for (float x = band.x; x < band.right(); x += 2 * stripe) {
        const bool under_words = x + stripe > band.centre().x - width / 2 && x < band.centre().x + width / 2;
        if (!under_words) ui.fill({x, band.y, stripe, band.h}, theme::attention);
    }
    ui.label("bar.training", band, words, {.bold = true, .colour = theme::attention, .align = Align::centre});
}

}  // namespace

TopBarTaps draw_top_bar(Ui& ui, const TopBar& bar) {
    TopBarTaps taps;
    Rect rest = ui.window();
    ui.fill(rest, theme::paper);
    const Rect row = rest.cut_top(ui.em(theme::top_bar_em));
    ui.fill(row, theme::card);
    ui.line_h(row.x, row.bottom() - ui.em(theme::line_em), row.w);
    const Rect left = draw_right(ui, bar, row.inset(ui.em(1), 0), taps);
    draw_left(ui, bar, left, taps);
    if (!bar.training.empty()) draw_training(ui, rest.cut_top(ui.em(1.6F)), bar.training);
    ui.set_body(rest);
    return taps;
}

}  // namespace mulin::pos::touch
