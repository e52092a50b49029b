#include "pos/day_report/day_report_view.h"

#include <algorithm>
#include <array>

#include "pos/day_report/rows_view.h"
#include "pos/text/formatting.h"

namespace mulin::pos::day_report {
namespace {

using text::Msg;
using touch::Align;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

constexpr float kRightEm = 20;
constexpr float kSalesEm = 21.6F;  // a heading and six rows of a finger's height

std::int64_t served(const Day& day, sync::Service service) {
    auto found = std::ranges::find(day.services, service, &ServiceCount::service);
    return found == day.services.end() ? 0 : found->count;
}

void draw_figure(touch::Ui& ui, const char* id, Rect card, std::string_view title, const std::string& figure,
                 const std::string& below) {
    ui.card(card);
    card = card.inset(ui.em(0.85F), ui.em(0.55F));
    ui.text(card.cut_top(card.h * 0.26F), title, {.colour = theme::ink_secondary, .fit = touch::Fit::shrink});
    const Rect foot = card.cut_bottom(card.h * 0.3F);
    ui.text(foot, below, {.size = TextSize::small, .colour = theme::ink_secondary, .fit = touch::Fit::shrink});
    ui.label(id, card, figure, {.size = TextSize::amount, .bold = true, .fit = touch::Fit::shrink});
}

void draw_figures(touch::Ui& ui, const text::Catalogue& words, const Day& day, Rect row) {
    const MealRow sum = totals(day);
    MealRow now;
    for (const MealRow& meal : day.meals) {
        if (meal.meal == day.meal_now) now = meal;
    }
    using sync::Service;
    draw_figure(ui, "today.total", row.column(0, 4, ui.gap()), words(Msg::day_report_portions), text::count(sum.count()),
                words.format(Msg::day_report_portions_below, served(day, Service::dine_in),
                             served(day, Service::take_away)));
    draw_figure(ui, "today.meal", row.column(1, 4, ui.gap()), words(text::meal_name(day.meal_now)),
                text::count(now.count()), words.format(Msg::day_report_meal_below, now.guest, now.staff));
    draw_figure(ui, "today.delivery", row.column(2, 4, ui.gap()), words(Msg::day_report_delivery),
                text::count(served(day, Service::delivery)),
                words.format(Msg::day_report_delivery_below, text::money(day.delivery)));
    draw_figure(ui, "today.paid", row.column(3, 4, ui.gap()), words(Msg::day_report_paid), text::money(sum.paid),
                words.format(Msg::day_report_paid_below, text::money(benefit_total(day))));
}

void draw_row(touch::Ui& ui, Rect rect, const std::vector<std::string>& texts, bool bold, touch::Colour colour,
              TextSize size = TextSize::body) {
    std::vector<touch::Cell> cells;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const float share = i == 0 ? 1.5F : (i <= 4 ? 0.98F : 1.42F);
        cells.push_back({texts[i], share, i == 0 ? Align::left : Align::right});
    }
    ui.table_row(rect, cells, bold, colour, size);
}

void draw_table(touch::Ui& ui, const text::Catalogue& words, const Day& day, Rect area) {
    const auto shown = shown_payers(day);
    const float height = area.h / 5;
    ui.card({area.x, area.y, area.w, height * 4}, theme::card, theme::card);
    draw_row(ui, area.cut_top(height).inset(ui.em(0.4F), 0), heading_texts(words, shown), true, theme::ink_secondary,
             TextSize::small);
    const auto line = [&](const char* id, std::string_view name, const MealRow& row, bool bold) {
        const Rect rect = area.cut_top(height).inset(ui.em(0.4F), 0);
        const auto texts = row_texts(name, row, shown);
        draw_row(ui, rect, texts, bold, theme::ink);
        std::string all;
        for (const std::string& cell : texts) all += all.empty() ? cell : " " + cell;
        ui.label(id, rect, all, {.colour = {0, 0, 0, 0}});
    };
    for (const MealRow& row : day.meals) {
        const std::string id = std::string("today.row.") + sync::name_of(row.meal);
        line(id.c_str(), words(text::meal_name(row.meal)), row, false);
    }
    line("today.row.total", words(Msg::day_report_total), totals(day), true);
}

void draw_chart(touch::Ui& ui, const text::Catalogue& words, const Day& day, Rect card) {
    ui.card(card);
    card = card.inset(ui.em(0.85F), ui.em(0.6F));
    Rect head = card.cut_top(ui.em(1.6F), ui.em(0.1F));
    if (day.quarters.empty()) return;
    const std::string window =
        text::time_window(day.quarters.front().minute, day.quarters.back().minute + 15);
    ui.text(head.cut_right(ui.em(9)), window, {.colour = theme::ink_secondary, .align = Align::right});
    ui.label("today.chart", head, words(Msg::day_report_chart), {.bold = true});
    std::vector<std::string> labels;
    std::vector<touch::Bar> bars;
    for (const QuarterHour& quarter : day.quarters) {
        // Every second label when they would touch.
        const bool written = day.quarters.size() <= 14 || quarter.minute % 60 == 0;
        labels.push_back(written ? text::minute_of_day(quarter.minute) : std::string(" "));
    }
    for (std::size_t i = 0; i < day.quarters.size(); ++i) {
        const int minute = day.quarters[i].minute;
        const bool now = day.minute_now >= minute && day.minute_now < minute + 15;
        bars.push_back({labels[i], static_cast<long>(day.quarters[i].count), now});
    }
    ui.bar_chart(card, bars);
}

void draw_tenders(touch::Ui& ui, const text::Catalogue& words, const Day& day, Rect card) {
    ui.card(card);
    card = card.inset(ui.em(0.9F), ui.em(0.5F));
    Rect head = card.cut_top(ui.em(1.7F), ui.em(0.1F));
    if (day.top_ups > 0)
        ui.label("today.top_ups", head.cut_right(head.w * 0.68F), words.format(Msg::day_report_top_ups, text::count(day.top_ups), text::money(day.topped_up)),
                 {.size = TextSize::small, .align = Align::right, .fit = touch::Fit::shrink});
    ui.text(head, words(Msg::day_report_tenders), {.bold = true, .fit = touch::Fit::shrink});
    if (day.tenders.empty()) {
        ui.text(card, words(Msg::day_report_nothing_taken), {.colour = theme::ink_secondary, .align = Align::centre});
    }
    const float height = card.h / 3;
    for (std::size_t i = 0; i < std::min<std::size_t>(day.tenders.size(), 3); ++i) {
        const TenderAmount& tender = day.tenders[i];
        const std::string name = tender_name(words, tender.tender);
        const std::string count = words.format(Msg::day_report_tender_line, text::count(tender.count));
        const std::string amount = text::money(tender.amount);
        const Rect row = card.cut_top(height);
        const std::array<touch::Cell, 3> cells{touch::Cell{name, 1.5F}, touch::Cell{count, 0.9F, Align::right},
                                               touch::Cell{amount, 1.3F, Align::right}};
        ui.table_row(row, cells);
        const std::string id = "today.tender." + tender.tender;
        ui.label(id, row, name + " " + count + " " + amount, {.colour = {0, 0, 0, 0}});
    }
}

void draw_sale(touch::Ui& ui, const text::Catalogue& words, const State& state, const std::string& id, Rect row,
               const SaleRow& sale, std::vector<Intent>& out) {
    const bool picked = state.picked == sale.key;
    const auto ink = sale.is_void || sale.voided ? theme::stop : theme::ink;
    if (picked || ui.held(id)) ui.fill(row.inset(0, ui.em(0.1F)), theme::action_soft, 0.4F);
    const std::string line = sale_line(words, sale);
    const std::string amount = text::plain_money(sale.paid);
    Rect inside = row.inset(ui.em(0.5F), 0);
    ui.text(inside.cut_right(ui.em(4.4F), ui.em(0.3F)), amount,
            {.bold = true, .colour = ink, .align = Align::right, .struck = sale.voided});
    ui.text(inside, line, {.colour = ink, .fit = touch::Fit::shrink, .struck = sale.voided});
    ui.line_h(row.x, row.bottom(), row.w, theme::line, 0.05F);
    if (ui.target(id, row, line + " " + amount)) out.push_back(PickSale{sale.key});
}

void draw_sales(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect card, std::vector<Intent>& out) {
    ui.card(card);
    card = card.inset(ui.em(0.6F), ui.em(0.5F));
    Rect head = card.cut_top(ui.em(theme::key_height_em), ui.em(0.2F));
    const std::size_t pages = page_count(state);
    if (pages > 1) {
        if (ui.key("today.older", head.cut_right(ui.em(4.3F), ui.em(0.5F)), words(Msg::day_report_older),
                   touch::KeyStyle::plain, state.page + 1 < pages)) {
            out.push_back(OlderPage{});
        }
        if (ui.key("today.newer", head.cut_right(ui.em(4.3F), ui.em(0.4F)), words(Msg::day_report_newer),
                   touch::KeyStyle::plain, state.page > 0)) {
            out.push_back(NewerPage{});
        }
        ui.text(head.cut_right(ui.em(2.2F)), words.format(Msg::day_report_page, state.page + 1, pages),
                {.size = TextSize::small, .colour = theme::ink_secondary});
    } else {
        ui.text(head.cut_right(ui.em(7)), words(Msg::day_report_newest_first),
                {.colour = theme::ink_secondary, .align = Align::right});
    }
    ui.text(head.inset(ui.em(0.3F), 0), words(Msg::day_report_sales), {.bold = true, .fit = touch::Fit::shrink});
    const auto shown = sales_page(state);
    if (shown.empty()) {
        ui.text(card.cut_top(ui.em(3)), words(Msg::day_report_no_sales),
                {.colour = theme::ink_secondary, .align = Align::centre});
    }
    const float height = std::max(ui.em(theme::key_height_em), card.h / static_cast<float>(kSalesPerPage));
    for (std::size_t i = 0; i < shown.size(); ++i) {
        draw_sale(ui, words, state, "today.sale." + std::to_string(i), card.cut_top(height), shown[i], out);
    }
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    Rect body = ui.body().inset(ui.em(0.8F), ui.em(0.8F));
    Rect right = body.cut_right(ui.em(kRightEm), ui.em(0.8F));
    Rect foot = right.cut_bottom(ui.em(3.6F), ui.gap());
    Rect leave = body.cut_bottom(ui.em(3.6F), ui.em(0.7F));
    if (ui.key("today.back", leave.cut_left(ui.em(12), ui.gap()), words(Msg::shell_back))) out.push_back(Back{});
    if (ui.key("today.shift", leave.cut_right(ui.em(14)), words(Msg::day_report_shift))) out.push_back(ShiftPicked{});
    if (ui.key("today.refund", foot.cut_left(foot.w * 0.36F, ui.gap()), words(Msg::day_report_refund))) out.push_back(RefundPicked{});
    touch::KeyOptions correct{.style = touch::KeyStyle::primary, .enabled = can_correct(state)};
    correct.detail = state.picked ? std::string_view() : words(Msg::day_report_correct_hint);
    if (ui.key("today.correct", foot, words(Msg::day_report_correct), correct)) out.push_back(CorrectPicked{});

    if (!state.message.empty()) {
        ui.note("today.note", body.cut_top(ui.em(4), ui.gap()), words(Msg::day_report_failed), state.message,
                touch::Tone::stop);
    } else if (!state.loaded) {
        ui.label("today.note", body, words(Msg::day_report_loading), {.align = Align::centre});
    }
    if (state.loaded) {
        draw_figures(ui, words, state.day, body.cut_top(ui.em(6.3F), ui.em(0.7F)));
        draw_table(ui, words, state.day, body.cut_top(ui.em(12.6F), ui.em(0.7F)));
        draw_chart(ui, words, state.day, body);
        draw_sales(ui, words, state, right.cut_bottom(ui.em(kSalesEm), ui.em(0.6F)), out);
        draw_tenders(ui, words, state.day, right);
    }
    if (ui.pressed(touch::KeyboardKey::escape)) out.push_back(Back{});
}

}  // namespace mulin::pos::day_report
