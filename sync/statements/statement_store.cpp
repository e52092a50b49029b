#include "sync/statements/statement_store.h"

#include <nlohmann/json.hpp>

#include "sync/database/in_transaction.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;
using payment::ErrorCode;
using payment::fail;

// The number under which this very file was imported before.
Result<std::optional<std::int64_t>> file_known(database::Database& database, const BillFile& file) {
    auto query = database.prepare("SELECT id FROM statement_file WHERE channel = ? AND sha256 = ?");
    query.bind(file.channel).bind(file.sha256);
    MULIN_TRY(const bool found, query.step());
    return found ? std::optional(query.number(0)) : std::optional<std::int64_t>();
}

// What of a held transaction must not differ.
struct HeldRow {
    std::string file;
    std::int64_t line = 0;
    std::int64_t amount_fen = 0;
    std::string out_no;
};

Result<std::optional<HeldRow>> held_row(database::Database& database, const std::string& channel,
                                        const StatementRow& row) {
    auto query = database.prepare(
        "SELECT f.name, r.line, r.amount_fen, r.out_no FROM statement_row r JOIN statement_file f ON f.id = "
        "r.file "
        "WHERE r.channel = ? AND r.txn = ? AND r.kind = ? AND r.refund_no = ?");
    query.bind(channel).bind(row.txn).bind(name_of(row.kind)).bind(row.refund_no);
    MULIN_TRY(const bool found, query.step());
    if (!found) return std::optional<HeldRow>();
    return std::optional(HeldRow{query.text(0), query.number(1), query.number(2), query.text(3)});
}

Status insert_row(database::Database& database, std::int64_t in, const std::string& channel,
                  const StatementRow& row) {
    auto write = database.prepare(
        "INSERT INTO statement_row (file, line, channel, kind, out_no, txn, refund_no, at_ms, business_day, "
        "amount_fen, fee_fen, "
        "settled_fen, status, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id");
    write.bind(in).bind(row.line).bind(channel).bind(name_of(row.kind)).bind(row.out_no).bind(row.txn).bind(row.refund_no);
    write.bind(row.at.ms).bind(payment::china_date(row.at).days_since_1970()).bind(row.amount.in_fen()).bind(row.fee.in_fen());
    row.settled ? write.bind(row.settled->in_fen()) : write.bind_null();
    write.bind(row.status).bind(row.raw);
    MULIN_TRY(const auto id, write.returned());
    for (const StatementDiscount& discount : row.discounts) {
        auto part = database.prepare(
            "INSERT INTO statement_discount (statement_row, sponsor, amount_fen) VALUES (?, ?, ?) "
            "ON CONFLICT (statement_row, sponsor) DO UPDATE SET amount_fen = statement_discount.amount_fen + "
            "excluded.amount_fen");
        part.bind(id).bind(discount.sponsor).bind(discount.amount.in_fen());
        MULIN_TRY_STATUS(part.run());
    }
    return payment::ok();
}

Status take_rows(database::Database& database, const BillFile& bill_file, const Bill& bill,
                 ImportedBill& imported) {
    for (const StatementRow& row : bill.rows) {
        MULIN_TRY(const auto held, held_row(database, bill_file.channel, row));
        if (!held) {
            MULIN_TRY_STATUS(insert_row(database, imported.file, bill_file.channel, row));
            ++imported.rows;
            continue;
        }
        if (held->amount_fen != row.amount.in_fen() || held->out_no != row.out_no) {
            return fail(ErrorCode::invalid_input, bill_file.name + " line " + std::to_string(row.line) + ": transaction " + row.txn +
                                                      " is held already with other figures, from " + held->file + " line " +
                                                      std::to_string(held->line) + ". Nothing was imported.");
        }
        ++imported.known;
    }
    return payment::ok();
}

}  // namespace

Result<ImportedBill> import_bill(District& district, const BillFile& file, const Bill& bill) {
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<ImportedBill> {
        ImportedBill imported;
        imported.set_aside = bill.set_aside;
        MULIN_TRY(const auto known, file_known(access.database, file));
        if (known) {
            imported.same_file = true;
            imported.file = *known;
            imported.known = static_cast<std::int64_t>(bill.rows.size());
            return imported;
        }
        auto write = access.database.prepare(
            "INSERT INTO statement_file (channel, name, sha256, encoding, imported_ms, rows, known, set_aside, "
            "text) "
            "VALUES (?, ?, ?, ?, ?, 0, 0, 0, ?) RETURNING id");
        write.bind(file.channel).bind(file.name).bind(file.sha256).bind(file.encoding).bind(district.clock().utc().ms).bind(file.text);
        MULIN_TRY(imported.file, write.returned());
        MULIN_TRY_STATUS(take_rows(access.database, file, bill, imported));
        auto counts =
            access.database.prepare("UPDATE statement_file SET rows = ?, known = ?, set_aside = ? WHERE id = ?");
        counts.bind(imported.rows).bind(imported.known).bind(imported.set_aside).bind(imported.file);
        MULIN_TRY_STATUS(counts.run());
        return imported;
    });
}

Result<std::string> bills_json(District& district) {
    auto access = district.access();
    auto query = access.database.prepare(
        "SELECT f.id, f.channel, f.name, f.sha256, f.encoding, f.imported_ms, f.rows, f.known, f.set_aside, "
        "(SELECT min(business_day) FROM statement_row r WHERE r.file = f.id), (SELECT max(business_day) FROM "
        "statement_row r WHERE "
        "r.file = f.id), (SELECT coalesce(sum(amount_fen), 0) FROM statement_row r WHERE r.file = f.id AND "
        "r.kind = 'pay'), "
        "(SELECT coalesce(sum(amount_fen), 0) FROM statement_row r WHERE r.file = f.id AND r.kind <> 'pay'), "
        "(SELECT coalesce(sum(fee_fen), 0) FROM statement_row r WHERE r.file = f.id) FROM statement_file f "
        "ORDER BY f.id DESC");
    ordered_json list = ordered_json::array();
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) break;
        const bool any = query.number(6) > 0;
        const auto day = [&](int at) {
            return any ? ordered_json(Date::from_days(static_cast<std::int32_t>(query.number(at))).text()) : ordered_json();
        };
        list.push_back({{"file", query.number(0)}, {"channel", query.text(1)}, {"name", query.text(2)}, {"sha256", query.text(3)},
                        {"encoding", query.text(4)}, {"imported", payment::to_rfc3339({query.number(5)})},
                        {"rows", query.number(6)}, {"known", query.number(7)}, {"set_aside", query.number(8)}, {"first", day(9)},
                        {"last", day(10)}, {"paid_fen", query.number(11)}, {"refunded_fen", query.number(12)}, {"fee_fen", query.number(13)}});
    }
    return list.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace mulin::sync::server
