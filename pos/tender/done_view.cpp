// Writing it down, failing to, and done.
#include "pos/tender/phases_view.h"

namespace mulin::pos::tender {

namespace {

using text::Msg;
using touch::Align;
using touch::Fit;
using touch::KeyStyle;
using touch::Rect;
using touch::TextSize;
using touch::Tone;
using touch::VAlign;
namespace theme = touch::theme;

}  // namespace

void draw_committing(const Scene& s, Rect card) {
    if (s.state.phase == Phase::committing) {
        s.ui.label("tender.phase", card, s.words(Msg::tender_saving),
                   {.size = TextSize::title, .bold = true, .align = Align::centre, .fit = Fit::wrap});
        return;
    }
    const Rect again = card.cut_bottom(s.ui.em(4.8F), s.ui.gap());
    Rect head = card.cut_top(s.ui.em(2.8F), s.ui.em(0.6F));
    s.ui.label("tender.phase", head, s.words(Msg::tender_commit_failed),
               {.size = TextSize::name, .bold = true, .colour = theme::stop, .fit = Fit::shrink});
    const bool taken = !s.state.taken.empty();
    s.ui.note("tender.message", card, s.words(taken ? Msg::tender_commit_failed_taken : Msg::tender_commit_failed_what),
              s.state.message, Tone::stop);
    if (s.ui.key("tender.confirm", again, s.words(Msg::tender_try_again),
                 {.style = KeyStyle::primary, .enabled = can_confirm(s.state), .size = TextSize::key}))
        s.say(Confirm{});
}

void draw_done(const Scene& s, Rect card) {
    const State& state = s.state;
    Rect keys = card.cut_bottom(s.ui.em(4.8F), s.ui.gap());
    Rect head = card.cut_top(s.ui.em(8));
    s.ui.fill(head, theme::action_soft, theme::radius_em);
    head = head.inset(s.ui.em(1.2F), s.ui.em(0.8F));
    const Rect sign = head.cut_left(s.ui.em(3.4F), s.ui.em(1));
    s.ui.tick({sign.x, sign.centre().y - s.ui.em(1.5F), s.ui.em(3.4F), s.ui.em(3)}, theme::action);
    const std::string_view what = s.words(state.training ? Msg::tender_done_training : Msg::tender_done);
    s.ui.label("tender.phase", head.cut_top(head.h * 0.55F), what,
               {.size = TextSize::name, .bold = true, .colour = theme::action, .valign = VAlign::bottom, .fit = Fit::shrink});
    const std::string next = state.change.is_zero() ? std::string(s.words(Msg::tender_done_what))
                                                    : s.words.format(Msg::tender_give_change, text::money(state.change));
    s.ui.text(head, next, {.size = TextSize::title, .colour = theme::action, .valign = VAlign::top, .fit = Fit::shrink});
    card.cut_top(s.ui.gap());
    if (!state.device_trouble.empty())
        card.cut_top(s.ui.note("tender.message", card, s.words(Msg::tender_device), state.device_trouble, Tone::attention),
                     s.ui.gap());
    for (const Part& part : state.taken) {
        for (const auto& discount : part.discounts) {
            const std::string line = s.words.format(Msg::tender_discount, discount.sponsor, text::money(discount.amount));
            s.ui.label("tender.discount." + discount.sponsor, card.cut_top(s.ui.em(1.9F)), line,
                       {.size = TextSize::lead, .bold = true, .colour = theme::action, .fit = Fit::shrink});
        }
    }
    const std::string record = s.words.format(Msg::tender_recorded, state.seq);
    if (state.seq > 0) s.ui.text(card.cut_top(s.ui.em(1.8F)), record, {.colour = theme::ink_secondary});
    s.ui.text(card, s.words(Msg::tender_scan_next),
              {.size = TextSize::lead, .colour = theme::ink_secondary, .valign = VAlign::bottom, .fit = Fit::wrap});
    const Rect find = keys.cut_left(keys.w * 0.36F, s.ui.gap());
    if (s.ui.key("tender.lookup", find, s.words(Msg::tender_find_next), {.size = TextSize::tile})) s.say(LookupNext{});
    if (s.ui.key("tender.next", keys, s.words(Msg::tender_next), {.style = KeyStyle::primary, .size = TextSize::key}))
        s.say(Next{});
}

}  // namespace mulin::pos::tender
