#include "pos/app/pricing.h"

#include <algorithm>
#include <map>

#include "pos/app/void_sale.h"
#include "sync/model/weekly_menu.h"
#include "sync/store/district_word.h"
#include "sync/store/lease_store.h"

namespace mulin::pos {
namespace {

// What the counters have used, as the till's store knows it, and what its leases still allow. A failed
// read counts as used up: a benefit is never given on a guess. A till that stands alone shares its pools
// with nobody and needs no lease.
class StoreUsage final : public sync::UsageView {
  public:
    explicit StoreUsage(sync::TerminalStore& store) : store_(store) {
        const auto server = store.setting(setting::kServer);
        alone_ = server && (!*server || (*server)->empty());
    }
    sync::Usage used(const std::string& key) const override {
        const auto used = store_.counter_used(key);
        if (!used) return {INT32_MAX, sync::Money::fen(sync::Money::kMaxFen)};
        return {used->uses, used->amount};
    }
    std::optional<sync::Usage> left_of_lease(const std::string& key, sync::UtcInstant) const override {
        if (alone_) return std::nullopt;
        const auto best = store_.leases().best(key);
        if (!best || !*best) return sync::Usage{};
        leases_[key] = (*best)->lease;
        return sync::Usage{(*best)->left.uses, (*best)->left.amount};
    }
    // Writes down which lease each use is taken from.
    void name_leases(std::vector<sync::CounterUse>& uses) const {
        for (auto& use : uses) {
            if (const auto at = leases_.find(use.key); at != leases_.end()) use.lease = at->second;
        }
    }

  private:
    sync::TerminalStore& store_;
    bool alone_ = false;
    mutable std::map<std::string, std::string> leases_;  // asked for while one order was priced
};

const sync::MenuItem* find_item(const sync::Menu& menu, const sync::ItemId& id) {
    const auto at = std::ranges::find(menu.items, id, &sync::MenuItem::id);
    return at == menu.items.end() ? nullptr : &*at;
}

Answer<sync::SaleLine> draft_line(const sync::Menu& menu, const OrderItem& wanted) {
    const auto* item = find_item(menu, wanted.item);
    if (item == nullptr)
        return refuse("unknown_item", "\"" + wanted.item.text() + "\" is not on this meal's menu; choose another item.");
    if (item->sold_out) return refuse("sold_out", item->name_zh + " is sold out; choose another item.");
    const bool weight_fits = item->weighed ? wanted.weight_g > 0 && wanted.weight_g <= 100'000 : wanted.weight_g == 0;
    if (wanted.quantity < 1 || wanted.quantity > 1000 || !weight_fits)
        return refuse("bad_quantity", item->name_zh + ": give a quantity from 1 to 1000, and a weight only for weighed food.");
    sync::SaleLine line;
    line.item = item->id;
    line.name_zh = item->name_zh;
    line.name_en = item->name_en;
    line.item_class = item->item_class;
    line.unit_price = item->price;
    line.quantity = wanted.quantity;
    line.weight_g = wanted.weight_g;
    return line;
}

sync::QuoteDiner quote_diner(const sync::Diner& diner) {
    return {diner.id.text(), diner.birth_date,       diner.hukou,  diner.residence, diner.aid,
            diner.disability_grade, diner.care, diner.living, diner.tags, diner.approved, diner.cards};
}

sync::QuoteRequest request_for(const sync::Sale& draft, const Order& order, const sync::Site& site) {
    sync::QuoteRequest request;
    request.at = draft.at;
    request.site = {site.id.text(), site.subdistrict, site.vendor.text(), site.kind, site.tags};
    request.meal = order.meal;
    request.service = order.service;
    request.presented = order.presented;
    request.tender = order.tender;
    request.delivery_fee = order.delivery_fee;
    for (const auto& line : draft.lines) {
        sync::QuoteLine asked;
        asked.item = line.item.text();
        asked.item_class = sync::name_of(line.item_class);
        asked.quantity = line.quantity;
        asked.weight_g = line.weight_g;
        (line.weight_g > 0 ? asked.price_per_500g : asked.unit_price) = line.unit_price;
        request.lines.push_back(asked);
    }
    return request;
}

void take_quote(sync::Sale& draft, const sync::Quote& quote) {
    for (std::size_t i = 0; i < draft.lines.size(); ++i) draft.lines[i].amount = quote.line_amounts[i];
    draft.list = quote.list;
    draft.delivery = quote.delivery;
    draft.paid = quote.paid;
    draft.benefits = quote.benefits;
    draft.operator_amounts = quote.operator_amounts;
    draft.uses = quote.uses;
    draft.policy_version = quote.policy_version;
}

sync::Sale empty_draft(Till& till, const Order& order, const sync::Site& site) {
    sync::Sale draft;
    const auto now = till.now();
    draft.at = now.at;
    draft.clock_suspect = now.suspect;
    draft.business_date = payment::china_date(now.at);
    draft.site = site.id;
    draft.vendor = site.vendor;
    draft.subdistrict = site.subdistrict;
    draft.meal = order.meal;
    draft.service = order.service;
    draft.diner = order.diner;
    draft.training = till.training();
    // Said beside the price, never in its way: what cannot be read is not said.
    const auto word = till.store().district_word().standing(now.at);
    if (!word) return draft;
    draft.rules_out_of_date = word->rules_out_of_date;
    draft.provisional = word->provisional;
    return draft;
}

// Somebody on the deny list only when a manager answers for it; the sale names them.
Answer<bool> may_have_benefits(Till& till, const Order& order, sync::Sale& draft) {
    if (order.full_price) return false;
    MULIN_ASK(const auto denied, till.store().district_word().denial("diner", order.diner->text()));
    if (!denied) return true;
    if (order.override_by.empty()) return false;
    auto manager = find_approver(till, order.override_by);
    if (!manager) return tl::make_unexpected(manager.error());
    draft.overridden_by = manager->id;
    return true;
}

}  // namespace

payment::Result<sync::Menu> menu_now(Till& till, sync::Date date, sync::Meal meal) {
    const auto site = till.site().id;
    MULIN_TRY(auto dated, till.store().menu(site, date, meal));
    if (dated) return *dated;
    MULIN_TRY(auto standing, till.store().menu(site, sync::weekly_menu_date(date), meal));
    return standing.value_or(sync::Menu{site, date, meal, {}});
}

payment::Result<sync::Category> category_of(Till& till, const Order& order, sync::Date date) {
    if (order.staff) return sync::Category::staff;
    if (!order.diner) return sync::Category::guest;
    MULIN_TRY(const auto served, till.store().meals_served(*order.diner, date, order.meal));
    return served == 0 ? sync::Category::first : sync::Category::second;
}

Answer<PricedOrder> price_order(Till& till, const Order& order) {
    const auto site = till.site();
    PricedOrder priced;
    priced.draft = empty_draft(till, order, site);
    MULIN_ASK(priced.draft.category, category_of(till, order, priced.draft.business_date));
    MULIN_ASK(const auto menu, menu_now(till, priced.draft.business_date, order.meal));
    if (order.items.empty()) return refuse("no_lines", "There is nothing on the slip; choose a meal first.");
    for (const auto& item : order.items) {
        auto line = draft_line(menu, item);
        if (!line) return tl::make_unexpected(line.error());
        priced.draft.lines.push_back(std::move(*line));
    }
    auto request = request_for(priced.draft, order, site);
    if (order.diner) {
        MULIN_ASK(priced.diner, till.store().diner(*order.diner));
        if (!priced.diner || !priced.diner->active)
            return refuse("unknown_diner", "No diner " + order.diner->text() + " is known here; look them up or register them.");
        const auto benefits = may_have_benefits(till, order, priced.draft);
        if (!benefits) return tl::make_unexpected(benefits.error());
        if (*benefits) request.diner = quote_diner(*priced.diner);
    }
    if (auto sound = sync::check_request(request); !sound) return refuse("invalid_request", sound.error().message);
    const StoreUsage usage(till.store());
    priced.quote = till.policies().price(request, usage);
    usage.name_leases(priced.quote.uses);
    for (const auto& reason : priced.quote.why) {
        if (reason.pool_short) till.note_for_slip(priced.draft.at, reason.zh);
    }
    take_quote(priced.draft, priced.quote);
    // Nothing of it is subject to anybody's answer where nothing was granted.
    priced.draft.provisional = priced.draft.provisional && order.diner && !priced.draft.benefits.empty();
    if (priced.draft.provisional) till.note_for_slip(priced.draft.at, "离线优惠，待区里核定。");
    return priced;
}

}  // namespace mulin::pos
