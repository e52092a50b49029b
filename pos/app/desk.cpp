#include "pos/app/desk.h"

#include <algorithm>

#include "pos/app/adapters.h"
#include "pos/app/day_view.h"
#include "pos/app/diner_card.h"
#include "pos/app/pricing.h"
#include "pos/app/register_desk.h"
#include "pos/app/shift.h"
#include "pos/app/shift_desk.h"
#include "pos/app/staff_desk.h"
#include "sync/model/keyed_hash.h"

namespace mulin::pos {
namespace {

std::vector<OrderItem> items_of(const std::vector<serve::OrderLine>& lines) {
    std::vector<OrderItem> items;
    for (const auto& line : lines) items.push_back({line.item, line.quantity, line.weight_g});
    return items;
}

Order order_of(const serve::RequestQuote& asked, sync::Meal meal) {
    Order order;
    order.diner = asked.diner;
    order.full_price = asked.full_price;
    order.meal = meal;
    order.service = asked.service;
    order.items = items_of(asked.lines);
    order.presented = asked.presented;
    return order;
}

// A scanned code may turn out to be a wallet with benefits of its own: those are priced beforehand.
std::vector<std::string> with_wallets(std::vector<std::string> tenders, const TillConfig& config) {
    if (std::ranges::find(tenders, std::string("qr")) == tenders.end()) return tenders;
    for (const auto& rule : config.code_rules) {
        const std::string tender = rule.wallet + "_qr";
        if (!rule.wallet.empty() && std::ranges::find(tenders, tender) == tenders.end()) tenders.push_back(tender);
    }
    return tenders;
}

bool all_letters(const std::string& keys) {
    return std::ranges::all_of(keys, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

Desk::Desk(Till& till, Inbox& inbox, const Phrases& phrases)
    : till_(till), inbox_(inbox), phrases_(phrases), after_sale_(till, inbox, phrases),
      link_(till, inbox, phrases, [this] { post_menu(); post_shell(); }),
      refunds_(till, inbox, phrases, payments_,
               [this](const RefundMade& made) {
                   after_sale_.refund_made(made.committed, made.sale);
                   link_.something_waits();
               }),
      reviews_(till, inbox, phrases, payments_),
      payments_(till, inbox, phrases,
                {[this](const SaleMade& made) {
                     after_sale_.sale_made(made);
                     link_.something_waits();
                 },
                 [this](const VoidMade& made) {
                     after_sale_.void_made(made);
                     link_.something_waits();
                 }}),
      top_ups_(till, inbox, phrases, {[this](const TopUpMade& made) { after_sale_.top_up_made(made); }, [this] { link_.something_waits(); }}) {
    refunds_.start();
}

void Desk::perform(const Work& work, sync::Meal meal) {
    meal_ = meal;
    std::visit([this](const auto& one) { run(one); }, work);
}

// --- quotes, menu and lookup

void Desk::run(const serve::RequestQuote& asked) {
    worker_.post([this, asked, meal = meal_] {
        serve::QuoteArrived arrived{asked.serial, {}};
        Order order = order_of(asked, meal);
        if (order.presented.empty()) order.presented = presented_for(till_, order.diner);
        for (const auto& tender : with_wallets(asked.tenders, till_.config())) {
            order.tender = tender;
            const auto priced = price_order(till_, order);
            if (!priced)
                return inbox_.post(serve::Intent(serve::QuoteFailed{asked.serial, phrases_.sentence(priced.error())}));
            arrived.quotes.push_back({tender, priced->quote});
        }
        inbox_.post(serve::Intent(arrived));
    });
}

void Desk::run(const serve::SetSoldOut& asked) {
    worker_.post([this, asked, meal = meal_] {
        const auto menu = menu_now(till_, today(), meal);
        if (!menu) return;
        (void)till_.store().set_sold_out(menu->site, menu->date, meal, asked.item, asked.sold_out);
        post_menu();
    });
}

void Desk::run(const LoadMenu&) {
    worker_.post([this] { post_menu(); });
}

void Desk::post_menu() {
    const auto meal = till_.meal_at(till_.now().at);
    const auto menu = menu_now(till_, today(), meal);
    if (menu) inbox_.post(serve::Intent(serve::MenuArrived{meal, menu->items}));
}

void Desk::identified(const sync::DinerId& id, std::int64_t serial, serve::Presented presented) {
    const auto card = make_diner_card(till_, id, till_.meal_at(till_.now().at));
    if (!card) return inbox_.post(serve::Intent(serve::ScanUnknown{serial, false}));
    inbox_.post(serve::Intent(serve::DinerIdentified{serial, *card, std::move(presented)}));
}

void Desk::run(const IdentifyByScan& asked) {
    worker_.post([this, asked] {
        const auto match = till_.store().diner_by_card(sync::keyed_hash(till_.hash_key(), asked.code));
        const bool known = match && *match;
        const bool blocked = known && (*match)->card.blocked;
        if (known && !blocked) return identified((*match)->diner.id, asked.scan_serial, {(*match)->card.kind, asked.code});
        if (asked.from_lookup) return inbox_.post(lookup::Intent(lookup::ScanRefused{blocked}));
        if (!known && payment::route_code(asked.code, till_.config().code_rules))
            return inbox_.post(serve::Intent(serve::ScanIsPaymentCode{asked.scan_serial, asked.code}));
        inbox_.post(serve::Intent(serve::ScanUnknown{asked.scan_serial, blocked}));
    });
}

void Desk::run(const IdentifyByPick& asked) {
    worker_.post([this, asked] { identified(asked.diner, 0, {}); });
}

void Desk::run(const lookup::Search& asked) {
    worker_.post([this, asked, meal = meal_] {
        const sync::LookupAt at{today(), meal, 60};
        auto& store = till_.store();
        auto found = asked.keys.empty()        ? store.usually_here(at)
                     : all_letters(asked.keys) ? store.diners_by_pinyin(asked.keys, at)
                     : asked.keys.size() == 4  ? store.diners_by_last4(asked.keys, at)
                                               : payment::Result<std::vector<sync::DinerMatch>>();
        if (!found) return inbox_.post(lookup::Intent(lookup::SearchFailed{asked.serial, phrases_.sentence(found.error())}));
        lookup::CandidatesArrived arrived{asked.serial, {}, static_cast<std::int64_t>(found->size())};
        for (const auto& match : *found) arrived.candidates.push_back(make_candidate(match, at.today, meal));
        inbox_.post(lookup::Intent(arrived));
    });
}

// --- money

TenderOrder Desk::tender_order(const OpenSale& sale) const {
    TenderOrder order;
    order.ref = sale.ref;
    order.diner_name = sale.order.name;
    order.order.diner = sale.order.diner;
    order.order.staff = sale.order.who == serve::Who::staff;
    order.order.full_price = sale.order.full_price;
    order.order.meal = meal_;
    order.order.service = sale.order.service;
    order.order.items = items_of(sale.order.lines);
    order.order.presented = sale.order.presented.kind.empty() ? presented_for(till_, sale.order.diner)
                                                              : sale.order.presented.kind;
    order.cashier = sale.cashier;
    return order;
}

void Desk::run(const CommitCash& asked) { payments_.commit_cash(tender_order(asked.sale), asked.cash); }
void Desk::run(const CommitFree& asked) { payments_.commit_free(tender_order(asked.sale)); }
void Desk::run(const CommitPaid& asked) { payments_.commit_paid(asked.ref); }
void Desk::run(const StartAttempt& asked) { payments_.start(tender_order(asked.sale), asked.start); }
void Desk::run(const tender::QueryAttempt& asked) { payments_.query(asked.ref, asked.attempt); }
void Desk::run(const tender::GiveUpAttempt& asked) { payments_.give_up(asked.ref, asked.attempt); }
void Desk::run(const ParkSale& asked) { payments_.park(asked.ref); }
void Desk::run(const TakeCash& asked) { payments_.take_cash(tender_order(asked.sale), asked.cash); }
void Desk::run(const tender::GiveBackPart& asked) { payments_.give_back(asked); }
void Desk::run(const tender::SetTryAside& asked) { payments_.collect_anyway(asked); }
void Desk::run(const ResumeOrder& asked) { payments_.resume(asked.ref); }
void Desk::run(const ForgetOrder& asked) { payments_.forget(asked.ref); }

void Desk::run(const VoidSale& asked) {
    VoidAsked wanted;
    wanted.ref = till_.ids().next_text();
    wanted.epoch = asked.asked.target.epoch;
    wanted.seq = asked.asked.target.seq;
    wanted.reason = asked.asked.reason;
    wanted.cashier = asked.cashier;
    wanted.approver = asked.asked.approver.text();
    payments_.void_sale(wanted, asked.asked.serial);
}

// --- people

void Desk::run(const register_diner::CheckNumber& asked) {
    worker_.post([this, asked] { inbox_.post(check_number(till_, asked)); });
}
void Desk::run(const register_diner::CheckCard& asked) {
    worker_.post([this, asked] { inbox_.post(check_card(till_, asked)); });
}
void Desk::run(const register_diner::SaveDiner& asked) {
    worker_.post([this, asked] {
        inbox_.post(save_diner(till_, asked, phrases_));
        link_.something_waits();
    });
}
void Desk::run(const RegisterOpened&) {
    worker_.post([this] { inbox_.post(register_diner::Intent(register_diner::Opened{today(), known_roads(till_)})); });
}

void Desk::run(const CheckStaffPin& asked) {
    worker_.post([this, asked] { check_staff_pin(till_, asked, phrases_, inbox_); });
}

void Desk::run(const LoadStaff&) {
    worker_.post([this] { inbox_.post(sign_in::Intent(staff_tiles(till_))); });
}

void Desk::run(const LoadCorrect& asked) {
    worker_.post([this, asked] { inbox_.post(correct::Intent(correct_opened(till_, asked))); });
}

// --- counts and states

void Desk::run(const day_report::LoadDay& asked) {
    worker_.post([this, asked] { inbox_.post(day_view_.load(till_, asked.serial, phrases_)); });
}

void Desk::run(const LoadShell&) {
    worker_.post([this] { post_shell(); });
}

void Desk::post_shell() {
    const auto site = till_.site();
    const auto now = till_.now();
    ShellArrived arrived;
    arrived.site_zh = site.subdistrict_name_zh + " · " + site.name_zh;
    arrived.site_en = site.subdistrict_name_en + " · " + site.name_en;
    arrived.meal = till_.meal_at(now.at);
    arrived.training = till_.training();
    arrived.clock_suspect = now.device_wrong;
    for (const auto& window : site.windows)
        if (window.meal == arrived.meal) arrived.window = window;
    const auto day = till_.store().day_report(payment::china_date(now.at));
    if (day) arrived.served_today = day->total.sales;
    inbox_.post(ShellIntent(arrived));
    inbox_.post(serve::Intent(serve::TendersArrived{tenders_of(till_.config())}));
}

void Desk::run(const sync_status::LoadStatus&) { link_.post_status_soon(); }
void Desk::run(const sync_status::StartExchange&) { link_.exchange_now(); }

void Desk::run(const settings::LoadSettings&) {
    worker_.post([this] {
        settings::SettingsArrived arrived;
        arrived.language = phrases_.english() ? "en" : "zh-CN";
        arrived.devices = after_sale_.devices();
        arrived.training = till_.training();
        arrived.version = "0.1.0";
        arrived.till = till_.id().text();
        inbox_.post(settings::Intent(arrived));
    });
}

void Desk::run(const settings::RunDeviceTest& asked) { after_sale_.test(asked.id); }

void Desk::run(const SetTraining& asked) {
    worker_.post([this, asked] {
        const auto kept = till_.store().set_setting(setting::kTraining, asked.training ? "on" : "off");
        const bool training = till_.training();
        inbox_.post(settings::Intent(settings::TrainingChanged{training, kept ? "" : phrases_.sentence(kept.error())}));
        post_shell();
    });
}

void Desk::run(const EnsureShift& asked) {
    worker_.post([this, asked] {
        const auto shift = till_.store().current_shift();
        if (!shift || *shift) return;
        if (asked.ask_float) return inbox_.post(ShellIntent(NoShift{}));
        const auto opened = open_shift(till_, sync::Money(), asked.staff);
        if (!opened) inbox_.post(ShellIntent(Toast{phrases_.sentence(opened.error()), till_.clock().monotonic().ms}));
        link_.something_waits();
    });
}

void Desk::run(const shift::LoadShift& asked) {
    worker_.post([this, asked] { inbox_.post(shift_now(till_, asked.serial, phrases_)); });
}

void Desk::run(const OpenShiftNow& asked) {
    worker_.post([this, asked] {
        const auto opened = open_shift(till_, asked.asked.drawer_float, asked.cashier);
        if (!opened) return inbox_.post(shift::Intent(shift::Failed{asked.asked.serial, phrases_.sentence(opened.error())}));
        inbox_.post(shift_now(till_, asked.asked.serial, phrases_));
        link_.something_waits();
    });
}

void Desk::run(const shift::Compare& asked) {
    worker_.post([this, asked] { inbox_.post(compare_count(till_, asked, phrases_)); });
}

void Desk::run(const CloseShiftNow& asked) {
    worker_.post([this, asked] {
        const auto closed = close_counted(till_, asked.asked, asked.cashier);
        if (!closed) return inbox_.post(shift::Intent(shift::Failed{asked.asked.serial, phrases_.sentence(closed.error())}));
        inbox_.post(shift::Intent(shift::Closed{asked.asked.serial, *closed}));
        after_sale_.shift_closed();
        link_.something_waits();
    });
}

void Desk::run(const ReprintLast&) { after_sale_.reprint_last(); }

}  // namespace mulin::pos
