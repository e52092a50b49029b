#pragma once
// The serve screen: the whole sale on one screen. update() is pure: no I/O, no clock, no drawing.
// The application performs the effects on workers and posts what came of them as intents.
// A regular's usual is offered as soon as they are identified: while the basket is empty the slip,
// the quote and the pay keys are about the usual, so that one tap on a pay key serves them.

#include <string>
#include <variant>
#include <vector>

#include "pos/serve/serve_state.h"

namespace mulin::pos::serve {

// --- Intents: from the cashier
struct TapItem { sync::ItemId item; };      // adds one; weighed food asks for its weight
struct RemoveOne { sync::ItemId item; };    // takes one off the slip
struct UndoStep {};
struct ClearBasket {};
struct TapUsual {};
struct SetService { sync::Service service = sync::Service::dine_in; };
struct SetTab { Tab tab = Tab::all; };
struct ServeGuest {};
struct ServeStaff {};
struct ChangeDiner {};                      // leaves this diner and opens the lookup
struct RegisterNew {};
struct Pay { std::string tender; };
struct SellAtFullPrice {};                  // after a refusal
struct RetryQuote {};
struct ToggleWhy {};
struct ToggleMore {};
struct ToggleMarking {};
struct WeightKey { char key = '0'; };       // digits, '<' for backspace
struct WeightDone {};
struct WeightCancel {};
enum class Place { today, sync_status, settings, sign_out, reprint_last, top_up, shift };
struct GoTo { Place place = Place::today; };  // keys of the "more" sheet
struct DismissNotice { NoticeKind kind = NoticeKind::unknown_card; };
// --- Intents: from the application
struct ScanArrived { std::string code; };
struct DinerIdentified {                    // by scan (its serial), or by lookup/register (serial 0)
    std::int64_t scan_serial = 0;
    DinerCard diner;
    Presented presented;
};
struct ScanUnknown { std::int64_t scan_serial = 0; bool blocked = false; };
struct ScanIsPaymentCode { std::int64_t scan_serial = 0; std::string code; };
struct MenuArrived { sync::Meal meal = sync::Meal::lunch; std::vector<sync::MenuItem> items; };
struct TendersArrived { std::vector<std::string> tenders; };
struct QuoteArrived { std::int64_t serial = 0; std::vector<TenderQuote> quotes; };
struct QuoteFailed { std::int64_t serial = 0; std::string message; };
struct StandingNotices { std::vector<Notice> notices; };  // replaces the former ones
struct SaleCommitted { LastSale sale; };    // ends the sale
struct SaleSetAside { std::string amount; };  // payment unresolved; the queue moves on
struct TenderAbandoned { std::string message; };  // back to the slip; message if a commit failed
struct NoticeArrived { Notice notice; };

using Intent = std::variant<TapItem, RemoveOne, UndoStep, ClearBasket, TapUsual, SetService, SetTab,
                            ServeGuest, ServeStaff, ChangeDiner, RegisterNew, Pay, SellAtFullPrice,
                            RetryQuote, ToggleWhy, ToggleMore, ToggleMarking, WeightKey, WeightDone,
                            WeightCancel, GoTo, DismissNotice, ScanArrived, DinerIdentified,
                            ScanUnknown, ScanIsPaymentCode, MenuArrived, TendersArrived,
                            QuoteArrived, QuoteFailed, StandingNotices, SaleCommitted, SaleSetAside,
                            TenderAbandoned, NoticeArrived>;

// --- Effects: the application performs them
struct RequestQuote {  // one quote per pay key; answer with QuoteArrived or QuoteFailed
    std::int64_t serial = 0;
    std::optional<sync::DinerId> diner;
    std::vector<OrderLine> lines;
    sync::Service service = sync::Service::dine_in;
    std::string presented;  // card kind
    bool full_price = false;
    std::vector<std::string> tenders;
};
struct IdentifyByScan { std::int64_t scan_serial = 0; std::string code; };
struct OpenLookup {};
struct OpenRegister {};
struct OpenPlace { Place place = Place::today; };
struct SetSoldOut { sync::ItemId item; bool sold_out = true; };
// Opens the tender screen; the application makes the sale's reference before anything is sent and
// keeps this order under it. The slip is frozen until SaleCommitted, SaleSetAside or
// TenderAbandoned comes back.
struct StartTender {
    std::string tender;  // "none" when nothing is to be paid
    Who who = Who::guest;
    std::optional<sync::DinerId> diner;
    std::string name;
    sync::Category category = sync::Category::guest;
    std::vector<OrderLine> lines;
    sync::Service service = sync::Service::dine_in;
    bool full_price = false;
    Presented presented;
    std::string payment_code;         // already scanned from the payer, or empty
    std::vector<TenderQuote> quotes;  // final for each pay key
};
using Effect = std::variant<RequestQuote, IdentifyByScan, OpenLookup, OpenRegister, OpenPlace,
                            SetSoldOut, StartTender>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks (all pure)
// The basket, or the offered usual while the basket is empty.
std::vector<BasketLine> slip_lines(const State& state);
bool slip_is_usual(const State& state);
// The lines of the usual that can be sold today; empty when any part cannot.
std::vector<BasketLine> available_usual(const State& state);
std::vector<sync::MenuItem> tiles(const State& state);  // filtered by tab, set meals first
std::int64_t chosen_count(const State& state, const sync::ItemId& item);  // badge on a tile
std::string preferred_tender(const State& state);  // the one filled pay key
// The quote of one pay key if it is the answer to the newest question, else null.
const sync::Quote* quote_for(const State& state, const std::string& tender);
const sync::Quote* shown_quote(const State& state);  // of the preferred pay key
bool quote_pending(const State& state);
bool can_pay(const State& state);
bool nothing_to_pay(const State& state);  // can_pay, and the diner's part is zero: one key "done"
sync::Category category(const State& state);

}  // namespace mulin::pos::serve
