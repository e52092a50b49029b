#include "pos/app/card_top_up.h"

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

sync::Payment cash_part(const CashOnCard& asked) {
    sync::Payment part;
    part.method = part.channel = "cash";
    part.outcome = payment::Outcome::approved;
    part.amount = asked.amount;
    part.given = asked.given;
    part.change = asked.given - asked.amount;
    return part;
}

}  // namespace

top_up::CardShown look_at_card(Till& till, CardDesk& cards, const std::string& code, const std::string& key) {
    top_up::CardShown card;
    card.key = key.empty() ? cards.hash_of(code) : key;
    card.last4 = last4_of(code);
    Known known;
    if (const auto match = till.store().diner_by_card(card.key); match && *match) {
        known.listed = (*match)->card;
        card.name = (*match)->diner.name;
        card.last4 = (*match)->card.last4;
    }
    card.can_be_lost = known.listed && !known.listed->blocked;
    if (till.config().senior_channel != "senior_card") {
        card.trouble = Trouble::not_enrolled;
        return card;
    }
    known.state = cards.state_of(card.key);
    const auto rules = till.store().cards().rules();
    known.offline_allowed = rules && !rules->offline_card_day.is_zero() && !rules->offline_till_day.is_zero();
    card.balance = known.state.balance;
    card.heard = known.state.heard;
    card.online = known.state.from_service;
    card.trouble = trouble_of(known);
    return card;
}

Answer<TopUpMade> put_on_card(Till& till, CardDesk& cards, const CashOnCard& asked) {
    MULIN_ASK(const auto shift, till.store().current_shift());
    if (!shift) return refuse("no_shift", "No shift is open; open one before taking cash.");
    sync::TopUpRecord record;
    record.ref = asked.ref;
    record.at = till.now().at;
    record.business_date = payment::china_date(record.at);
    record.site = till.site().id;
    record.card = asked.card.key;
    record.card_last4 = asked.card.last4;
    record.amount = asked.amount;
    record.payments = {cash_part(asked)};
    record.cashier = asked.cashier;
    record.shift = shift->shift;
    record.training = till.training();
    MULIN_ASK(auto committed, till.store().refunds().commit_top_up(record));
    TopUpMade made{std::move(committed), asked.card.name, std::nullopt};
    if (made.committed.stored.training || made.committed.repeated) return made;
    const auto booked = cards.book_top_up({record.ref, "top_up", record.card, record.amount, record.at, false, false});
    if (booked.standing == payment::CardStanding::booked) made.balance = booked.balance;
    return made;
}

}  // namespace mulin::pos
