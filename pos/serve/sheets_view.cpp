// Sheets over the serve screen: weight, reasons, and the rarer actions.
#include "pos/serve/parts_view.h"
#include "pos/touch/areas.h"

namespace mulin::pos::serve {

namespace {

using text::Msg;
using touch::Align;
using touch::Fit;
using touch::KeyStyle;
using touch::Rect;
using touch::TextSize;
using touch::VAlign;
namespace theme = touch::theme;

void draw_title(const Scene& s, Rect& rest, std::string_view title) {
    s.ui.text(rest.cut_top(s.ui.em(2.2F), s.ui.em(0.4F)), title, {.size = TextSize::title, .bold = true, .fit = Fit::shrink});
}

}  // namespace

void draw_weight_sheet(const Scene& s) {
    const touch::Sheet sheet(s.ui, "serve.weight_sheet", {26, 33});
    const Weighing& weighing = *s.state.weighing;
    Rect rest = sheet.content();
    draw_title(s, rest, s.pick(weighing.item.name_zh, weighing.item.name_en));
    Rect keys = rest.cut_bottom(s.ui.em(theme::pay_key_em), s.ui.gap());
    const std::string grams = (weighing.digits.empty() ? "0" : weighing.digits) + " g";
    const Rect shown = rest.cut_top(s.ui.em(4), s.ui.gap());
    s.ui.label("serve.weight", shown, grams, {.size = TextSize::due, .bold = true, .align = Align::right});
    s.ui.text(shown, s.words(Msg::serve_weight), {.size = TextSize::tile, .colour = theme::ink_secondary});
    if (const char key = s.ui.digit_keypad("serve.weight", rest, s.words(Msg::shell_clear))) {
        if (key == touch::Ui::kClear)
            for (std::size_t i = 0; i < weighing.digits.size(); ++i) s.say(WeightKey{'<'});
        else
            s.say(WeightKey{key == touch::Ui::kErase ? '<' : key});
    }
    const Rect cancel = keys.cut_left(keys.w * 0.36F, s.ui.gap());
    if (s.ui.key("serve.weight_cancel", cancel, s.words(Msg::shell_cancel))) s.say(WeightCancel{});
    if (s.ui.key("serve.weight_done", keys, s.words(Msg::shell_confirm),
                 {.style = KeyStyle::primary, .enabled = !weighing.digits.empty(), .size = TextSize::key}))
        s.say(WeightDone{});
}

void draw_why_sheet(const Scene& s) {
    const touch::Sheet sheet(s.ui, "serve.why_sheet", {44, 32});
    Rect rest = sheet.content();
    draw_title(s, rest, s.words(Msg::serve_why_title));
    const Rect close = rest.cut_bottom(s.ui.em(theme::key_height_em + 0.4F), s.ui.gap());
    const sync::Quote* quote = shown_quote(s.state);
    const std::size_t count = quote ? quote->why.size() : 0;
    if (count == 0) s.ui.text(rest, s.words(Msg::serve_why_none), {.colour = theme::ink_secondary, .valign = VAlign::top});
    if (s.ui.key("serve.why_close", close, s.words(Msg::shell_close), KeyStyle::primary)) s.say(ToggleWhy{});
    const float height = s.ui.em(3.3F);
    const touch::Scroll scroll(s.ui, "serve.reasons", rest, height * static_cast<float>(count));
    for (std::size_t i = 0; i < count; ++i) {
        Rect row = scroll.row(static_cast<int>(i), height);
        if (!scroll.visible(row)) continue;
        const sync::Reason& reason = quote->why[i];
        const Rect sign = row.cut_left(s.ui.em(1.3F), s.ui.em(0.7F));
        const touch::Point c = sign.centre();
        if (reason.applied)
            s.ui.tick({c.x - s.ui.em(0.55F), c.y - s.ui.em(0.5F), s.ui.em(1.1F), s.ui.em(1)}, theme::action);
        else
            s.ui.fill({c.x - s.ui.em(0.4F), c.y - s.ui.em(0.06F), s.ui.em(0.8F), s.ui.em(0.12F)}, theme::ink_secondary);
        row.cut_right(s.ui.em(0.6F));
        s.ui.text(row, s.pick(reason.zh, reason.en),
                  {.bold = reason.applied, .colour = reason.applied ? theme::ink : theme::ink_secondary, .fit = Fit::shrink});
        s.ui.line_h(row.x, row.bottom() - 1, row.w, theme::line, 0.05F);
    }
}

void draw_more_sheet(const Scene& s) {
    struct Entry {
        const char* id;
        Msg name;
        Intent intent;
        KeyStyle style = KeyStyle::plain;
    };
    const Entry entries[] = {
        {"serve.more.staff", Msg::serve_more_staff, ServeStaff{}},
        {"serve.more.marking", Msg::serve_more_marking, ToggleMarking{}},
        {"serve.more.reprint", Msg::serve_more_reprint, GoTo{Place::reprint_last}},
        {"serve.more.top_up", Msg::serve_more_top_up, GoTo{Place::top_up}},
        {"serve.more.shift", Msg::serve_more_shift, GoTo{Place::shift}},
        {"serve.more.today", Msg::serve_more_today, GoTo{Place::today}},
        {"serve.more.status", Msg::serve_more_status, GoTo{Place::sync_status}},
        {"serve.more.settings", Msg::serve_more_settings, GoTo{Place::settings}},
        {"serve.more.sign_out", Msg::serve_more_sign_out, GoTo{Place::sign_out}},
        {"serve.more.close", Msg::shell_close, ToggleMore{}, KeyStyle::primary},
    };
    const touch::Sheet sheet(s.ui, "serve.more_sheet", {42, 17});
    Rect rest = sheet.content();
    draw_title(s, rest, s.words(Msg::serve_more_title));
    int i = 0;
    for (const Entry& entry : entries) {
        const Rect rect = rest.cell(i % 5, i / 5, 5, 2, s.ui.gap());
        if (s.ui.key(entry.id, rect, s.words(entry.name), {.style = entry.style, .size = TextSize::lead})) s.say(entry.intent);
        ++i;
    }
    // A staff meal chosen from here must not leave the sheet standing.
    if (s.state.more_open && !s.out.empty() && std::holds_alternative<ServeStaff>(s.out.back())) s.say(ToggleMore{});
}

}  // namespace mulin::pos::serve
