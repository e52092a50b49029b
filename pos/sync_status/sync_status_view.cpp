#include "pos/sync_status/sync_status_view.h"

#include "pos/sync_status/verdicts_view.h"
#include "pos/text/formatting.h"

namespace mulin::pos::sync_status {
namespace {

using text::Msg;
using touch::Align;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

std::string ago(const text::Catalogue& words, const State& state, sync::UtcInstant instant) {
    const std::int64_t minutes = minutes_since(state, instant);
    const std::string clock = text::time_of_day(instant);
    if (minutes < 1) return std::string(words(Msg::sync_status_just_now));
    if (minutes < 60) {
        return words.format(Msg::sync_status_at, clock, words.format(Msg::sync_status_minutes_ago, minutes));
    }
    if (minutes < 24 * 60) {
        return words.format(Msg::sync_status_at, clock, words.format(Msg::sync_status_hours_ago, minutes / 60));
    }
    return words.format(Msg::sync_status_at, text::date(payment::china_date(instant)) + " " + clock,
                        words.format(Msg::sync_status_days_ago, minutes / (24 * 60)));
}

void draw_line(touch::Ui& ui, const char* id, Rect row, std::string_view name, const std::string& value,
               bool large = false) {
    ui.line_h(row.x, row.bottom(), row.w, theme::line, 0.05F);
    ui.text(row.cut_left(row.w * 0.34F), name, {.colour = theme::ink_secondary, .fit = touch::Fit::shrink});
    ui.label(id, row, value,
             {.size = large ? TextSize::name : TextSize::lead, .bold = true, .align = Align::right,
              .fit = touch::Fit::shrink});
}

void draw_link(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area) {
    Msg title = Msg::sync_status_offline;
    Msg what = Msg::sync_status_offline_what;
    auto tone = touch::Tone::attention;
    if (state.status.link == Link::online) {
        title = Msg::sync_status_online;
        what = Msg::sync_status_online_what;
        tone = touch::Tone::good;
    } else if (state.status.link == Link::not_enrolled) {
        title = Msg::sync_status_not_enrolled;
        what = Msg::sync_status_not_enrolled_what;
    }
    // What the sales of this time say is more than that the line is down.
    if (state.status.rules_out_of_date) {
        title = Msg::sync_status_rules_old;
        what = Msg::sync_status_rules_old_what;
        tone = touch::Tone::attention;
    } else if (state.status.provisional) {
        title = Msg::sync_status_provisional;
        what = Msg::sync_status_provisional_what;
        tone = touch::Tone::attention;
    }
    ui.note("sync.link", area, words(title), words(what), tone);
}

void draw_exchange(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect card) {
    ui.card(card);
    card = card.inset(ui.em(1.2F), ui.em(0.8F));
    const Status& status = state.status;
    const auto instant = [&](const std::optional<sync::UtcInstant>& at, Msg otherwise) {
        return at ? ago(words, state, *at) : std::string(words(otherwise));
    };
    const float height = ui.em(3.4F);
    draw_line(ui, "sync.waiting", card.cut_top(ui.em(4)), words(Msg::sync_status_waiting),
              words.format(Msg::sync_status_waiting_unit, text::count(status.waiting)), true);
    draw_line(ui, "sync.oldest", card.cut_top(height), words(Msg::sync_status_oldest),
              instant(status.oldest_waiting, Msg::sync_status_nothing));
    draw_line(ui, "sync.last", card.cut_top(height), words(Msg::sync_status_last),
              instant(status.last_exchange, Msg::sync_status_never));
    const std::string next = status.next_try ? text::time_of_day(*status.next_try) : std::string(words(Msg::sync_status_nothing));
    draw_line(ui, "sync.next", card.cut_top(height), words(Msg::sync_status_next), next);
    if (!status.last_error.empty()) {
        card.cut_top(ui.em(0.8F));
        ui.note("sync.note", card, words(Msg::sync_status_trouble), status.last_error, touch::Tone::attention);
    }
}

void draw_held(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect card) {
    ui.card(card);
    card = card.inset(ui.em(1.2F), ui.em(0.8F));
    const Status& status = state.status;
    const float height = ui.em(3.4F);
    const auto or_none = [&](const std::string& text) {
        return text.empty() ? std::string(words(Msg::sync_status_nothing)) : text;
    };
    draw_line(ui, "sync.server", card.cut_top(ui.em(4)), words(Msg::sync_status_server), or_none(status.server));
    draw_line(ui, "sync.till", card.cut_top(height), words(Msg::sync_status_till), or_none(status.till));
    draw_line(ui, "sync.diners", card.cut_top(height), words(Msg::sync_status_diners),
              words.format(Msg::sync_status_diners_unit, text::count(status.diners)));
    draw_line(ui, "sync.policy", card.cut_top(height), words(Msg::sync_status_policy), or_none(status.policy_version));
    draw_line(ui, "sync.menu", card.cut_top(height), words(Msg::sync_status_menu), or_none(status.menu_date));
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    if (state.listing) return draw_verdicts(ui, words, state, out);
    Rect body = ui.body().inset(ui.em(1.2F), ui.em(0.9F));
    Rect foot = body.cut_bottom(ui.em(theme::pay_key_em), ui.gap());
    if (ui.key("sync.back", foot.cut_left(ui.em(14), ui.gap()), words(Msg::shell_back))) out.push_back(Back{});
    touch::KeyOptions now{.style = touch::KeyStyle::primary, .enabled = can_exchange(state)};
    now.size = TextSize::key;
    if (ui.key("sync.now", foot.cut_right(ui.em(22)),
               words(state.asking ? Msg::sync_status_asking : Msg::sync_status_now), now)) {
        out.push_back(ExchangeNow{});
    }
    const std::string verdicts = words.format(Msg::sync_status_verdicts, text::count(static_cast<std::int64_t>(state.status.verdicts.size())));
    if (state.manager && ui.key("sync.verdicts", foot.cut_left(ui.em(20)), verdicts)) out.push_back(ListVerdicts{});
    ui.text(body.cut_top(ui.em(2.6F), ui.em(0.4F)), words(Msg::sync_status_title),
            {.size = TextSize::name, .bold = true});
    draw_link(ui, words, state, body.cut_top(ui.em(4), ui.gap()));
    draw_exchange(ui, words, state, body.column(0, 2, ui.em(0.9F)));
    draw_held(ui, words, state, body.column(1, 2, ui.em(0.9F)));
    if (ui.pressed(touch::KeyboardKey::escape)) out.push_back(Back{});
}

}  // namespace mulin::pos::sync_status
