#include "pos/app/play_top_up.h"

#include "pos/app/card_top_up.h"
#include "pos/app/shift.h"

namespace mulin::pos {
namespace {

Answer<payment::Unit> check_card(const top_up::CardShown& card) {
    using top_up::Trouble;
    switch (card.trouble) {
        case Trouble::none: return payment::Unit{};
        case Trouble::unknown_card: return refuse("unknown_card", "The district does not know this card; nothing was put on it.");
        case Trouble::unknown_here: return refuse("unknown_card", "The district cannot be reached and this till does not know the card; try again later.");
        case Trouble::blocked: return refuse("card_blocked", "This card is lost or blocked; nothing was put on it.");
        case Trouble::replaced: return refuse("card_replaced", "Another card took over this account; use the new one.");
        case Trouble::not_enrolled: return refuse("not_enrolled", "This till belongs to no district, so cards cannot be topped up here.");
        case Trouble::not_offline: return refuse("card_offline", "The district cannot be reached and allows no cards without it; try again later.");
    }
    return refuse("unknown_card", "This card cannot be topped up.");
}

Answer<payment::Unit> check_cash(const TopUpAction& action) {
    if (action.card.empty()) return refuse("bad_request", "\"card\" is missing.");
    if (action.amount <= sync::Money() || action.amount > top_up::kMost || action.amount.in_fen() % 100 != 0)
        return refuse("bad_request", "\"amount_fen\" must be whole yuan, at most " + payment::to_yuan(top_up::kMost) + " at a time.");
    if (action.given && *action.given < action.amount) return refuse("underpaid", "Cash given is less than the top-up; ask for the rest.");
    return payment::Unit{};
}

}  // namespace

Answer<std::string> play_top_up(Till& till, const std::string& ref, const TopUpAction& action, CardDesk::OpenLine line) {
    if (auto right = check_cash(action); !right) return tl::make_unexpected(right.error());
    // Cut off before its answer: what is written down stands, whatever became of the card since.
    MULIN_ASK(const auto before, till.store().refunds().find_top_up_by_ref(ref));
    if (before) return top_up_answer(ref, *before, std::nullopt);
    CardDesk cards(till.store(), till.hash_key(), till.clock(), std::move(line));
    const auto card = look_at_card(till, cards, action.card, "");
    if (auto usable = check_card(card); !usable) return tl::make_unexpected(usable.error());
    const auto made = put_on_card(till, cards, {ref, card, action.amount, action.given.value_or(action.amount), cashier_on_shift(till)});
    if (!made) return tl::make_unexpected(made.error());
    return top_up_answer(ref, made->committed, made->balance);
}

Answer<std::string> play_top_up(Till& till, const std::string& ref, const TopUpAction& action) {
    return play_top_up(till, ref, action, card_line(till.dir()));
}

}  // namespace mulin::pos
