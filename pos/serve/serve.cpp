#include "pos/serve/serve.h"

#include <algorithm>

#include "pos/serve/order.h"

namespace mulin::pos::serve {
namespace {

constexpr std::size_t kMaxHistory = 40;
constexpr std::size_t kMaxWeightDigits = 5;

std::vector<OrderLine> order_lines(const std::vector<BasketLine>& lines) {
    std::vector<OrderLine> out;
    for (const BasketLine& line : lines) out.push_back({line.item.id, line.quantity, line.weight_g});
    return out;
}

// Told until the cashier puts it away: it is about money that left this sale.
bool outlives_sale(const Notice& notice) {
    return notice.kind == NoticeKind::payment_set_aside || notice.kind == NoticeKind::payment_found;
}

void drop_notice(State& s, NoticeKind kind) {
    std::erase_if(s.notices, [&](const Notice& notice) { return notice.kind == kind; });
}

void tell(State& s, Notice notice) {
    std::erase(s.notices, notice);
    s.notices.push_back(std::move(notice));
}

void drop_sale_notices(State& s) {
    std::erase_if(s.notices, [](const Notice& notice) { return !outlives_sale(notice); });
}

// One answer to one intent. Effects are gathered in order.
class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const TapItem& intent);
    void operator()(const RemoveOne& intent);
    void operator()(const UndoStep&);
    void operator()(const ClearBasket&);
    void operator()(const TapUsual&);
    void operator()(const SetService& intent);
    void operator()(const SetTab& intent) { s_.tab = intent.tab; }
    void operator()(const ServeGuest&) { serve_without_diner(Who::guest); }
    void operator()(const ServeStaff&) { serve_without_diner(Who::staff); }
    void operator()(const ChangeDiner&);
    void operator()(const RegisterNew&);
    void operator()(const Pay& intent);
    void operator()(const SellAtFullPrice&);
    void operator()(const RetryQuote&);
    void operator()(const ToggleWhy&) { s_.why_open = !s_.why_open; }
    void operator()(const ToggleMore&);
    void operator()(const ToggleMarking&);
    void operator()(const WeightKey& intent);
    void operator()(const WeightDone&);
    void operator()(const WeightCancel&) { s_.weighing.reset(); }
    void operator()(const GoTo& intent);
    void operator()(const DismissNotice& intent) { drop_notice(s_, intent.kind); }
    void operator()(const ScanArrived& intent);
    void operator()(const DinerIdentified& intent);
    void operator()(const ScanUnknown& intent);
    void operator()(const ScanIsPaymentCode& intent);
    void operator()(const MenuArrived& intent);
    void operator()(const TendersArrived& intent);
    void operator()(const QuoteArrived& intent);
    void operator()(const QuoteFailed& intent);
    void operator()(const StandingNotices& intent) { s_.standing = intent.notices; }
    void operator()(const SaleCommitted& intent);
    void operator()(const SaleSetAside& intent);
    void operator()(const TenderAbandoned& intent);
    void operator()(const NoticeArrived& intent) { tell(s_, intent.notice); }

  private:
    void remember();
    void requote();
    void changed() {  // the order is another one: what was decided about the old one is void
        s_.full_price = false;
        drop_notice(s_, NoticeKind::refused);
        drop_notice(s_, NoticeKind::not_identified);
        requote();
    }
    void follow();
    void forget_person();
    void serve_without_diner(Who who);
    void start_tender(const std::string& tender, const std::string& payment_code);
    void end_sale();
    bool frozen() const { return s_.tendering; }

    State& s_;
    std::vector<Effect>& effects_;
};

void Answer::remember() {
    s_.history.push_back(s_);  // the Step part of the state
    if (s_.history.size() > kMaxHistory) s_.history.erase(s_.history.begin());
}

void Answer::requote() {
    ++s_.serial;
    drop_notice(s_, NoticeKind::quote_failed);
    auto lines = slip_lines(s_);
    if (lines.empty()) {
        s_.quotes.clear();
        s_.why_open = false;
        return;
    }
    RequestQuote ask;
    ask.serial = s_.serial;
    if (s_.diner) ask.diner = s_.diner->id;
    ask.lines = order_lines(lines);
    ask.service = s_.service;
    ask.presented = s_.presented.kind;
    ask.full_price = s_.full_price;
    ask.tenders = s_.tenders;
    effects_.push_back(std::move(ask));
}

void Answer::operator()(const TapItem& intent) {
    const sync::MenuItem* item = find_item(s_.menu, intent.item);
    if (!item || frozen()) return;
    if (s_.marking_sold_out) {
        effects_.push_back(SetSoldOut{item->id, !item->sold_out});
        return;
    }
    if (item->sold_out) return;
    s_.more_open = false;
    if (item->weighed) {
        s_.weighing = Weighing{*item, {}};
        return;
    }
    remember();
    s_.usual_offered = false;
    add_line(s_.basket, {*item, 1, 0});
    changed();
}

void Answer::operator()(const RemoveOne& intent) {
    if (frozen()) return;
    auto lines = slip_lines(s_);
    if (!remove_one(lines, intent.item)) return;
    remember();
    s_.usual_offered = false;
    s_.basket = std::move(lines);
    changed();
}

void Answer::operator()(const UndoStep&) {
    if (frozen() || s_.history.empty()) return;
    static_cast<Step&>(s_) = s_.history.back();
    s_.history.pop_back();
    s_.weighing.reset();
    drop_sale_notices(s_);
    follow();
    changed();
}

void Answer::operator()(const ClearBasket&) {
    if (frozen() || slip_lines(s_).empty()) return;
    remember();
    s_.basket.clear();
    s_.usual_offered = false;
    changed();
}

void Answer::operator()(const TapUsual&) {
    auto usual = available_usual(s_);
    if (frozen() || usual.empty() || contains_all(s_.basket, usual)) return;
    remember();
    s_.usual_offered = false;
    for (const BasketLine& line : usual) add_line(s_.basket, line);
    changed();
}

void Answer::operator()(const SetService& intent) {
    if (frozen() || intent.service == s_.service) return;
    remember();
    s_.service = intent.service;
    changed();
}

void Answer::forget_person() {
    s_.who = Who::nobody;
    s_.diner.reset();
    s_.presented = {};
    s_.usual_offered = false;
    s_.why_open = false;
    ++s_.scan_serial;  // an identification still under way is no longer wanted
    s_.identifying = false;
    drop_sale_notices(s_);
}

void Answer::serve_without_diner(Who who) {
    if (frozen() || s_.who == who) return;
    remember();
    forget_person();
    s_.who = who;
    changed();
}

void Answer::operator()(const ChangeDiner&) {
    if (frozen()) return;
    if (s_.who != Who::nobody || !s_.basket.empty()) remember();
    forget_person();
    s_.basket.clear();
    s_.service = sync::Service::dine_in;
    changed();
    effects_.push_back(OpenLookup{});
}

void Answer::operator()(const RegisterNew&) {
    if (!frozen()) effects_.push_back(OpenRegister{});
}

void Answer::operator()(const Pay& intent) {
    if (frozen()) return;
    if (s_.who == Who::nobody && !slip_lines(s_).empty()) {
        tell(s_, {NoticeKind::not_identified, {}, {}});
        return;
    }
    if (can_pay(s_)) start_tender(intent.tender, {});
}

void Answer::start_tender(const std::string& tender, const std::string& payment_code) {
    const sync::Quote* quote = quote_for(s_, tender);
    if (nothing_to_pay(s_)) quote = shown_quote(s_);
    if (!quote || quote->refused) return;
    auto lines = slip_lines(s_);
    StartTender start;
    start.tender = nothing_to_pay(s_) ? "none" : tender;
    start.who = s_.who;
    if (s_.diner) {
        start.diner = s_.diner->id;
        start.name = s_.diner->name;
    }
    start.category = category(s_);
    start.lines = order_lines(lines);
    start.service = s_.service;
    start.full_price = s_.full_price;
    start.presented = s_.presented;
    start.payment_code = payment_code;
    start.quotes = s_.quotes;
    s_.basket = std::move(lines);  // an offered usual is taken by paying for it
    s_.usual_offered = false;
    s_.tendering = true;
    s_.more_open = false;
    s_.why_open = false;
    effects_.push_back(std::move(start));
}

void Answer::operator()(const SellAtFullPrice&) {
    const sync::Quote* quote = shown_quote(s_);
    if (frozen() || s_.full_price || !quote || !quote->refused) return;
    s_.full_price = true;
    drop_notice(s_, NoticeKind::refused);
    requote();
}

void Answer::operator()(const RetryQuote&) {
    if (!frozen() && !slip_lines(s_).empty()) requote();
}

void Answer::operator()(const ToggleMore&) {
    if (frozen()) return;
    s_.more_open = !s_.more_open;
    s_.marking_sold_out = false;
}

void Answer::operator()(const ToggleMarking&) {
    if (frozen()) return;
    s_.marking_sold_out = !s_.marking_sold_out;
    s_.more_open = false;
}

void Answer::operator()(const WeightKey& intent) {
    if (!s_.weighing) return;
    std::string& digits = s_.weighing->digits;
    if (intent.key == '<') {
        if (!digits.empty()) digits.pop_back();
    } else if (intent.key >= '0' && intent.key <= '9' && digits.size() < kMaxWeightDigits) {
        digits.push_back(intent.key);
    }
}

void Answer::operator()(const WeightDone&) {
    if (frozen() || !s_.weighing || s_.weighing->digits.empty()) return;
    std::int64_t grams = 0;
    for (char digit : s_.weighing->digits) grams = grams * 10 + (digit - '0');
    if (grams == 0 || grams > kMaxWeightG) return;
    remember();
    s_.usual_offered = false;
    add_line(s_.basket, {s_.weighing->item, 1, grams});
    s_.weighing.reset();
    changed();
}

void Answer::operator()(const GoTo& intent) {
    if (frozen()) return;
    s_.more_open = false;
    s_.marking_sold_out = false;
    effects_.push_back(OpenPlace{intent.place});
}

void Answer::operator()(const ScanArrived& intent) {
    if (frozen() || intent.code.empty()) return;
    s_.identifying = true;
    drop_notice(s_, NoticeKind::unknown_card);
    drop_notice(s_, NoticeKind::blocked_card);
    effects_.push_back(IdentifyByScan{++s_.scan_serial, intent.code});
}

void Answer::operator()(const DinerIdentified& intent) {
    if (frozen() || (intent.scan_serial != 0 && intent.scan_serial != s_.scan_serial)) return;
    const bool same = s_.diner && s_.diner->id == intent.diner.id;
    if (!same && (s_.who != Who::nobody || !s_.basket.empty())) remember();
    // Lines tapped before anybody was identified are this diner's; another diner's are not.
    if (!same && s_.who == Who::diner) s_.basket.clear();
    const bool offered = same && s_.usual_offered;
    forget_person();
    s_.who = Who::diner;
    s_.diner = intent.diner;
    s_.presented = intent.presented;
    s_.usual_offered = offered;
    const bool second = intent.diner.standing == Standing::second_meal;
    if (second) tell(s_, {NoticeKind::second_meal, {}, {}});
    if (intent.diner.standing == Standing::not_eligible) tell(s_, {NoticeKind::not_eligible, {}, {}});
    if (!same && !intent.diner.usual.empty() && s_.basket.empty()) {
        // A second meal must be chosen, never slipped in by a card that was read twice.
        s_.usual_offered = !second && !available_usual(s_).empty();
        if (available_usual(s_).empty()) tell(s_, {NoticeKind::usual_unavailable, {}, {}});
    }
    changed();
}

void Answer::operator()(const ScanUnknown& intent) {
    if (intent.scan_serial != s_.scan_serial || !s_.identifying) return;
    s_.identifying = false;
    tell(s_, {intent.blocked ? NoticeKind::blocked_card : NoticeKind::unknown_card, {}, {}});
}

void Answer::operator()(const ScanIsPaymentCode& intent) {
    if (intent.scan_serial != s_.scan_serial || !s_.identifying) return;
    s_.identifying = false;
    if (can_pay(s_) && !nothing_to_pay(s_) && quote_for(s_, "qr")) {
        start_tender("qr", intent.code);
    } else {
        tell(s_, {NoticeKind::payment_code_early, {}, {}});
    }
}

void Answer::operator()(const MenuArrived& intent) {
    s_.meal = intent.meal;
    s_.menu = intent.items;
    std::ranges::stable_sort(s_.menu, {}, &sync::MenuItem::item_class);
    if (frozen()) return;  // the slip under the tender is final; it follows if it comes back
    if (s_.weighing && (!find_item(s_.menu, s_.weighing->item.id) ||
                        find_item(s_.menu, s_.weighing->item.id)->sold_out)) {
        s_.weighing.reset();
    }
    follow();
    if (!slip_lines(s_).empty() || !s_.quotes.empty()) changed();
}

void Answer::follow() {
    for (Notice& notice : follow_menu(s_.basket, s_.menu)) tell(s_, std::move(notice));
    if (s_.usual_offered && available_usual(s_).empty()) {
        s_.usual_offered = false;
        tell(s_, {NoticeKind::usual_unavailable, {}, {}});
    }
}

void Answer::operator()(const TendersArrived& intent) {
    if (frozen() || intent.tenders.empty() || intent.tenders == s_.tenders) return;
    s_.tenders = intent.tenders;
    if (!slip_lines(s_).empty()) requote();
}

void Answer::operator()(const QuoteArrived& intent) {
    if (frozen() || intent.serial != s_.serial) return;
    s_.quoted = intent.serial;
    s_.quotes = intent.quotes;
    const sync::Quote* quote = shown_quote(s_);
    if (quote && quote->refused) {
        drop_notice(s_, NoticeKind::refused);
        tell(s_, {NoticeKind::refused, quote->refused->zh, quote->refused->en});
    }
}

void Answer::operator()(const QuoteFailed& intent) {
    if (frozen() || intent.serial != s_.serial) return;
    s_.quotes.clear();
    drop_notice(s_, NoticeKind::quote_failed);
    tell(s_, {NoticeKind::quote_failed, intent.message, {}});
}

void Answer::end_sale() {
    State next;
    next.meal = s_.meal;
    next.menu = std::move(s_.menu);
    next.tenders = std::move(s_.tenders);
    next.serial = s_.serial + 1;  // an answer about the old slip finds no question
    next.scan_serial = s_.scan_serial + 1;
    next.standing = std::move(s_.standing);
    next.last_sale = std::move(s_.last_sale);
    std::ranges::copy_if(s_.notices, std::back_inserter(next.notices), outlives_sale);
    s_ = std::move(next);
}

void Answer::operator()(const SaleCommitted& intent) {
    s_.last_sale = intent.sale;
    if (frozen()) end_sale();  // otherwise it was set aside before: this slip is somebody else's
}

void Answer::operator()(const SaleSetAside& intent) {
    if (!frozen()) return;
    end_sale();
    tell(s_, {NoticeKind::payment_set_aside, intent.amount, {}});
}

void Answer::operator()(const TenderAbandoned& intent) {
    if (!frozen()) return;
    s_.tendering = false;
    if (!intent.message.empty()) tell(s_, {NoticeKind::commit_failed, intent.message, {}});
    follow();
    changed();
}

}  // namespace

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

}  // namespace mulin::pos::serve
