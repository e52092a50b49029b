#pragma once
// A counter with a menu and an obedient pricing room, for walking the serve screen in tests: taps go
// in, effects are kept, quotes are answered at once unless held back.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pos/serve/serve.h"

namespace mulin::pos::serve {

inline sync::MenuItem item(const char* id, const char* name, sync::ItemClass item_class, int price_fen) {
    sync::MenuItem out;
    out.id = sync::ItemId(id);
    out.name_zh = name;
    out.name_en = id;
    out.item_class = item_class;
    out.price = sync::Money::fen(price_fen);
    return out;
}

inline std::vector<sync::MenuItem> lunch_menu() {
    using enum sync::ItemClass;
    auto fruit = item("fruit", "水果", other, 600);
    fruit.weighed = true;
    return {item("soup", "紫菜蛋花汤", soup, 200), item("set-a", "套餐A", set, 1500),
            item("set-b", "套餐B", set, 1800),     item("pork", "红烧肉", meat, 900),
            item("rice", "米饭", staple, 100),     fruit};
}

inline DinerCard diner(const char* id, std::vector<OrderLine> usual = {}) {
    DinerCard card;
    card.id = sync::DinerId(id);
    card.name = "王秀英";
    card.initial = "王";
    card.age = 82;
    card.id_last4 = "2716";
    card.usual = std::move(usual);
    return card;
}

inline DinerCard regular(const char* id = "D000001") { return diner(id, {{sync::ItemId("set-a"), 1, 0}}); }

class Counter {
  public:
    State state;
    std::vector<Effect> effects;  // all since the start
    bool answer_quotes = true;
    int off_per_hundred = 20;
    int taps = 0;

    Counter() { post(MenuArrived{sync::Meal::lunch, lunch_menu()}); }

    // What a finger does.
    void tap(const Intent& intent) {
        ++taps;
        post(intent);
    }
    // What the application or a scanner says.
    void post(const Intent& intent) {
        for (Effect& effect : update(state, intent)) {
            effects.push_back(effect);
            if (auto* ask = std::get_if<RequestQuote>(&effect); ask && answer_quotes) answer(*ask);
        }
    }
    void answer(const RequestQuote& ask) {
        QuoteArrived answer{ask.serial, {}};
        for (const std::string& tender : ask.tenders) answer.quotes.push_back({tender, price(ask)});
        post(answer);
    }
    void scan(const DinerCard& who, const char* kind = "jinglao") {
        post(ScanArrived{"code-of-" + who.id.text()});
        post(DinerIdentified{state.scan_serial, who, {kind, "code-of-" + who.id.text()}});
    }

    template <class T>
    std::vector<T> all() const {
        std::vector<T> out;
        for (const Effect& effect : effects) {
            if (auto* found = std::get_if<T>(&effect)) out.push_back(*found);
        }
        return out;
    }
    template <class T>
    std::optional<T> last() const {
        auto found = all<T>();
        return found.empty() ? std::nullopt : std::optional(found.back());
    }
    bool told(NoticeKind kind) const {
        for (const Notice& notice : state.notices) {
            if (notice.kind == kind) return true;
        }
        return false;
    }

  private:
    sync::Quote price(const RequestQuote& ask) const {
        sync::Quote quote;
        for (const OrderLine& line : ask.lines) {
            for (const sync::MenuItem& offered : state.menu) {
                if (offered.id != line.item) continue;
                const auto amount = line.weight_g > 0 ? sync::Money::fen(offered.price.in_fen() * line.weight_g / 500)
                                                      : offered.price.times(line.quantity);
                quote.line_amounts.push_back(amount);
                quote.list += amount;
            }
        }
        quote.paid = quote.list;
        if (!ask.diner || ask.full_price || off_per_hundred == 0) return quote;
        sync::Benefit benefit;
        benefit.name_zh = "助餐优惠";
        benefit.amount = sync::Money::fen(quote.list.in_fen() * off_per_hundred / 100);
        quote.paid = quote.list - benefit.amount;
        quote.benefits.push_back(benefit);
        return quote;
    }
};

inline std::int64_t due_fen(const Counter& counter) {
    const sync::Quote* quote = shown_quote(counter.state);
    return quote ? quote->paid.in_fen() : -1;
}

}  // namespace mulin::pos::serve
