// The day in figures, added up by SQLite from the sales of one business date.

#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

// Every query answers: what it is grouped by, sales, list, benefit, paid.
#define MULIN_TALLY "count(*), coalesce(sum(list_fen + delivery_fen), 0), coalesce(sum(benefit_fen), 0), coalesce(sum(paid_fen), 0)"
#define MULIN_COUNTED " FROM sale WHERE business_date = ? AND training = 0 AND voided_by IS NULL "

Tally read_tally(const Query& row) {
    return {row.integer(1), Money::fen(row.integer(2)), Money::fen(row.integer(3)), Money::fen(row.integer(4))};
}

template <class Take>
Status each_row(Query& query, Take take) {
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return payment::ok();
        MULIN_TRY_STATUS(take(query));
    }
}

Status damaged() {
    return payment::fail(payment::ErrorCode::corrupt, "The till's tables hold an unknown word; run journal verify.");
}

template <class Key, class Parse>
Status fill(Query& query, std::map<Key, Tally>& out, Parse parse) {
    return each_row(query, [&](const Query& row) -> Status {
        const std::optional<Key> key = parse(row.text(0));
        if (!key) return damaged();
        out[*key] = read_tally(row);
        return payment::ok();
    });
}

Status fill_amounts(Query& query, std::map<std::string, AmountTally>& out) {
    return each_row(query, [&](const Query& row) -> Status {
        out[row.text(0)] = {row.integer(1), Money::fen(row.integer(2))};
        return payment::ok();
    });
}

Status fill_totals(Database& db, std::int32_t day, DayReport& report) {
    Query total(db, "SELECT 0, " MULIN_TALLY ", coalesce(sum(delivery_fen), 0), coalesce(sum(cash_rounding_fen), 0)" MULIN_COUNTED, day);
    MULIN_TRY_STATUS(total.next());
    report.total = read_tally(total);
    report.delivery = Money::fen(total.integer(5));
    report.cash_rounding = Money::fen(total.integer(6));
    Query voided(db, "SELECT 0, " MULIN_TALLY " FROM sale WHERE business_date = ? AND training = 0 AND voided_by IS NOT NULL", day);
    MULIN_TRY_STATUS(voided.next());
    report.voided = read_tally(voided);
    return payment::ok();
}

Status fill_groups(Database& db, std::int32_t day, DayReport& report) {
    Query meals(db, "SELECT meal, " MULIN_TALLY MULIN_COUNTED "GROUP BY meal", day);
    MULIN_TRY_STATUS(fill(meals, report.by_meal, [](const std::string& name) { return parse_meal(name); }));
    Query services(db, "SELECT service, " MULIN_TALLY MULIN_COUNTED "GROUP BY service", day);
    MULIN_TRY_STATUS(fill(services, report.by_service, [](const std::string& name) { return parse_service(name); }));
    Query categories(db, "SELECT category, " MULIN_TALLY MULIN_COUNTED "GROUP BY category", day);
    MULIN_TRY_STATUS(fill(categories, report.by_category, [](const std::string& name) { return parse_category(name); }));
    Query quarters(db, "SELECT minute / 15 * 15, " MULIN_TALLY MULIN_COUNTED "GROUP BY 1", day);
    return each_row(quarters, [&](const Query& row) -> Status {
        report.by_quarter_hour[static_cast<int>(row.integer(0))] = read_tally(row);
        return payment::ok();
    });
}

Status fill_parts(Database& db, std::int32_t day, DayReport& report) {
    Query payers(db,
                 "SELECT p.payer, count(DISTINCT p.sale), sum(p.amount_fen) FROM sale s JOIN sale_share p ON p.sale = s.entry "
                 "WHERE s.business_date = ? AND s.training = 0 AND s.voided_by IS NULL AND p.kind = 'benefit' GROUP BY p.payer",
                 day);
    MULIN_TRY_STATUS(fill_amounts(payers, report.by_payer));
    Query operators(db,
                    "SELECT p.payer, count(DISTINCT p.sale), sum(p.amount_fen) FROM sale s JOIN sale_share p ON p.sale = s.entry "
                    "WHERE s.business_date = ? AND s.training = 0 AND s.voided_by IS NULL AND p.kind = 'operator' GROUP BY p.payer",
                    day);
    MULIN_TRY_STATUS(fill_amounts(operators, report.by_operator_payer));
    Query tenders(db,
                  "SELECT p.method, count(DISTINCT p.sale), sum(p.amount_fen) FROM sale s JOIN sale_payment p ON p.sale = s.entry "
                  "WHERE s.business_date = ? AND s.training = 0 AND s.voided_by IS NULL GROUP BY p.method",
                  day);
    return fill_amounts(tenders, report.by_tender);
}

Status fill_items(Database& db, std::int32_t day, DayReport& report) {
    // The names of the latest sale stand for the item.
    Query items(db,
                "SELECT l.item, l.name_zh, l.name_en, sum(l.quantity), sum(l.weight_g), sum(l.amount_fen), max(s.entry) "
                "FROM sale s JOIN sale_line l ON l.sale = s.entry "
                "WHERE s.business_date = ? AND s.training = 0 AND s.voided_by IS NULL GROUP BY l.item",
                day);
    return each_row(items, [&](const Query& row) -> Status {
        report.by_item[row.text(0)] = {row.text(1), row.text(2), row.integer(3), row.integer(4), Money::fen(row.integer(5))};
        return payment::ok();
    });
}

Status fill_refunds(Database& db, std::int32_t day, DayReport& report) {
    Query total(db,
                "SELECT 0, count(*), coalesce(sum(list_fen), 0), coalesce(sum(benefit_fen), 0), coalesce(sum(paid_fen), 0) "
                "FROM refund WHERE business_date = ?",
                day);
    MULIN_TRY_STATUS(total.next());
    report.refunded = read_tally(total);
    Query payers(db,
                 "SELECT p.payer, count(DISTINCT p.refund), sum(p.amount_fen) FROM refund r JOIN refund_share p "
                 "ON p.refund = r.entry WHERE r.business_date = ? GROUP BY p.payer",
                 day);
    MULIN_TRY_STATUS(fill_amounts(payers, report.refunded_by_payer));
    Query tenders(db,
                  "SELECT p.method, count(DISTINCT p.refund), sum(p.amount_fen) FROM refund r JOIN refund_payment p "
                  "ON p.refund = r.entry WHERE r.business_date = ? GROUP BY p.method",
                  day);
    return fill_amounts(tenders, report.refunded_by_tender);
}

Status fill_top_ups(Database& db, std::int32_t day, DayReport& report) {
    Query total(db, "SELECT count(*), coalesce(sum(amount_fen), 0) FROM top_up WHERE business_date = ? AND training = 0", day);
    MULIN_TRY_STATUS(total.next());
    report.top_ups = {total.integer(0), Money::fen(total.integer(1))};
    Query tenders(db,
                  "SELECT p.method, count(DISTINCT p.top_up), sum(p.amount_fen) FROM top_up t JOIN top_up_payment p "
                  "ON p.top_up = t.entry WHERE t.business_date = ? AND t.training = 0 GROUP BY p.method",
                  day);
    return fill_amounts(tenders, report.top_ups_by_tender);
}

}  // namespace

Result<DayReport> TerminalStore::day_report(Date date) {
    const std::lock_guard guard(impl_->mutex);
    const auto day = date.days_since_1970();
    DayReport report;
    report.date = date;
    MULIN_TRY_STATUS(fill_totals(impl_->db, day, report));
    MULIN_TRY_STATUS(fill_groups(impl_->db, day, report));
    MULIN_TRY_STATUS(fill_parts(impl_->db, day, report));
    MULIN_TRY_STATUS(fill_items(impl_->db, day, report));
    MULIN_TRY_STATUS(fill_refunds(impl_->db, day, report));
    MULIN_TRY_STATUS(fill_top_ups(impl_->db, day, report));
    return report;
}

}  // namespace mulin::sync
