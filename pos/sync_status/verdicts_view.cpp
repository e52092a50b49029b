#include "pos/sync_status/verdicts_view.h"

#include <utility>

#include "pos/text/formatting.h"

namespace mulin::pos::sync_status {
namespace {

using text::Msg;
using touch::Align;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

Msg reason_word(const std::string& reason) {
    static const std::pair<const char*, Msg> kWords[] = {
        {"granted_less_than_due", Msg::sync_status_why_less},
        {"double_same_site", Msg::sync_status_why_same_site},
        {"double_elsewhere", Msg::sync_status_why_elsewhere},
        {"not_up_to_date", Msg::sync_status_why_not_up_to_date},
        {"wrong_amounts", Msg::sync_status_why_amounts},
        {"lease_exceeded", Msg::sync_status_why_allowance},
        {"overridden", Msg::sync_status_why_overridden},
        {"clock_untrusted", Msg::sync_status_why_clock},
        {"denied_card", Msg::sync_status_why_card},
        {"identity_disputed", Msg::sync_status_why_disputed},
        {"forked", Msg::sync_status_why_forked},
        {"unjudged", Msg::sync_status_why_unjudged},
    };
    for (const auto& [name, word] : kWords)
        if (reason == name) return word;
    return Msg::sync_status_why_settled;
}

// Who bears what the payers do not.
std::string borne_text(const text::Catalogue& words, const Verdict& verdict) {
    std::string text;
    for (const auto& [amount, word] : {std::pair(verdict.vendor, Msg::sync_status_by_vendor),
                                       std::pair(verdict.tolerance, Msg::sync_status_by_district),
                                       std::pair(verdict.diner, Msg::sync_status_by_diner),
                                       std::pair(verdict.suspense, Msg::sync_status_undecided)}) {
        if (amount.is_zero()) continue;
        text += (text.empty() ? "" : " · ") + words.format(word, text::money(amount));
    }
    return text;
}

void draw_verdict(touch::Ui& ui, const text::Catalogue& words, const Verdict& verdict, const std::string& id, Rect row) {
    ui.line_h(row.x, row.bottom(), row.w, theme::line, 0.05F);
    row = row.inset(0, ui.em(0.3F));
    Rect right = row.cut_right(row.w * 0.42F, ui.gap());
    const std::string who = verdict.name.empty() ? std::string(words(Msg::shell_guest)) : verdict.name;
    const std::string what = text::date(verdict.date) + " " + std::string(words(text::meal_name(verdict.meal))) + " · " + who + " · " + verdict.sale;
    ui.label(id, row.cut_top(row.h * 0.5F), what, {.bold = true, .fit = touch::Fit::shrink});
    std::string why(words(reason_word(verdict.reason)));
    if (!verdict.period.empty()) why += " · " + words.format(Msg::sync_status_counts_in, verdict.period);
    ui.text(row, why, {.colour = theme::ink_secondary, .fit = touch::Fit::shrink});
    ui.text(right.cut_top(right.h * 0.5F), words.format(Msg::sync_status_of_claimed, text::money(verdict.claimed), text::money(verdict.posted)),
            {.bold = true, .align = Align::right, .fit = touch::Fit::shrink});
    ui.text(right, borne_text(words, verdict), {.colour = theme::ink_secondary, .align = Align::right, .fit = touch::Fit::shrink});
}

void draw_foot(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect foot, std::vector<Intent>& out) {
    if (ui.key("sync.back", foot.cut_left(ui.em(14), ui.gap()), words(Msg::shell_back))) out.push_back(Back{});
    touch::KeyOptions next{.enabled = state.page + 1 < pages(state)};
    if (ui.key("verdicts.next", foot.cut_right(ui.em(12), ui.gap()), words(Msg::sync_status_older), next)) out.push_back(TurnPage{true});
    touch::KeyOptions before{.enabled = state.page > 0};
    if (ui.key("verdicts.before", foot.cut_right(ui.em(12), ui.gap()), words(Msg::sync_status_newer), before)) out.push_back(TurnPage{false});
}

}  // namespace

void draw_verdicts(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    Rect body = ui.body().inset(ui.em(1.2F), ui.em(0.9F));
    draw_foot(ui, words, state, body.cut_bottom(ui.em(theme::pay_key_em), ui.gap()), out);
    ui.label("verdicts.title", body.cut_top(ui.em(2.6F)), words(Msg::sync_status_verdicts_title), {.size = TextSize::name, .bold = true});
    ui.text(body.cut_top(ui.em(1.8F), ui.em(0.4F)), words(Msg::sync_status_verdicts_what),
            {.colour = theme::ink_secondary, .fit = touch::Fit::shrink});
    ui.card(body);
    body = body.inset(ui.em(1.2F), ui.em(0.4F));
    const auto& all = state.status.verdicts;
    if (all.empty()) ui.label("verdicts.none", body, words(Msg::sync_status_verdicts_none), {.size = TextSize::lead, .align = Align::centre});
    const float height = body.h / static_cast<float>(kVerdictsPerPage);
    for (std::size_t i = 0; i < kVerdictsPerPage && state.page * kVerdictsPerPage + i < all.size(); ++i)
        draw_verdict(ui, words, all[state.page * kVerdictsPerPage + i], "verdict." + std::to_string(i), body.cut_top(height));
    if (ui.pressed(touch::KeyboardKey::escape)) out.push_back(Back{});
}

}  // namespace mulin::pos::sync_status
