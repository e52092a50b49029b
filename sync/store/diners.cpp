// Diners and cards as stored rows: from the district, or registered at this counter.

#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

// Calls take(word) for each blank-separated word, as long as it returns ok.
template <class Take>
Status each_word(const std::string& text, Take take) {
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find(' ', from), text.size());
        if (end > from) MULIN_TRY_STATUS(take(text.substr(from, end - from)));
        from = end + 1;
    }
    return payment::ok();
}

Status move_readings(Database& db, const Diner& diner, const std::string& before) {
    const auto& id = diner.id.text();
    const std::string after = diner.active ? diner.pinyin : "";
    if (before == after) return payment::ok();
    MULIN_TRY_STATUS(drop_readings(db, ReadingTable::everybody, id, before));
    MULIN_TRY_STATUS(drop_readings(db, ReadingTable::visitors, id, before));
    MULIN_TRY_STATUS(put_readings(db, ReadingTable::everybody, id, after));
    Query visits(db, "SELECT 1 FROM visit WHERE diner = ? LIMIT 1", id);
    MULIN_TRY(const bool came, visits.next());
    return came ? put_readings(db, ReadingTable::visitors, id, after) : payment::ok();
}

Status put_row(Database& db, const Diner& d) {
    return Query(db,
                 "INSERT INTO diner (id, name, pinyin, birth_date, sex, id_hash, id_last4, phone_last4, hukou, residence, "
                 "road, aid, disability_grade, care, living, tags, approved, cards, diet, active) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                 "name = excluded.name, pinyin = excluded.pinyin, birth_date = excluded.birth_date, sex = excluded.sex, "
                 "id_hash = excluded.id_hash, id_last4 = excluded.id_last4, phone_last4 = excluded.phone_last4, "
                 "hukou = excluded.hukou, residence = excluded.residence, road = excluded.road, aid = excluded.aid, "
                 "disability_grade = excluded.disability_grade, care = excluded.care, living = excluded.living, "
                 "tags = excluded.tags, approved = excluded.approved, cards = excluded.cards, diet = excluded.diet, "
                 "active = excluded.active",
                 d.id.text(), d.name, d.pinyin, d.birth_date.days_since_1970(), name_of(d.sex), d.id_hash, d.id_last4,
                 d.phone_last4, d.hukou, d.residence, d.road, join_list(d.aid), d.disability_grade, d.care,
                 join_list(d.living), join_list(d.tags), join_list(d.approved), join_list(d.cards), d.diet, d.active)
        .run();
}

Status put_diner(Database& db, const Diner& diner) {
    if (diner.id.empty()) return fail(ErrorCode::invalid_input, "A diner needs an id.");
    MULIN_TRY(const auto before, listed_pinyin(db, diner.id.text()));
    MULIN_TRY_STATUS(put_row(db, diner));
    return move_readings(db, diner, before);
}

Status put_card(Database& db, const Card& card) {
    if (card.hash.empty()) return fail(ErrorCode::invalid_input, "A card needs its hash.");
    return Query(db, "INSERT OR REPLACE INTO card (hash, last4, kind, diner, blocked) VALUES (?, ?, ?, ?, ?)", card.hash,
                 card.last4, card.kind, card.diner.text(), card.blocked)
        .run();
}

Status check_unknown(Database& db, const Diner& diner, std::span<const Card> cards) {
    Query same(db, "SELECT id FROM diner WHERE id = ?1 OR (?2 <> '' AND id_hash = ?2 AND id_hash <> '')", diner.id.text(),
               diner.id_hash);
    MULIN_TRY(const bool found, same.next());
    if (found) return fail(ErrorCode::conflict, "This person is registered already as " + same.text(0) + ".");
    for (const auto& card : cards) {
        Query bound(db, "SELECT diner FROM card WHERE hash = ?", card.hash);
        MULIN_TRY(const bool known, bound.next());
        if (known) return fail(ErrorCode::conflict, "This card belongs to " + bound.text(0) + " already.");
        if (card.diner != diner.id) return fail(ErrorCode::invalid_input, "The card names another diner.");
    }
    return payment::ok();
}

Result<std::vector<Card>> cards_of(Database& db, const DinerId& diner) {
    std::vector<Card> cards;
    Query query(db, "SELECT hash, last4, kind, blocked FROM card WHERE diner = ? ORDER BY hash", diner.text());
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return cards;
        cards.push_back({query.text(0), query.text(1), query.text(2), diner, query.integer(3) != 0});
    }
}

}  // namespace

Result<std::string> listed_pinyin(Database& db, const std::string& diner) {
    Query query(db, "SELECT pinyin FROM diner WHERE id = ? AND active = 1", diner);
    MULIN_TRY(const bool found, query.next());
    return found ? query.text(0) : std::string();
}

Status put_readings(Database& db, ReadingTable table, const std::string& diner, const std::string& pinyin) {
    const char* sql = table == ReadingTable::everybody
                          ? "INSERT OR IGNORE INTO diner_reading (reading, diner) VALUES (?, ?)"
                          : "INSERT OR IGNORE INTO visitor_reading (reading, diner) VALUES (?, ?)";
    return each_word(pinyin, [&](const std::string& word) { return Query(db, sql, word, diner).run(); });
}

Status drop_readings(Database& db, ReadingTable table, const std::string& diner, const std::string& pinyin) {
    const char* sql = table == ReadingTable::everybody ? "DELETE FROM diner_reading WHERE reading = ? AND diner = ?"
                                                       : "DELETE FROM visitor_reading WHERE reading = ? AND diner = ?";
    return each_word(pinyin, [&](const std::string& word) { return Query(db, sql, word, diner).run(); });
}

std::string join_list(const std::vector<std::string>& values) {
    std::string text;
    for (const auto& value : values) {
        if (!text.empty()) text += '\n';
        text += value;
    }
    return text;
}

std::vector<std::string> split_list(const std::string& text) {
    std::vector<std::string> values;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find('\n', from), text.size());
        values.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return values;
}

Diner read_diner(const Query& row, int first) {
    int at = first;
    Diner d;
    d.id = DinerId(row.text(at++));
    d.name = row.text(at++);
    d.pinyin = row.text(at++);
    d.birth_date = Date::from_days(static_cast<std::int32_t>(row.integer(at++)));
    d.sex = parse_sex(row.text(at++)).value_or(Sex::female);
    d.id_hash = row.text(at++);
    d.id_last4 = row.text(at++);
    d.phone_last4 = row.text(at++);
    d.hukou = row.text(at++);
    d.residence = row.text(at++);
    d.road = row.text(at++);
    d.aid = split_list(row.text(at++));
    d.disability_grade = static_cast<int>(row.integer(at++));
    d.care = row.text(at++);
    d.living = split_list(row.text(at++));
    d.tags = split_list(row.text(at++));
    d.approved = split_list(row.text(at++));
    d.cards = split_list(row.text(at++));
    d.diet = row.text(at++);
    d.active = row.integer(at) != 0;
    return d;
}

Status TerminalStore::upsert_diners(std::span<const Diner> diners) {
    // In pieces, so that a sale never waits long behind the whole district's list.
    constexpr std::size_t kPiece = 1000;
    while (!diners.empty()) {
        const auto piece = diners.first(std::min(kPiece, diners.size()));
        diners = diners.subspan(piece.size());
        const std::lock_guard guard(impl_->mutex);
        const auto put_piece = [&]() -> Status {
            for (const auto& diner : piece) MULIN_TRY_STATUS(put_diner(impl_->db, diner));
            return payment::ok();
        };
        MULIN_TRY_STATUS(impl_->write(put_piece));
    }
    return payment::ok();
}

Status TerminalStore::upsert_cards(std::span<const Card> cards) {
    const std::lock_guard guard(impl_->mutex);
    return impl_->write([&]() -> Status {
        for (const auto& card : cards) MULIN_TRY_STATUS(put_card(impl_->db, card));
        return payment::ok();
    });
}

Status TerminalStore::register_diner(const Diner& diner, std::span<const Card> cards) {
    const std::lock_guard guard(impl_->mutex);
    return impl_->write([&]() -> Status {
        MULIN_TRY_STATUS(check_unknown(impl_->db, diner, cards));
        MULIN_TRY_STATUS(put_diner(impl_->db, diner));
        for (const auto& card : cards) MULIN_TRY_STATUS(put_card(impl_->db, card));
        return Query(impl_->db, "INSERT INTO diner_outbox (diner) VALUES (?)", diner.id.text()).run();
    });
}

Result<std::vector<WaitingDiner>> TerminalStore::waiting_diners(int limit) {
    const std::lock_guard guard(impl_->mutex);
    std::vector<WaitingDiner> waiting;
    Query query(impl_->db,
                "SELECT o.id, " MULIN_DINER_COLUMNS
                " FROM diner_outbox o JOIN diner d ON d.id = o.diner WHERE o.uploaded = 0 ORDER BY o.id LIMIT ?",
                limit);
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return waiting;
        WaitingDiner one{query.integer(0), read_diner(query, 1), {}};
        MULIN_TRY(one.cards, cards_of(impl_->db, one.diner.id));
        waiting.push_back(std::move(one));
    }
}

Status TerminalStore::mark_diner_uploaded(std::int64_t id) {
    const std::lock_guard guard(impl_->mutex);
    return impl_->write([&] { return Query(impl_->db, "UPDATE diner_outbox SET uploaded = 1 WHERE id = ?", id).run(); });
}

Result<std::int64_t> TerminalStore::diner_count() {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db, "SELECT count(*) FROM diner");
    MULIN_TRY_STATUS(query.next());
    return query.integer(0);
}

Result<std::vector<std::string>> TerminalStore::roads_of(const std::string& residence, int limit) {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db,
                "SELECT road FROM diner WHERE residence = ? AND road <> '' GROUP BY road "
                "ORDER BY count(*) DESC, road LIMIT ?",
                residence, limit);
    std::vector<std::string> roads;
    for (;;) {
        MULIN_TRY(const bool row, query.next());
        if (!row) return roads;
        roads.push_back(query.text(0));
    }
}

}  // namespace mulin::sync
