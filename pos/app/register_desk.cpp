#include "pos/app/register_desk.h"

#include "sync/model/keyed_hash.h"
#include "sync/model/pinyin.h"

namespace mulin::pos {
namespace {

using register_diner::Intent;

sync::Diner make_diner(Till& till, const register_diner::SaveDiner& asked) {
    sync::Diner diner;
    // Till and time in the id: two tills that are offline never make the same one.
    diner.id = sync::DinerId("D-" + till.id().text() + "-" + till.ids().next_text().substr(0, 16));
    diner.name = asked.name;
    diner.pinyin = sync::pinyin_initials(asked.name);
    diner.birth_date = asked.identity.birth_date;
    diner.sex = asked.identity.sex;
    diner.id_hash = sync::keyed_hash(till.hash_key(), asked.identity.text);
    diner.id_last4 = asked.identity.last4();
    diner.phone_last4 = asked.phone_last4;
    diner.residence = till.site().subdistrict;
    diner.road = asked.road;
    if (!asked.card_code.empty()) diner.cards = {"jinglao"};
    return diner;
}

sync::Card make_card(Till& till, const std::string& code, const sync::DinerId& diner) {
    sync::Card card;
    card.hash = sync::keyed_hash(till.hash_key(), code);
    card.last4 = code.size() > 4 ? code.substr(code.size() - 4) : code;
    card.kind = "jinglao";
    card.diner = diner;
    return card;
}

}  // namespace

AppIntent check_number(Till& till, const register_diner::CheckNumber& asked) {
    const auto known = till.store().diner_by_id_hash(sync::keyed_hash(till.hash_key(), asked.number));
    if (known && *known) return Intent(register_diner::NumberTaken{asked.serial, (*known)->name, (*known)->id});
    return Intent(register_diner::NumberFree{asked.serial});
}

AppIntent check_card(Till& till, const register_diner::CheckCard& asked) {
    const auto known = till.store().diner_by_card(sync::keyed_hash(till.hash_key(), asked.code));
    if (known && *known)
        return Intent(register_diner::CardTaken{asked.serial, (*known)->diner.name, (*known)->card.blocked});
    return Intent(register_diner::CardFree{asked.serial});
}

AppIntent save_diner(Till& till, const register_diner::SaveDiner& asked, const Phrases& phrases) {
    const auto diner = make_diner(till, asked);
    std::vector<sync::Card> cards;
    if (!asked.card_code.empty()) cards.push_back(make_card(till, asked.card_code, diner.id));
    const auto saved = till.store().register_diner(diner, cards);
    if (!saved) return Intent(register_diner::SaveFailed{asked.serial, phrases.sentence(saved.error())});
    return Intent(register_diner::Saved{asked.serial, diner.id});
}

std::vector<std::string> known_roads(Till& till) {
    return till.store().roads_of(till.site().subdistrict, 60).value_or(std::vector<std::string>());
}

}  // namespace mulin::pos
