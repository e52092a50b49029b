// Tables that follow from the journal. Nothing here looks at a clock, a setting or anything else that
// is not in the entry, except visitor_reading, which is an aid to lookups and not evidence.

#include "payment/base/check.h"
#include "sync/journal/hex.h"
#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

std::string raw_hash(const std::string& text) {
    std::string bytes(32, '\0');
    MULIN_CHECK(read_hex(text, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()}));
    return bytes;
}

Status put_sale_row(Database& db, std::int64_t id, const Sale& sale) {
    std::optional<std::string> diner;
    if (sale.diner) diner = sale.diner->text();
    return Query(db,
                 "INSERT INTO sale (entry, business_date, minute, meal, service, category, diner, shift, training, "
                 "list_fen, delivery_fen, benefit_fen, paid_fen, cash_rounding_fen) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 id, sale.business_date.days_since_1970(), payment::china_minute_of_day(sale.at), name_of(sale.meal),
                 name_of(sale.service), name_of(sale.category), diner, sale.shift.text(), sale.training,
                 sale.list.in_fen(), sale.delivery.in_fen(), sale.benefit_total().in_fen(), sale.paid.in_fen(),
                 sale.cash_rounding.in_fen())
        .run();
}

Status put_lines(Database& db, std::int64_t id, const Sale& sale) {
    int n = 0;
    for (const auto& line : sale.lines) {
        MULIN_TRY_STATUS(Query(db,
                               "INSERT INTO sale_line (sale, n, item, name_zh, name_en, quantity, weight_g, amount_fen) "
                               "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                               id, n++, line.item.text(), line.name_zh, line.name_en, line.quantity, line.weight_g,
                               line.amount.in_fen())
                             .run());
    }
    return payment::ok();
}

Status put_share(Database& db, std::int64_t id, int n, const char* kind, const std::string& rule,
                 const std::string& payer, Money amount) {
    return Query(db, "INSERT INTO sale_share (sale, n, kind, rule, payer, amount_fen) VALUES (?, ?, ?, ?, ?, ?)", id, n,
                 kind, rule, payer, amount.in_fen())
        .run();
}

Status put_shares(Database& db, std::int64_t id, const Sale& sale) {
    int n = 0;
    for (const auto& benefit : sale.benefits) {
        for (const auto& share : benefit.payers) {
            MULIN_TRY_STATUS(put_share(db, id, n++, "benefit", benefit.rule, share.payer, share.amount));
        }
    }
    for (const auto& amount : sale.operator_amounts) {
        MULIN_TRY_STATUS(put_share(db, id, n++, "operator", amount.rule, amount.payer, amount.amount));
    }
    return payment::ok();
}

Status put_payments(Database& db, std::int64_t id, const Sale& sale) {
    int n = 0;
    for (const auto& part : sale.payments) {
        MULIN_TRY_STATUS(Query(db,
                               "INSERT INTO sale_payment (sale, n, method, channel, attempt, amount_fen) "
                               "VALUES (?, ?, ?, ?, ?, ?)",
                               id, n++, part.method, part.channel, part.attempt.text(), part.amount.in_fen())
                             .run());
    }
    return payment::ok();
}

// sign is 1 when used and -1 when given back.
Status move_counter(Database& db, const CounterUse& use, int sign) {
    return Query(db,
                 "INSERT INTO counter (key, uses, amount_fen) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
                 "uses = uses + excluded.uses, amount_fen = amount_fen + excluded.amount_fen",
                 use.key, sign * use.uses, sign * use.amount.in_fen())
        .run();
}

// What a lease has spent moves with the sale that took from it; the district checks the same sum.
Status move_lease(Database& db, const CounterUse& use, int sign) {
    if (use.lease.empty()) return payment::ok();
    return Query(db,
                 "INSERT INTO lease_spent (lease, uses, amount_fen) VALUES (?, ?, ?) ON CONFLICT (lease) DO UPDATE SET "
                 "uses = uses + excluded.uses, amount_fen = amount_fen + excluded.amount_fen",
                 use.lease, sign * use.uses, sign * use.amount.in_fen())
        .run();
}

Status move_uses(Database& db, const std::vector<CounterUse>& uses, int sign) {
    for (const auto& use : uses) {
        if (sign < 0 && !use.returns_on_void) continue;
        MULIN_TRY_STATUS(move_counter(db, use, sign));
        MULIN_TRY_STATUS(move_lease(db, use, sign));
    }
    return payment::ok();
}

// The first time somebody comes, their name's readings go among the visitors'.
Status note_visitor(Database& db, const std::string& diner) {
    Query known(db, "SELECT 1 FROM visit WHERE diner = ? LIMIT 1", diner);
    MULIN_TRY(const bool came_before, known.next());
    if (came_before) return payment::ok();
    MULIN_TRY(const auto pinyin, listed_pinyin(db, diner));
    return put_readings(db, ReadingTable::visitors, diner, pinyin);
}

Status put_visit(Database& db, std::int64_t id, const Sale& sale) {
    if (!sale.diner) return payment::ok();
    MULIN_TRY_STATUS(note_visitor(db, sale.diner->text()));
    return Query(db,
                 "INSERT INTO visit (diner, meal, business_date, sales, last_sale) VALUES (?, ?, ?, 1, ?) "
                 "ON CONFLICT (diner, meal, business_date) DO UPDATE SET sales = sales + 1, last_sale = excluded.last_sale",
                 sale.diner->text(), name_of(sale.meal), sale.business_date.days_since_1970(), id)
        .run();
}

Status put_request(Database& db, const std::string& ref, std::int64_t id) {
    return Query(db, "INSERT INTO request (ref, entry) VALUES (?, ?)", ref, id).run();
}

Status derive_from(Database& db, std::int64_t id, const Sale& sale) {
    MULIN_TRY_STATUS(put_request(db, sale.ref, id));
    MULIN_TRY_STATUS(put_sale_row(db, id, sale));
    MULIN_TRY_STATUS(put_lines(db, id, sale));
    MULIN_TRY_STATUS(put_shares(db, id, sale));
    MULIN_TRY_STATUS(put_payments(db, id, sale));
    if (sale.training) return payment::ok();
    MULIN_TRY_STATUS(move_uses(db, sale.uses, 1));
    return put_visit(db, id, sale);
}

Status take_back_visit(Database& db, const Sale& sale) {
    if (!sale.diner) return payment::ok();
    const auto diner = sale.diner->text();
    const auto* meal = name_of(sale.meal);
    const auto date = sale.business_date.days_since_1970();
    MULIN_TRY_STATUS(Query(db,
                           "UPDATE visit SET sales = sales - 1, last_sale = coalesce((SELECT max(entry) FROM sale "
                           "WHERE business_date = ?3 AND meal = ?2 AND diner = ?1 AND voided_by IS NULL AND refunded_by IS NULL AND training = 0), 0) "
                           "WHERE diner = ?1 AND meal = ?2 AND business_date = ?3",
                           diner, meal, date)
                         .run());
    return Query(db, "DELETE FROM visit WHERE diner = ?1 AND meal = ?2 AND business_date = ?3 AND sales = 0", diner, meal, date)
        .run();
}

Result<std::int64_t> target_of(Database& db, const EntryKey& key) {
    Query query(db, "SELECT first_entry + ? - 1 FROM epoch WHERE id = ?", key.seq, key.epoch.text());
    MULIN_TRY(const bool found, query.next());
    if (found) return query.integer(0);
    return payment::fail(payment::ErrorCode::corrupt, "A void names a sale that does not exist.");
}

Status derive_void(Database& db, std::int64_t id, const VoidRecord& record, const Sale& sale, std::int64_t target) {
    MULIN_TRY_STATUS(put_request(db, record.ref, id));
    MULIN_TRY_STATUS(Query(db, "UPDATE sale SET voided_by = ?, void_shift = ? WHERE entry = ? AND voided_by IS NULL", id,
                           record.shift.text(), target)
                         .run());
    MULIN_TRY_STATUS(move_uses(db, sale.uses, -1));
    return take_back_visit(db, sale);
}

Result<Sale> sale_at(Database& db, std::int64_t target) {
    Query query(db, "SELECT body FROM entry WHERE id = ?", target);
    MULIN_TRY(const bool found, query.next());
    if (!found) return payment::fail(payment::ErrorCode::corrupt, "A void or refund names a sale that does not exist.");
    MULIN_TRY(auto decoded, decode_body(query.text(0)));
    auto* sale = std::get_if<Sale>(&decoded.body);
    if (sale == nullptr) return payment::fail(payment::ErrorCode::corrupt, "A void or refund names an entry that is no sale.");
    return std::move(*sale);
}

Status derive_from(Database& db, std::int64_t id, const VoidRecord& record) {
    MULIN_TRY(const auto target, target_of(db, record.target));
    MULIN_TRY(const auto sale, sale_at(db, target));
    return derive_void(db, id, record, sale, target);
}

Status put_refund_row(Database& db, std::int64_t id, const RefundRecord& record, std::int64_t target) {
    return Query(db,
                 "INSERT INTO refund (entry, target, business_date, shift, whole, list_fen, benefit_fen, paid_fen, "
                 "cash_rounding_fen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 id, target, record.business_date.days_since_1970(), record.shift.text(), record.whole,
                 record.list_value().in_fen(), record.benefit_total().in_fen(), record.paid.in_fen(),
                 record.cash_rounding.in_fen())
        .run();
}

Status put_refund_parts(Database& db, std::int64_t id, const RefundRecord& record) {
    int n = 0;
    for (const auto& benefit : record.benefits) {
        for (const auto& share : benefit.payers) {
            MULIN_TRY_STATUS(Query(db, "INSERT INTO refund_share (refund, n, rule, payer, amount_fen) VALUES (?, ?, ?, ?, ?)",
                                   id, n++, benefit.rule, share.payer, share.amount.in_fen())
                                 .run());
        }
    }
    n = 0;
    for (const auto& part : record.payments) {
        MULIN_TRY_STATUS(Query(db,
                               "INSERT INTO refund_payment (refund, n, method, channel, attempt, task, amount_fen) "
                               "VALUES (?, ?, ?, ?, ?, ?, ?)",
                               id, n++, part.method, part.channel, part.attempt.text(), part.refund.text(),
                               part.amount.in_fen())
                             .run());
    }
    return payment::ok();
}

Status derive_from(Database& db, std::int64_t id, const RefundRecord& record) {
    MULIN_TRY(const auto target, target_of(db, record.target));
    MULIN_TRY_STATUS(put_request(db, record.ref, id));
    MULIN_TRY_STATUS(put_refund_row(db, id, record, target));
    MULIN_TRY_STATUS(put_refund_parts(db, id, record));
    if (!record.whole) return payment::ok();
    MULIN_TRY_STATUS(Query(db, "UPDATE sale SET refunded_by = ? WHERE entry = ?", id, target).run());
    MULIN_TRY_STATUS(move_uses(db, record.given_back, -1));
    MULIN_TRY(const auto sale, sale_at(db, target));
    return take_back_visit(db, sale);
}

Status derive_from(Database& db, std::int64_t id, const TopUpRecord& record) {
    MULIN_TRY_STATUS(put_request(db, record.ref, id));
    MULIN_TRY_STATUS(Query(db,
                           "INSERT INTO top_up (entry, business_date, shift, card, amount_fen, cash_rounding_fen, training) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?)",
                           id, record.business_date.days_since_1970(), record.shift.text(), record.card,
                           record.amount.in_fen(), record.cash_rounding.in_fen(), record.training)
                         .run());
    int n = 0;
    for (const auto& part : record.payments) {
        MULIN_TRY_STATUS(Query(db,
                               "INSERT INTO top_up_payment (top_up, n, method, channel, attempt, amount_fen) "
                               "VALUES (?, ?, ?, ?, ?, ?)",
                               id, n++, part.method, part.channel, part.attempt.text(), part.amount.in_fen())
                             .run());
    }
    return payment::ok();
}

Status derive_from(Database& db, std::int64_t id, const LeaseReturn& back) {
    return Query(db, "INSERT INTO lease_returned (lease, entry) VALUES (?, ?)", back.lease, id).run();
}

Status derive_from(Database& db, std::int64_t id, const ShiftOpen& shift) {
    return Query(db,
                 "INSERT INTO shift (id, opened, business_date, at_ms, site, cashier, drawer_float_fen) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?)",
                 shift.shift.text(), id, shift.business_date.days_since_1970(), shift.at.ms, shift.site.text(),
                 shift.cashier.text(), shift.drawer_float.in_fen())
        .run();
}

Status derive_from(Database& db, std::int64_t id, const ShiftClose& shift) {
    return Query(db, "UPDATE shift SET closed = ? WHERE id = ?", id, shift.shift.text()).run();
}

Status derive_from(Database&, std::int64_t, const Note&) { return payment::ok(); }
Status derive_from(Database&, std::int64_t, const EpochOpen&) { return payment::ok(); }
Status derive_from(Database&, std::int64_t, const KeyChange&) { return payment::ok(); }
Status derive_from(Database&, std::int64_t, const Countersigned&) { return payment::ok(); }
Status derive_from(Database&, std::int64_t, const DistrictRoot&) { return payment::ok(); }

Status move_head(Database& db, std::int64_t id, const EntryKey& key, const std::string& hash) {
    if (key.seq == 1) {
        return Query(db,
                     "INSERT INTO epoch (n, till, id, first_entry, head_seq, head_hash) "
                     "SELECT coalesce(max(n), 0) + 1, ?, ?, ?, 1, ? FROM epoch",
                     key.till.text(), key.epoch.text(), id, Blob{raw_hash(hash)})
            .run();
    }
    return Query(db, "UPDATE epoch SET head_seq = ?, head_hash = ? WHERE id = ?", key.seq, Blob{raw_hash(hash)},
                 key.epoch.text())
        .run();
}

}  // namespace

Status derive(Database& db, std::int64_t id, const EntryKey& key, const std::string& hash, const EntryBody& body) {
    MULIN_TRY_STATUS(move_head(db, id, key, hash));
    return std::visit([&](const auto& data) { return derive_from(db, id, data); }, body);
}

}  // namespace mulin::sync
