#include "pos/app/top_up_desk.h"

#include "pos/app/shift.h"

namespace mulin::pos {
namespace {

using top_up::Trouble;

// What is known of a card, by the till's list and by the district or what it last said.
struct Known {
    std::optional<sync::Card> listed;
    payment::CardState state;
    bool offline_allowed = false;
};

Trouble trouble_of(const Known& known) {
    using Kind = payment::CardState::Kind;
    if (known.state.kind == Kind::replaced) return Trouble::replaced;
    if (known.state.kind == Kind::blocked || (known.listed && known.listed->blocked)) return Trouble::blocked;
    if (known.state.from_service) return known.state.kind == Kind::unknown ? Trouble::unknown_card : Trouble::none;
    if (!known.listed) return Trouble::unknown_here;
    return known.offline_allowed ? Trouble::none : Trouble::not_offline;
}

std::string last4_of(const std::string& number) { return number.size() > 4 ? number.substr(number.size() - 4) : number; }

sync::Payment cash_part(const top_up::TopUp& asked) {
    sync::Payment part;
    part.method = part.channel = "cash";
    part.outcome = payment::Outcome::approved;
    part.amount = asked.amount;
    part.given = asked.given;
    part.change = asked.given - asked.amount;
    return part;
}

}  // namespace

TopUpDesk::TopUpDesk(Till& till, Inbox& inbox, const Phrases& phrases, Listeners listeners, CardDesk::OpenLine line)
    : till_(till), inbox_(inbox), phrases_(phrases), listeners_(std::move(listeners)),
      cards_(till.store(), till.hash_key(), till.clock(), std::move(line)) {}

void TopUpDesk::load_cards(const top_up::LoadCards& asked) {
    worker_.post([this, asked] {
        top_up::CardsArrived arrived{asked.serial, "", {}};
        const auto diner = till_.store().diner(asked.diner);
        if (diner && *diner) arrived.name = (*diner)->name;
        const auto cards = till_.store().cards().cards_of(asked.diner);
        if (!cards) return;
        for (const auto& card : *cards) arrived.held.push_back({card.hash, card.last4, card.blocked});
        inbox_.post(top_up::Intent(arrived));
    });
}

top_up::CardShown TopUpDesk::shown(const std::string& code, const std::string& key) {
    top_up::CardShown card;
    card.key = key.empty() ? cards_.hash_of(code) : key;
    card.last4 = last4_of(code);
    Known known;
    if (const auto match = till_.store().diner_by_card(card.key); match && *match) {
        known.listed = (*match)->card;
        card.name = (*match)->diner.name;
        card.last4 = (*match)->card.last4;
    }
    card.can_be_lost = known.listed && !known.listed->blocked;
    if (till_.config().senior_channel != "senior_card") {
        card.trouble = Trouble::not_enrolled;
        return card;
    }
    known.state = cards_.state_of(card.key);
    const auto rules = till_.store().cards().rules();
    known.offline_allowed = rules && !rules->offline_card_day.is_zero() && !rules->offline_till_day.is_zero();
    card.balance = known.state.balance;
    card.heard = known.state.heard;
    card.online = known.state.from_service;
    card.trouble = trouble_of(known);
    return card;
}

void TopUpDesk::find(const top_up::FindCard& asked) {
    worker_.post([this, asked] { inbox_.post(top_up::Intent(top_up::CardArrived{asked.serial, shown(asked.code, asked.key)})); });
}

Answer<top_up::ToppedUp> TopUpDesk::take(const top_up::TopUp& asked, const sync::StaffId& cashier) {
    MULIN_ASK(const auto shift, till_.store().current_shift());
    if (!shift) return refuse("no_shift", "No shift is open; open one before taking cash.");
    sync::TopUpRecord record;
    record.ref = till_.ids().next_text();
    record.at = till_.now().at;
    record.business_date = payment::china_date(record.at);
    record.site = till_.site().id;
    record.card = asked.card.key;
    record.card_last4 = asked.card.last4;
    record.amount = asked.amount;
    record.payments = {cash_part(asked)};
    record.cashier = cashier;
    record.shift = shift->shift;
    record.training = till_.training();
    MULIN_ASK(auto committed, till_.store().refunds().commit_top_up(record));
    top_up::ToppedUp result{record.card_last4, asked.card.name, record.amount, asked.given - asked.amount, std::nullopt, record.training};
    if (!record.training) {
        const auto booked = cards_.book_top_up({record.ref, "top_up", record.card, record.amount, record.at, false, false});
        if (booked.standing == payment::CardStanding::booked) result.balance = booked.balance;
        listeners_.something_waits();
    }
    listeners_.made({std::move(committed), asked.card.name, result.balance});
    return result;
}

void TopUpDesk::top_up(const top_up::TopUp& asked, const sync::StaffId& cashier) {
    worker_.post([this, asked, cashier] {
        const auto result = take(asked, cashier);
        if (result) inbox_.post(top_up::Intent(top_up::Done{asked.serial, *result}));
        else inbox_.post(top_up::Intent(top_up::Failed{asked.serial, phrases_.sentence(result.error())}));
    });
}

void TopUpDesk::report_lost(const top_up::ReportLost& asked, const sync::StaffId& cashier) {
    worker_.post([this, asked, cashier] {
        const auto told = cards_.report_lost(asked.key);
        top_up::LostReported reported{asked.serial, told.value_or(false), told ? "" : phrases_.sentence(told.error())};
        if (told) {
            // Evidence of who took the report; the block itself does not wait for it.
            (void)till_.store().note({"card_lost", asked.key + " " + cashier.text()}, payment::china_date(till_.now().at));
            listeners_.something_waits();
        }
        inbox_.post(top_up::Intent(reported));
    });
}

}  // namespace mulin::pos
