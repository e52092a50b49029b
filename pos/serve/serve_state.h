#pragma once
// What the serve screen knows: who stands at the counter, what they chose, what it costs.
// Plain values for the view; nothing here can name an aid class. The quote comes from sync/policy
// through the application and is shown only while its serial is the newest asked for.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sync/model/menu.h"
#include "sync/policy/quote.h"

namespace mulin::pos::serve {

struct OrderLine {
    sync::ItemId item;
    std::int64_t quantity = 1;
    std::int64_t weight_g = 0;  // > 0 for weighed food
    friend bool operator==(const OrderLine&, const OrderLine&) = default;
};

// What the card allows at this meal, as a neutral fact.
enum class Standing { allowed, second_meal, not_eligible };

struct DinerCard {
    sync::DinerId id;
    std::string name;
    std::string initial;  // first character of the name, any plane
    int age = 0;
    std::string id_last4;
    std::string road;
    std::string diet;            // "少盐 · 不吃花生"
    Standing standing = Standing::allowed;
    sync::Category category = sync::Category::first;
    int meal_of_day = 1;         // 今天第 n 餐
    std::optional<sync::UtcInstant> served_at;  // already served at this meal
    std::optional<sync::UtcInstant> last_visit;
    std::optional<sync::Meal> last_visit_meal;
    std::vector<std::string> last_items_zh;
    std::vector<std::string> last_items_en;
    std::vector<OrderLine> usual;               // empty when there is none
    std::optional<sync::Money> usual_paid;      // what the usual costs after benefits
    bool birthday = false;
    std::string preferred_tender;  // "senior_card", "qr", "cash"; empty is the till's default
};

// A card or code shown to identify: kept until the sale ends, so that it need not be shown twice.
struct Presented {
    std::string kind;  // "jinglao", "qr", or empty when found by hand
    std::string code;  // as read; never written to disk from here
    friend bool operator==(const Presented&, const Presented&) = default;
};

enum class Who { nobody, diner, guest, staff };

struct BasketLine {
    sync::MenuItem item;  // as it stood when it was tapped
    std::int64_t quantity = 1;
    std::int64_t weight_g = 0;
    friend bool operator==(const BasketLine&, const BasketLine&) = default;
};

struct TenderQuote {
    std::string tender;  // pay key it belongs to
    sync::Quote quote;
};

enum class NoticeKind {
    second_meal,         // about this diner
    not_eligible,
    usual_unavailable,   // something of the usual is sold out or not on today's menu
    price_changed,       // detail: item name
    sold_out,            // detail: item name, taken off the slip
    unknown_card,
    blocked_card,
    payment_code_early,  // a payer's code was scanned before there was anything to pay
    refused,             // the rules forbid this sale as asked; Quote::refused says why
    quote_failed,        // detail: what to do
    commit_failed,       // detail: what to do; nothing was sold
    not_identified,      // a pay key was pressed before anybody was identified
    payment_set_aside,   // detail: amount; still being checked
    payment_found,       // detail: amount; set aside earlier, now paid and recorded
    offline_long,        // standing, from the application
    clock_suspect,
    training,
    printer_trouble,     // detail: what to do
    other_shift,         // detail: whose shift is open
};

struct Notice {
    NoticeKind kind = NoticeKind::unknown_card;
    std::string detail;     // in Chinese when it is in words
    std::string detail_en;  // empty: the same as detail
    friend bool operator==(const Notice&, const Notice&) = default;
};

struct LastSale {
    std::string ref;
    std::string name;  // empty for a guest
    std::string tender;
    sync::Money paid;
    sync::Money change;
    std::int64_t seq = 0;
    friend bool operator==(const LastSale&, const LastSale&) = default;
};

// What one undo step brings back.
struct Step {
    Who who = Who::nobody;
    std::optional<DinerCard> diner;
    Presented presented;
    std::vector<BasketLine> basket;
    sync::Service service = sync::Service::dine_in;
    bool usual_offered = false;
};

// Which tiles the menu shows. Staples and soups share a tab, as on the counter's keys.
enum class Tab { all, set, meat, vegetable, soup_staple };

struct Weighing {
    sync::MenuItem item;
    std::string digits;  // grams typed so far
};

struct State : Step {  // who, diner, presented, basket, service, usual_offered: what undo restores
    sync::Meal meal = sync::Meal::lunch;
    std::vector<sync::MenuItem> menu;  // set meals first
    Tab tab = Tab::all;
    std::vector<std::string> tenders = {"senior_card", "qr", "cash"};  // pay keys, first is default
    bool full_price = false;        // the cashier chose to sell without benefits
    std::int64_t serial = 0;        // newest quote asked for
    std::int64_t quoted = -1;       // serial of `quotes`
    std::vector<TenderQuote> quotes;
    std::int64_t scan_serial = 0;   // newest identification asked for
    bool identifying = false;
    bool tendering = false;         // the tender screen owns the sale
    bool why_open = false;
    bool more_open = false;
    bool marking_sold_out = false;  // a tap on a tile toggles its sold-out mark
    std::optional<Weighing> weighing;
    std::vector<Notice> notices;    // about this sale; gone with it
    std::vector<Notice> standing;   // set by the application
    std::optional<LastSale> last_sale;
    std::vector<Step> history;      // newest last, bounded
};

}  // namespace mulin::pos::serve
