#include "sync/store/card_shelf.h"

#include <charconv>

#include "sync/store/store_impl.h"
#include "sync/store/word_rows.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

#define MULIN_CARD_NOTE_COLUMNS "SELECT id, kind, card, amount_fen, at_ms, returned, told FROM card_note "

CardNote read_note(const Query& row) {
    return {row.text(0), row.text(1), row.text(2), Money::fen(row.integer(3)), {row.integer(4)}, row.integer(5) != 0,
            row.integer(6) != 0};
}

Result<std::optional<CardNote>> find_note(Database& db, const std::string& id) {
    Query query(db, MULIN_CARD_NOTE_COLUMNS "WHERE id = ?", id);
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    return read_note(query);
}

Result<Money> sum_of(Query& query) {
    MULIN_TRY_STATUS(query.next());
    return Money::fen(query.integer(0));
}

Result<Money> granted_to_card(Database& db, const std::string& card, Date day) {
    Query query(db, "SELECT coalesce(sum(amount_fen), 0) FROM card_note WHERE kind = 'debit' AND returned = 0 AND card = ? AND day = ?",
                card, day.days_since_1970());
    return sum_of(query);
}

Result<Money> granted_by_till(Database& db, Date day) {
    Query query(db, "SELECT coalesce(sum(amount_fen), 0) FROM card_note WHERE kind = 'debit' AND returned = 0 AND day = ?",
                day.days_since_1970());
    return sum_of(query);
}

Result<std::optional<CardHeard>> heard_of(Database& db, const std::string& card) {
    Query query(db, "SELECT balance_fen, state, heard_ms FROM card_heard WHERE card = ?", card);
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    CardHeard heard{Money::fen(query.integer(0)), query.text(1), {query.integer(2)}};
    Query open(db, "SELECT coalesce(sum(CASE kind WHEN 'debit' THEN -amount_fen ELSE amount_fen END), 0) FROM card_note "
                   "WHERE card = ? AND returned = 0 AND told = 0", card);
    MULIN_TRY(const auto change, sum_of(open));
    heard.balance += change;
    return heard;
}

Status insert_note(Database& db, const CardNote& note, Date day) {
    return Query(db, "INSERT INTO card_note (id, kind, card, amount_fen, day, at_ms, returned, told) VALUES (?, ?, ?, ?, ?, ?, 0, 0)",
                 note.id, note.kind, note.card, note.amount.in_fen(), day.days_since_1970(), note.at.ms).run();
}
// The card as the district's last bundle had it, and as this counter knows it.
Result<std::string> refusal_of_card(Database& db, const std::string& card) {
    Query query(db, "SELECT blocked OR " MULIN_CARD_IS_DENIED("?1") " FROM card WHERE hash = ?1", card);
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::string("offline_unknown_card");
    return query.integer(0) != 0 ? std::string("offline_blocked") : std::string();
}

Result<std::string> refusal_of(Database& db, const CardNote& debit, const CardRules& rules, Date day) {
    MULIN_TRY(auto refusal, refusal_of_card(db, debit.card));
    if (!refusal.empty()) return refusal;
    MULIN_TRY(const auto heard, heard_of(db, debit.card));
    if (heard && !heard->state.empty() && heard->state != "active") return std::string("offline_blocked");
    if (rules.offline_card_day.is_zero() || rules.offline_till_day.is_zero()) return std::string("offline_not_allowed");
    if (heard && debit.amount > heard->balance) return std::string("insufficient");
    MULIN_TRY(const auto of_card, granted_to_card(db, debit.card, day));
    MULIN_TRY(const auto of_till, granted_by_till(db, day));
    const bool fits = debit.amount <= rules.offline_card_day - std::min(of_card, rules.offline_card_day) &&
                      debit.amount <= rules.offline_till_day - std::min(of_till, rules.offline_till_day);
    return fits ? std::string() : std::string("offline_limit");
}

}  // namespace

Result<std::string> CardShelf::grant(const CardNote& debit, const CardRules& rules) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto known, find_note(store_.db, debit.id));
    if (known) {
        if (known->card == debit.card && known->amount == debit.amount && !known->returned) return std::string();
        return fail(ErrorCode::conflict, "This payment was already granted offline with another amount, or given back.");
    }
    // A clock that was set back opens no day again.
    const Date day = std::max(payment::china_date(debit.at), payment::china_date(store_.known_time()));
    std::string refusal;
    MULIN_TRY_STATUS(store_.write([&]() -> Status {
        MULIN_TRY(refusal, refusal_of(store_.db, debit, rules, day));
        return refusal.empty() ? insert_note(store_.db, debit, day) : payment::ok();
    }));
    return refusal;
}

Status CardShelf::take_top_up(const CardNote& top_up) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto known, find_note(store_.db, top_up.id));
    if (known && known->kind == top_up.kind && known->card == top_up.card && known->amount == top_up.amount) return payment::ok();
    if (known) return fail(ErrorCode::conflict, "This top-up was already taken for another card or amount.");
    return store_.write([&] { return insert_note(store_.db, top_up, payment::china_date(top_up.at)); });
}

Result<std::optional<CardNote>> CardShelf::find(const std::string& id) {
    const std::lock_guard guard(store_.mutex);
    return find_note(store_.db, id);
}

Result<bool> CardShelf::give_back(const std::string& id) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto known, find_note(store_.db, id));
    if (!known || known->kind != "debit") return false;
    if (known->returned) return true;
    MULIN_TRY_STATUS(store_.write([&] { return Query(store_.db, "UPDATE card_note SET returned = 1, told = 0 WHERE id = ?", id).run(); }));
    return true;
}

Result<std::vector<CardNote>> CardShelf::untold(int limit) {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, MULIN_CARD_NOTE_COLUMNS "WHERE told = 0 ORDER BY at_ms, id LIMIT ?", limit);
    std::vector<CardNote> notes;
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return notes;
        notes.push_back(read_note(query));
    }
}

Status CardShelf::mark_told(const CardNote& note) {
    const std::lock_guard guard(store_.mutex);
    return store_.write([&] {
        return Query(store_.db, "UPDATE card_note SET told = 1 WHERE id = ? AND returned = ?", note.id, note.returned ? 1 : 0).run();
    });
}

Status CardShelf::hear(const std::string& card, const CardHeard& heard) { return hear_all({{card, heard}}); }

Status CardShelf::hear_all(const std::vector<std::pair<std::string, CardHeard>>& cards) {
    const std::lock_guard guard(store_.mutex);
    return store_.write([&]() -> Status {
        for (const auto& [card, heard] : cards) {
            Query write(store_.db, "INSERT OR REPLACE INTO card_heard (card, balance_fen, state, heard_ms) VALUES (?, ?, ?, ?)",
                        card, heard.balance.in_fen(), heard.state, heard.at.ms);
            MULIN_TRY_STATUS(write.run());
        }
        return payment::ok();
    });
}

Result<std::optional<CardHeard>> CardShelf::last_heard(const std::string& card) {
    const std::lock_guard guard(store_.mutex);
    return heard_of(store_.db, card);
}

Result<Money> CardShelf::granted(const std::string& card, Date day) {
    const std::lock_guard guard(store_.mutex);
    return granted_to_card(store_.db, card, day);
}

Result<CardRules> CardShelf::rules() {
    const std::lock_guard guard(store_.mutex);
    CardRules rules;
    for (auto& [key, limit] : {std::pair(kOfflineCardDay, &rules.offline_card_day), std::pair(kOfflineTillDay, &rules.offline_till_day)}) {
        Query query(store_.db, "SELECT value FROM setting WHERE key = ?", key);
        MULIN_TRY(const bool found, query.next());
        if (!found) continue;
        const std::string text = query.text(0);
        std::int64_t fen = -1;
        std::from_chars(text.data(), text.data() + text.size(), fen);
        *limit = Money::fen(std::max<std::int64_t>(fen, 0));
    }
    return rules;
}

Result<std::vector<Card>> CardShelf::cards_of(const DinerId& diner) {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, "SELECT hash, last4, kind, blocked OR " MULIN_CARD_IS_DENIED("hash") " FROM card WHERE diner = ? ORDER BY hash",
                diner.text());
    std::vector<Card> cards;
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return cards;
        cards.push_back({query.text(0), query.text(1), query.text(2), diner, query.integer(3) != 0});
    }
}

Status CardShelf::report_lost(const std::string& card, UtcInstant at) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto refusal, refusal_of_card(store_.db, card));
    if (refusal == "offline_unknown_card") return fail(ErrorCode::not_found, "This card is not in the till's list; tell the district by telephone.");
    return store_.write([&] {
        return Query(store_.db, "INSERT OR IGNORE INTO lost_here (card, at_ms, told, told_change, incarnation) VALUES (?, ?, 0, 0, '')",
                     card, at.ms)
            .run();
    });
}

Result<std::vector<LostCard>> CardShelf::untold_lost() {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, "SELECT card, at_ms FROM lost_here WHERE told = 0 ORDER BY at_ms, card");
    std::vector<LostCard> cards;
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return cards;
        cards.push_back({query.text(0), {query.integer(1)}});
    }
}

Status CardShelf::mark_lost_told(const std::string& card, std::int64_t change) {
    const std::lock_guard guard(store_.mutex);
    return store_.write([&] {
        return Query(store_.db,
                     "UPDATE lost_here SET told = 1, told_change = ?2, incarnation = coalesce((SELECT value FROM setting WHERE key = "
                     "'sync.incarnation'), '') WHERE card = ?1",
                     card, change)
            .run();
    });
}

CardShelf TerminalStore::cards() { return CardShelf(*impl_); }

}  // namespace mulin::sync
