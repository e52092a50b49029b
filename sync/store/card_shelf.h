#pragma once
// Stored-value cards at this till: what was granted or taken while the account service could not be
// reached, until it is told, and the last balance heard of a card. A part of TerminalStore: same file, same
// mutex, same promises. The sum granted offline for one card on one day, and for all cards, never passes
// the limits, whatever is repeated, killed or told late: a grant is durable before it is reported.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sync/model/card_rules.h"
#include "sync/model/diner.h"
#include "sync/store/terminal_store.h"

namespace mulin::sync {

struct CardNote {
    std::string id;    // of the attempt or top-up
    std::string kind;  // "debit" or "top_up"
    std::string card;  // keyed hash
    Money amount;
    UtcInstant at;
    bool returned = false;
    bool told = false;  // the service knows it as it now is
    friend bool operator==(const CardNote&, const CardNote&) = default;
};

struct CardHeard {
    Money balance;
    std::string state;  // "active", "blocked", "replaced"
    UtcInstant at;
};

struct LostCard {
    std::string card;
    UtcInstant at;
    friend bool operator==(const LostCard&, const LostCard&) = default;
};

class CardShelf {
  public:
    explicit CardShelf(TerminalStore::Impl& store) : store_(store) {}

    // Empty when granted (also when it was granted before), else why not: "offline_unknown_card",
    // "offline_blocked", "insufficient", "offline_limit", "offline_not_allowed". conflict: the id with
    // other content.
    Result<std::string> grant(const CardNote& debit, const CardRules& rules);
    // Cash has been taken: refused only as conflict, the id with other content. RefundStore::commit_top_up
    // does it in the transaction of the journal entry.
    Status take_top_up(const CardNote& top_up);
    Result<std::optional<CardNote>> find(const std::string& id);
    // The limit is free again. False when there is no such grant.
    Result<bool> give_back(const std::string& id);

    Result<std::vector<CardNote>> untold(int limit);  // oldest first
    // As it was read by untold(); a note that changed meanwhile stays untold.
    Status mark_told(const CardNote& note);

    Status hear(const std::string& card, const CardHeard& heard);
    Status hear_all(const std::vector<std::pair<std::string, CardHeard>>& cards);  // one transaction
    // Less what was granted here and is not told yet.
    Result<std::optional<CardHeard>> last_heard(const std::string& card);
    Result<Money> granted(const std::string& card, Date day);

    Result<CardRules> rules();

    // --- cards that their holders lost
    Result<std::vector<Card>> cards_of(const DinerId& diner);
    // Blocked here from now on, whatever a bundle says, until the district has heard and lifts it. Not
    // found: no card of this district.
    Status report_lost(const std::string& card, UtcInstant at);
    Result<std::vector<LostCard>> untold_lost();
    // change: the number of the district's changes when it had heard; 0 when it did not say, then the card
    // stays blocked here.
    Status mark_lost_told(const std::string& card, std::int64_t change);

  private:
    TerminalStore::Impl& store_;
};

// Settings of the store in which the district's limits stand.
inline constexpr const char* kOfflineCardDay = "cards.offline_card_day_fen";
inline constexpr const char* kOfflineTillDay = "cards.offline_till_day_fen";

}  // namespace mulin::sync
