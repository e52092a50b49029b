// Finding a person in well under a millisecond among everybody in the district. Each list puts those
// first who came here lately for this meal, and looks at a bounded number of rows whatever was typed.

#include <algorithm>

#include "sync/store/store_impl.h"
#include "sync/store/word_rows.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

// A list is made in two steps: the hits are ranked from indexes alone, and only those that are shown
// are read in full. Visits come from the primary key of visit: at most one row per day of the window.
// ?1 meal, ?2 first day that counts no more.
#define MULIN_RANKED(hits)                                                                                      \
    "SELECT " MULIN_DINER_COLUMNS ", k.visits, k.latest FROM (SELECT h.id AS id, count(v.diner) AS visits, "     \
    "max(v.business_date) AS latest FROM (" hits ") h LEFT JOIN visit v ON v.diner = h.id AND v.meal = ?1 "      \
    "AND v.business_date > ?2 GROUP BY h.id ORDER BY visits DESC, latest DESC, h.id LIMIT ?3) k "               \
    "CROSS JOIN diner d ON d.id = k.id ORDER BY k.visits DESC, k.latest DESC, k.id"

constexpr const char* kByLast4 =
    MULIN_RANKED("SELECT id FROM diner WHERE id_last4 = ?4 AND active = 1 "
                 "UNION SELECT id FROM diner WHERE phone_last4 = ?4 AND active = 1");
// Everybody who has been here and whose name sounds so; then others, in index order, to fill the list.
constexpr const char* kVisitorsByPinyin =
    MULIN_RANKED("SELECT DISTINCT diner AS id FROM visitor_reading WHERE reading >= ?4 AND reading < ?5");
constexpr const char* kEverybodyByPinyin =
    "SELECT " MULIN_DINER_COLUMNS ", 0, NULL FROM (SELECT reading, diner FROM diner_reading WHERE reading >= ?1 AND reading < ?2 "
    "ORDER BY reading, diner LIMIT ?3) r CROSS JOIN diner d ON d.id = r.diner ORDER BY r.reading, r.diner";
constexpr const char* kUsuallyHere =
    MULIN_RANKED("SELECT diner AS id FROM sale WHERE business_date > ?4 AND business_date <= ?5 AND meal = ?1 "
                 "AND diner IS NOT NULL GROUP BY diner ORDER BY count(*) DESC LIMIT ?3");
constexpr int kUsualDays = 28;

DinerMatch read_match(const Query& row) {
    DinerMatch match{read_diner(row), row.integer(20), {}};
    if (!row.is_null(21)) match.last_visit = Date::from_days(static_cast<std::int32_t>(row.integer(21)));
    return match;
}

Status add_matches(Query& query, std::size_t limit, std::vector<DinerMatch>& matches) {
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more || matches.size() >= limit) return payment::ok();
        auto match = read_match(query);
        const auto same = [&](const DinerMatch& other) { return other.diner.id == match.diner.id; };
        if (std::none_of(matches.begin(), matches.end(), same)) matches.push_back(std::move(match));
    }
}

std::int32_t window_start(const LookupAt& at) { return at.today.plus_days(-kVisitWindowDays).days_since_1970(); }

// Upper case letters and nothing else; empty when there is anything else.
std::string plain_initials(const std::string& typed) {
    std::string initials;
    for (char c : typed) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c < 'A' || c > 'Z') return {};
        initials += c;
    }
    return initials;
}

using Order = std::vector<std::pair<std::string, std::int64_t>>;

Result<Order> order_of(Database& db, std::int64_t sale) {
    Order order;
    Query lines(db, "SELECT item, sum(quantity) FROM sale_line WHERE sale = ? GROUP BY item ORDER BY item", sale);
    for (;;) {
        MULIN_TRY(const bool more, lines.next());
        if (!more) return order;
        order.emplace_back(lines.text(0), lines.integer(1));
    }
}

Result<std::vector<Order>> latest_orders(Database& db, const DinerId& diner, Meal meal) {
    std::vector<Order> orders;
    Query visits(db, "SELECT last_sale FROM visit WHERE diner = ? AND meal = ? ORDER BY business_date DESC LIMIT 10",
                 diner.text(), name_of(meal));
    for (;;) {
        MULIN_TRY(const bool more, visits.next());
        if (!more) return orders;
        MULIN_TRY(auto order, order_of(db, visits.integer(0)));
        if (!order.empty()) orders.push_back(std::move(order));
    }
}

// Of equally frequent orders the one taken latest.
const Order& most_frequent(const std::vector<Order>& orders) {
    const auto times = [&](const Order& order) { return std::count(orders.begin(), orders.end(), order); };
    return *std::max_element(orders.begin(), orders.end(),
                             [&](const Order& a, const Order& b) { return times(a) < times(b); });
}

}  // namespace

Result<std::optional<Diner>> TerminalStore::diner(const DinerId& id) {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db, "SELECT " MULIN_DINER_COLUMNS " FROM diner d WHERE d.id = ?", id.text());
    MULIN_TRY(const bool found, query.next());
    return found ? std::optional(read_diner(query)) : std::nullopt;
}

Result<std::optional<Diner>> TerminalStore::diner_by_id_hash(const std::string& id_hash) {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db,
                "SELECT " MULIN_DINER_COLUMNS " FROM diner d WHERE d.id_hash = ? AND d.id_hash <> '' ORDER BY d.id LIMIT 1", id_hash);
    MULIN_TRY(const bool found, query.next());
    return found ? std::optional(read_diner(query)) : std::nullopt;
}

Result<std::optional<CardMatch>> TerminalStore::diner_by_card(const std::string& card_hash) {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db,
                "SELECT " MULIN_DINER_COLUMNS ", c.last4, c.kind, c.blocked OR " MULIN_CARD_IS_DENIED("c.hash")
                " FROM card c JOIN diner d ON d.id = c.diner WHERE c.hash = ?",
                card_hash);
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    auto diner = read_diner(query);
    Card card{card_hash, query.text(20), query.text(21), diner.id, query.integer(22) != 0};
    return CardMatch{std::move(card), std::move(diner)};
}

Result<std::vector<DinerMatch>> TerminalStore::diners_by_last4(const std::string& last4, const LookupAt& at) {
    if (last4.size() != 4) return fail(ErrorCode::invalid_input, "Type the last four characters.");
    const std::lock_guard guard(impl_->mutex);
    std::vector<DinerMatch> matches;
    Query query(impl_->db, kByLast4, name_of(at.meal), window_start(at), at.limit, last4);
    MULIN_TRY_STATUS(add_matches(query, static_cast<std::size_t>(at.limit), matches));
    return matches;
}

Result<std::vector<DinerMatch>> TerminalStore::diners_by_pinyin(const std::string& typed, const LookupAt& at) {
    const auto from = plain_initials(typed);
    if (from.empty()) return fail(ErrorCode::invalid_input, "Type the initials of the name, letters only.");
    const auto until = from + "~";  // after every letter
    const auto limit = static_cast<std::size_t>(at.limit);
    const std::lock_guard guard(impl_->mutex);
    std::vector<DinerMatch> matches;
    Query visitors(impl_->db, kVisitorsByPinyin, name_of(at.meal), window_start(at), at.limit, from, until);
    MULIN_TRY_STATUS(add_matches(visitors, limit, matches));
    if (matches.size() >= limit) return matches;
    // Some of these stand in the list already, so up to twice the limit are looked at.
    Query others(impl_->db, kEverybodyByPinyin, from, until, 2 * at.limit);
    MULIN_TRY_STATUS(add_matches(others, limit, matches));
    return matches;
}

Result<std::vector<DinerMatch>> TerminalStore::usually_here(const LookupAt& at) {
    const std::lock_guard guard(impl_->mutex);
    std::vector<DinerMatch> matches;
    Query query(impl_->db, kUsuallyHere, name_of(at.meal), window_start(at), at.limit,
                at.today.plus_days(-kUsualDays).days_since_1970(), at.today.days_since_1970());
    MULIN_TRY_STATUS(add_matches(query, static_cast<std::size_t>(at.limit), matches));
    // Voided sales stand in the index that was asked, and a person may have left the district.
    std::erase_if(matches, [](const DinerMatch& match) { return match.visits == 0 || !match.diner.active; });
    return matches;
}

Result<std::vector<UsualLine>> TerminalStore::usual(const DinerId& diner, Meal meal) {
    const std::lock_guard guard(impl_->mutex);
    MULIN_TRY(const auto orders, latest_orders(impl_->db, diner, meal));
    std::vector<UsualLine> lines;
    if (!orders.empty()) {
        for (const auto& [item, quantity] : most_frequent(orders)) lines.push_back({ItemId(item), quantity});
        return lines;
    }
    Query hint(impl_->db, "SELECT item FROM usual_hint WHERE diner = ? AND meal = ?", diner.text(), name_of(meal));
    MULIN_TRY(const bool found, hint.next());
    if (found) lines.push_back({ItemId(hint.text(0)), 1});
    return lines;
}

Status TerminalStore::replace_usual_hints(std::span<const UsualHint> hints) {
    const std::lock_guard guard(impl_->mutex);
    return impl_->write([&]() -> Status {
        MULIN_TRY_STATUS(impl_->db.run("DELETE FROM usual_hint"));
        for (const auto& hint : hints) {
            MULIN_TRY_STATUS(Query(impl_->db, "INSERT OR REPLACE INTO usual_hint (diner, meal, item) VALUES (?, ?, ?)",
                                   hint.diner.text(), name_of(hint.meal), hint.item.text())
                                 .run());
        }
        return payment::ok();
    });
}

}  // namespace mulin::sync
