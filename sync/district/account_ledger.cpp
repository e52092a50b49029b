#include "sync/district/account_ledger.h"

#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "sync/wire/fields.h"
#include "sync/wire/limits.h"
#include "sync/wire/record_json.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr const char* kRulesKey = "card_rules";

#define MULIN_BOOKING_COLUMNS                                                                        \
    "SELECT id, kind, state, code, card, account, debit, amount_fen, till, site, at_ms, received_ms, " \
    "offline FROM card_booking "

Booking read_booking(const database::Statement& row) {
    Booking booking;
    booking.id = row.text(0);
    booking.kind = row.text(1);
    booking.state = row.text(2);
    booking.code = row.text(3);
    booking.card = row.text(4);
    booking.account = row.text(5);
    booking.debit = row.text(6);
    booking.amount = Money::fen(row.number(7));
    booking.till = TillId(row.text(8));
    booking.site = SiteId(row.text(9));
    booking.at = {row.number(10)};
    booking.received = {row.number(11)};
    booking.offline = row.number(12) != 0;
    return booking;
}

std::optional<CardView::State> parse_state(const std::string& name) {
    for (const auto state : {CardView::State::active, CardView::State::blocked, CardView::State::replaced}) {
        if (name == name_of(state)) return state;
    }
    return std::nullopt;
}

}  // namespace

// Who a card belongs to stands in the directory; when it was blocked, here.
Result<CardView> AccountLedger::card(const std::string& hash) {
    CardView view;
    auto known = database_.prepare("SELECT record FROM card WHERE hash = ?");
    known.bind(hash);
    MULIN_TRY(const bool found, known.step());
    if (!found) return view;
    MULIN_TRY(const auto value, parse_object(known.text(0), kMaxUploadBytes, "card"));
    Fields fields(*value, "card");
    const Card card = read_card(fields);
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    view.account = diner_account(card.diner);
    view.state = card.blocked ? CardView::State::blocked : CardView::State::active;
    auto link = database_.prepare("SELECT state, since_ms FROM card_link WHERE card = ?");
    link.bind(hash);
    MULIN_TRY(const bool marked, link.step());
    if (marked) {
        const auto state = parse_state(link.text(0));
        if (!state) return fail(ErrorCode::corrupt, "The state of a card in the district's database is not known.");
        // Whoever imports a card as blocked blocks it; only the account service takes that back.
        if (*state != CardView::State::active || !card.blocked) view.state = *state;
        view.since = {link.number(1)};
    }
    return view;
}

Status AccountLedger::set_card(const std::string& hash, CardView::State state, UtcInstant since,
                               const std::string& replaced_by) {
    auto drop = database_.prepare("DELETE FROM card_link WHERE card = ?");
    drop.bind(hash);
    MULIN_TRY_STATUS(drop.run());
    auto write =
        database_.prepare("INSERT INTO card_link (card, state, since_ms, replaced_by) VALUES (?, ?, ?, ?)");
    write.bind(hash).bind(name_of(state)).bind(since.ms).bind(replaced_by);
    return write.run();
}

Result<std::optional<Booking>> AccountLedger::booking(const std::string& id) {
    auto row = database_.prepare(MULIN_BOOKING_COLUMNS "WHERE id = ?");
    row.bind(id);
    MULIN_TRY(const bool found, row.step());
    if (!found) return std::nullopt;
    return read_booking(row);
}

Status AccountLedger::insert(const Booking& booking) {
    auto write = database_.prepare(
        "INSERT INTO card_booking (id, kind, state, code, card, account, debit, amount_fen, till, site, "
        "at_ms, "
        "received_ms, offline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    write.bind(booking.id).bind(booking.kind).bind(booking.state).bind(booking.code).bind(booking.card);
    write.bind(booking.account).bind(booking.debit).bind(booking.amount.in_fen()).bind(booking.till.text());
    write.bind(booking.site.text()).bind(booking.at.ms).bind(booking.received.ms);
    write.bind(std::int64_t{booking.offline ? 1 : 0});
    return write.run();
}

Status AccountLedger::set_state(const std::string& id, const std::string& state, const std::string& code) {
    auto write = database_.prepare("UPDATE card_booking SET state = ?, code = ? WHERE id = ?");
    write.bind(state).bind(code).bind(id);
    return write.run();
}

Result<std::int64_t> AccountLedger::moves_of(const std::string& booking) {
    auto count = database_.prepare("SELECT count(*) FROM card_move WHERE booking = ?");
    count.bind(booking);
    MULIN_TRY_STATUS(count.step().map([](bool) { return payment::Unit{}; }));
    return count.number(0);
}

Status AccountLedger::move(const std::string& booking, const std::vector<AccountMove>& moves, UtcInstant at) {
    MULIN_TRY(std::int64_t n, moves_of(booking));
    for (const AccountMove& one : moves) {
        auto write = database_.prepare(
            "INSERT INTO card_move (booking, n, debit, credit, amount_fen, at_ms) VALUES (?, ?, ?, ?, ?, ?)");
        write.bind(booking).bind(++n).bind(one.debit).bind(one.credit).bind(one.amount.in_fen()).bind(at.ms);
        MULIN_TRY_STATUS(write.run());
        for (const bool debit : {true, false}) {
            auto open = database_.prepare(
                "INSERT INTO card_account (account, debits_fen, credits_fen) VALUES (?, 0, 0) ON CONFLICT DO "
                "NOTHING");
            open.bind(debit ? one.debit : one.credit);
            MULIN_TRY_STATUS(open.run());
        }
        auto debits =
            database_.prepare("UPDATE card_account SET debits_fen = debits_fen + ? WHERE account = ?");
        debits.bind(one.amount.in_fen()).bind(one.debit);
        MULIN_TRY_STATUS(debits.run());
        auto credits =
            database_.prepare("UPDATE card_account SET credits_fen = credits_fen + ? WHERE account = ?");
        credits.bind(one.amount.in_fen()).bind(one.credit);
        MULIN_TRY_STATUS(credits.run());
    }
    return payment::ok();
}

Result<AccountSums> AccountLedger::sums(const std::string& account) {
    auto row = database_.prepare("SELECT debits_fen, credits_fen FROM card_account WHERE account = ?");
    row.bind(account);
    MULIN_TRY(const bool found, row.step());
    if (!found) return AccountSums{};
    return AccountSums{Money::fen(row.number(0)), Money::fen(row.number(1))};
}

Result<DebitLeft> AccountLedger::left_of(const Booking& debit) {
    DebitLeft left;
    left.account = debit.account;
    left.site = debit.site;
    const std::string sales = sales_account(debit.site);
    auto rows = database_.prepare(
        "SELECT m.debit, m.credit, m.amount_fen FROM card_move m WHERE m.booking = ? OR m.booking IN "
        "(SELECT id FROM card_booking WHERE debit = ?)");
    rows.bind(debit.id).bind(debit.id);
    for (;;) {
        MULIN_TRY(const bool more, rows.step());
        if (!more) return left;
        const std::string from = rows.text(0), to = rows.text(1);
        const Money amount = Money::fen(rows.number(2));
        if (to == sales) {
            (from == kSuspense ? left.in_suspense : left.of_diner) += amount;
        } else if (from == sales) {
            (to == kSuspense ? left.in_suspense : left.of_diner) -= amount;
        } else if (to == kSuspense) {  // a person's decision about what stood in suspense
            left.in_suspense -= amount;
            if (from == left.account) left.of_diner += amount;
        }
    }
}

Status AccountLedger::doubt(const std::string& booking, const std::string& kind, Money amount, UtcInstant found) {
    auto write = database_.prepare(
        "INSERT INTO card_doubt (booking, kind, amount_fen, found_ms, resolution) VALUES (?, ?, ?, ?, '') "
        "ON CONFLICT DO NOTHING");
    write.bind(booking).bind(kind).bind(amount.in_fen()).bind(found.ms);
    return write.run();
}

Result<std::vector<Doubt>> AccountLedger::doubts(bool open_only) {
    std::vector<Doubt> found;
    auto rows = database_.prepare(
        "SELECT booking, kind, amount_fen, found_ms, resolution FROM card_doubt ORDER BY found_ms, booking, "
        "kind");
    for (;;) {
        MULIN_TRY(const bool more, rows.step());
        if (!more) return found;
        if (open_only && !rows.text(4).empty()) continue;
        found.push_back({rows.text(0), rows.text(1), Money::fen(rows.number(2)), {rows.number(3)}, rows.text(4)});
    }
}

Status AccountLedger::resolve(const std::string& booking, const std::string& kind, const std::string& resolution) {
    auto write = database_.prepare(
        "UPDATE card_doubt SET resolution = ? WHERE booking = ? AND kind = ? AND resolution = ''");
    write.bind(resolution).bind(booking).bind(kind);
    return write.run();
}

Result<std::vector<Booking>> AccountLedger::bookings_of(const std::string& account, int limit) {
    std::vector<Booking> found;
    auto rows = database_.prepare(MULIN_BOOKING_COLUMNS
                                  "WHERE account = ? ORDER BY received_ms DESC, id DESC LIMIT ?");
    rows.bind(account).bind(std::int64_t{limit});
    for (;;) {
        MULIN_TRY(const bool more, rows.step());
        if (!more) return found;
        found.push_back(read_booking(rows));
    }
}

Result<CardRules> AccountLedger::rules() {
    auto row = database_.prepare("SELECT value FROM meta WHERE key = ?");
    row.bind(kRulesKey);
    MULIN_TRY(const bool found, row.step());
    if (!found) return CardRules{};
    std::istringstream in(row.text(0));
    std::int64_t card = 0, till = 0, tolerance = 0;
    if (!(in >> card >> till >> tolerance)) return fail(ErrorCode::corrupt, "The card limits in the district's database are damaged.");
    return CardRules{Money::fen(card), Money::fen(till), Money::fen(tolerance)};
}

Status AccountLedger::set_rules(const CardRules& rules) {
    auto drop = database_.prepare("DELETE FROM meta WHERE key = ?");
    drop.bind(kRulesKey);
    MULIN_TRY_STATUS(drop.run());
    auto write = database_.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
    write.bind(kRulesKey).bind(std::to_string(rules.offline_card_day.in_fen()) + " " +
                               std::to_string(rules.offline_till_day.in_fen()) + " " + std::to_string(rules.tolerance.in_fen()));
    return write.run();
}

Result<AccountLedger::Audit> AccountLedger::audit() {
    Audit audit;
    std::map<std::string, AccountSums> added;
    auto moves = database_.prepare("SELECT debit, credit, amount_fen FROM card_move");
    for (;;) {
        MULIN_TRY(const bool more, moves.step());
        if (!more) break;
        if (moves.number(2) <= 0) return fail(ErrorCode::corrupt, "A move between card accounts has no amount.");
        added[moves.text(0)].debits += Money::fen(moves.number(2));
        added[moves.text(1)].credits += Money::fen(moves.number(2));
        ++audit.moves;
    }
    auto accounts =
        database_.prepare("SELECT account, debits_fen, credits_fen FROM card_account ORDER BY account");
    for (;;) {
        MULIN_TRY(const bool more, accounts.step());
        if (!more) break;
        const AccountSums& sum = added[accounts.text(0)];
        if (sum.debits.in_fen() != accounts.number(1) || sum.credits.in_fen() != accounts.number(2)) {
            return fail(ErrorCode::corrupt, "The sums of card account " + accounts.text(0) + " are not those of its moves.");
        }
        audit.debits += sum.debits;
        audit.credits += sum.credits;
        ++audit.accounts;
    }
    if (audit.accounts != static_cast<std::int64_t>(added.size()) || audit.debits != audit.credits) {
        return fail(ErrorCode::corrupt, "The debits and credits of the card accounts differ.");
    }
    auto bookings = database_.prepare("SELECT count(*) FROM card_booking");
    MULIN_TRY_STATUS(bookings.step().map([](bool) { return payment::Unit{}; }));
    audit.bookings = bookings.number(0);
    return audit;
}

}  // namespace mulin::sync::server
