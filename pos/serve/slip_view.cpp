// Right column: the service, the slip, what the diner pays, the pay keys.
#include <algorithm>

#include "pos/serve/parts_view.h"
#include "pos/touch/areas.h"

namespace mulin::pos::serve {

namespace {

using text::Msg;
using touch::Align;
using touch::Fit;
using touch::KeyOptions;
using touch::KeyStyle;
using touch::Rect;
using touch::TextSize;
using touch::VAlign;
namespace theme = touch::theme;

void draw_services(const Scene& s, Rect row) {
    int i = 0;
    for (const sync::Service service : sync::kAllServices) {
        const KeyStyle style = s.state.service == service ? KeyStyle::selected : KeyStyle::plain;
        if (s.ui.key(std::string("serve.service.") + sync::name_of(service), row.column(i++, 3, s.ui.em(0.5F)),
                     s.words(text::service_name(service)), style))
            s.say(SetService{service});
    }
}

// Name on the left, amount on the right, on one line.
void draw_pair(const Scene& s, Rect row, std::string_view name, const std::string& amount, const touch::TextStyle& style) {
    touch::TextStyle right = style;
    right.align = Align::right;
    right.bold = true;
    s.ui.text(row.cut_right(s.ui.measure(amount, right).w + 1, s.ui.em(0.6F)), amount, right);
    touch::TextStyle left = style;
    left.fit = Fit::shrink;
    s.ui.text(row, name, left);
}

std::string line_words(const Scene& s, const BasketLine& line) {
    std::string words = s.pick(line.item.name_zh, line.item.name_en);
    if (line.weight_g > 0) return words + " " + std::to_string(line.weight_g) + " g";
    return words + " × " + std::to_string(line.quantity);
}

std::string line_amount(const BasketLine& line, const sync::Quote* quote, std::size_t index) {
    if (quote && index < quote->line_amounts.size()) return text::plain_money(quote->line_amounts[index]);
    if (line.weight_g > 0) return "…";
    return text::plain_money(line.item.price.times(line.quantity));
}

// The sign that a tap takes one off.
void draw_minus(const Scene& s, touch::Point centre) {
    const float r = s.ui.em(0.6F);
    s.ui.circle(centre, r, theme::line);
    s.ui.fill({centre.x - r * 0.5F, centre.y - s.ui.em(0.06F), r, s.ui.em(0.12F)}, theme::ink);
}

Msg empty_words(const State& state) {
    if (state.who == Who::nobody) return Msg::serve_empty_nobody;
    return available_usual(state).empty() ? Msg::serve_empty_choose : Msg::serve_empty;
}

void draw_lines(const Scene& s, Rect area, const std::vector<BasketLine>& lines, const sync::Quote* quote) {
    if (lines.empty()) {
        s.ui.label("serve.empty", area, s.words(empty_words(s.state)),
                   {.colour = theme::ink_secondary, .align = Align::centre, .fit = Fit::wrap});
        return;
    }
    const float height = s.ui.em(theme::key_height_em);
    const float gap = s.ui.em(0.5F);
    const touch::Scroll scroll(s.ui, "serve.slip", area, (height + gap) * static_cast<float>(lines.size()) - gap);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        Rect row = scroll.row(static_cast<int>(i), height, gap);
        if (!scroll.visible(row)) continue;
        const std::string words = line_words(s, lines[i]);
        const std::string id = "serve.line." + lines[i].item.id.text();
        const bool tapped = s.ui.target(id, row, words);
        if (s.ui.held(id)) s.ui.fill(row, theme::line, theme::radius_em);
        draw_minus(s, {row.x + s.ui.em(0.7F), row.centre().y});
        row.cut_left(s.ui.em(1.7F));
        draw_pair(s, row, words, line_amount(lines[i], quote, i), {.size = TextSize::lead});
        if (tapped) s.say(RemoveOne{lines[i].item.id});
    }
}

// More than two benefits stand closer, so that the lines above keep their room.
float row_height(const Scene& s, const sync::Quote& quote) { return s.ui.em(quote.benefits.size() > 2 ? 1.5F : 1.75F); }

// List price and benefits; one target that opens the reasons.
void draw_sums(const Scene& s, Rect area, const sync::Quote* quote) {
    s.ui.dashed_h(area.x, area.y - s.ui.em(0.25F), area.w);
    if (!quote) return;
    const bool tapped = s.ui.target("serve.why", area, s.words(Msg::serve_why));
    if (s.ui.held("serve.why")) s.ui.fill(area, theme::line, theme::radius_em);
    Rect rest = area;
    const std::string list = text::plain_money(quote->list);
    const float height = row_height(s, *quote);
    Rect first = rest.cut_top(height);
    s.ui.label("serve.list", {first.right() - s.ui.em(6), first.y, s.ui.em(6), first.h}, list, {.align = Align::right});
    s.ui.text(first, s.words(Msg::serve_list_price), {});
    const float hint_x = s.ui.measure(s.words(Msg::serve_list_price)).w + s.ui.em(0.6F);
    s.ui.text({first.x + hint_x, first.y, s.ui.em(7), first.h}, s.words(Msg::serve_why),
              {.size = TextSize::small, .bold = true, .colour = theme::person});
    int i = 0;
    for (const sync::Benefit& benefit : quote->benefits) {
        if (rest.h < height - 1) break;
        const Rect row = rest.cut_top(height);
        const std::string amount = text::plain_money(-benefit.amount);
        draw_pair(s, row, s.pick(benefit.name_zh, benefit.name_en), amount, {.bold = true, .colour = theme::action});
        s.ui.record("serve.benefit." + std::to_string(i++), row, amount);
    }
    if (tapped) s.say(ToggleWhy{});
}

void draw_due(const Scene& s, Rect row, const sync::Quote* quote) {
    s.ui.line_h(row.x, row.y, row.w, theme::ink);
    row.cut_top(s.ui.em(0.2F));
    const std::string amount = text::money(quote ? quote->paid : payment::Money());
    const touch::Colour ink = quote ? theme::ink : theme::ink_secondary;
    s.ui.label("serve.due", row, amount,
               {.size = TextSize::due, .bold = true, .colour = ink, .align = Align::right, .fit = Fit::ellipsis});
    Rect name = row;
    name.h -= s.ui.em(0.9F);
    const bool pending = quote_pending(s.state) && !slip_lines(s.state).empty();
    s.ui.text(name, s.words(pending ? Msg::serve_computing : Msg::serve_due),
              {.size = TextSize::title, .bold = true, .colour = ink, .valign = VAlign::bottom});
}

// What another key would cost, when the tender itself changes the price.
std::string other_price(const Scene& s, const std::string& tender) {
    const sync::Quote* own = quote_for(s.state, tender);
    const sync::Quote* shown = shown_quote(s.state);
    if (!own || !shown || own->paid == shown->paid) return {};
    return text::money(own->paid);
}

void draw_pay(const Scene& s, Rect area) {
    const float gap = s.ui.em(0.5F);
    // Enabled while nobody is identified too: the answer then says what is missing.
    const bool enabled = can_pay(s.state) || (s.state.who == Who::nobody && !slip_lines(s.state).empty());
    const std::string first = preferred_tender(s.state);
    const Rect top = area.cut_top(s.ui.em(4.8F), gap);
    const bool free = nothing_to_pay(s.state);
    const std::string main(free ? std::string(s.words(Msg::serve_finish_free))
                                : s.words.format(Msg::serve_take, s.words(tender_name(first))));
    if (s.ui.key("serve.pay." + first, top, main,
                 {.style = KeyStyle::primary, .enabled = enabled, .size = TextSize::key}))
        s.say(Pay{first});
    std::vector<std::string> others;
    for (const std::string& tender : s.state.tenders)
        if (tender != first) others.push_back(tender);
    const int count = static_cast<int>(others.size());
    for (int i = 0; i < count; ++i) {
        const std::string& tender = others[static_cast<std::size_t>(i)];
        const std::string price = other_price(s, tender);
        const KeyOptions options{.style = KeyStyle::outline, .enabled = enabled && !free, .size = TextSize::key, .detail = price};
        if (s.ui.key("serve.pay." + tender, area.column(i, count, gap), s.words(tender_name(tender)), options))
            s.say(Pay{tender});
    }
}

void draw_refused(const Scene& s, Rect area, const sync::Quote& quote) {
    const Rect key = area.cut_bottom(s.ui.em(theme::pay_key_em), s.ui.gap());
    const std::string& words = s.pick(quote.refused->zh, quote.refused->en);
    s.ui.note("serve.refused", area, s.words(Msg::serve_refused), words, touch::Tone::stop);
    if (s.ui.key("serve.full_price", key, s.words(Msg::serve_full_price), {.style = KeyStyle::primary, .size = TextSize::key}))
        s.say(SellAtFullPrice{});
}

void draw_steps(const Scene& s, Rect row) {
    const float gap = s.ui.em(0.5F);
    const bool lines = !slip_lines(s.state).empty();
    if (s.ui.key("serve.undo", row.column(0, 3, gap), s.words(Msg::serve_undo), KeyStyle::plain, !s.state.history.empty()))
        s.say(UndoStep{});
    if (s.ui.key("serve.clear", row.column(1, 3, gap), s.words(Msg::shell_clear), KeyStyle::plain, lines))
        s.say(ClearBasket{});
    if (s.ui.key("serve.more", row.column(2, 3, gap), s.words(Msg::serve_more))) s.say(ToggleMore{});
}

bool quote_failed(const State& state) {
    return std::any_of(state.notices.begin(), state.notices.end(),
                       [](const Notice& n) { return n.kind == NoticeKind::quote_failed; });
}

float sums_height(const Scene& s, const sync::Quote* quote) {
    if (!quote) return s.ui.em(0.3F);
    const auto rows = static_cast<float>(1 + std::min<std::size_t>(quote->benefits.size(), 4));
    return std::max(s.ui.em(theme::key_height_em), rows * row_height(s, *quote) + s.ui.em(0.15F));
}

}  // namespace

void draw_slip(const Scene& s, Rect column) {
    const float gap = s.ui.em(0.5F);
    draw_services(s, column.cut_top(s.ui.em(theme::key_height_em), gap));
    draw_steps(s, column.cut_bottom(s.ui.em(theme::key_height_em), gap));
    const Rect pay = column.cut_bottom(s.ui.em(4.8F) + gap + s.ui.em(4.4F), gap);
    const sync::Quote* quote = shown_quote(s.state);
    draw_due(s, column.cut_bottom(s.ui.em(4.3F), gap), quote);
    draw_sums(s, column.cut_bottom(sums_height(s, quote), gap), quote);
    draw_lines(s, column, slip_lines(s.state), quote);
    if (quote && quote->refused) {
        draw_refused(s, pay, *quote);
    } else if (quote_failed(s.state)) {
        if (s.ui.key("serve.retry_quote", pay, s.words(Msg::serve_retry), {.style = KeyStyle::attention, .size = TextSize::key}))
            s.say(RetryQuote{});
    } else {
        draw_pay(s, pay);
    }
}

}  // namespace mulin::pos::serve
