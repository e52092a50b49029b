#include "pos/app/top_up_desk.h"

namespace mulin::pos {

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

void TopUpDesk::find(const top_up::FindCard& asked) {
    worker_.post([this, asked] { inbox_.post(top_up::Intent(top_up::CardArrived{asked.serial, look_at_card(till_, cards_, asked.code, asked.key)})); });
}

Answer<top_up::ToppedUp> TopUpDesk::take(const top_up::TopUp& asked, const sync::StaffId& cashier) {
    auto made = put_on_card(till_, cards_, {till_.ids().next_text(), asked.card, asked.amount, asked.given, cashier});
    if (!made) return tl::make_unexpected(made.error());
    const sync::TopUpRecord& record = made->committed.stored;
    if (!record.training) listeners_.something_waits();
    const top_up::ToppedUp result{record.card_last4, asked.card.name, record.amount, asked.given - asked.amount, made->balance, record.training};
    listeners_.made(*made);
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
