#include "sync/books/settle_rows.h"

namespace mulin::sync::server {
namespace {

using settlement::Part;
using settlement::Transfer;
using settlement::TransferKind;

database::Statement& bind_claim(database::Statement& statement, const RecordName& record) {
    return statement.bind(record.key.till.text()).bind(record.key.epoch.text()).bind(record.key.seq).bind(record.hash);
}

void bind_part(database::Statement& statement, const Part& part) {
    for (const Money amount : {part.claimed, part.returned, part.voided, part.posted, part.vendor, part.tolerance, part.diner,
                               part.suspense})
        statement.bind(amount.in_fen());
}

TransferKind kind_from(const std::string& name) {
    for (const TransferKind kind : {TransferKind::pending, TransferKind::post, TransferKind::release})
        if (name == settlement::name_of(kind)) return kind;
    return TransferKind::direct;
}

}  // namespace

Result<settlement::Booked> read_booked(database::Database& database, const RecordName& record) {
    auto query = database.prepare(
        "SELECT n, kind, debit, credit, amount_fen, pending, code, period FROM ledger_transfer WHERE till = ? AND epoch "
        "= ? AND seq = ? AND hash = ? ORDER BY n");
    bind_claim(query, record);
    settlement::Booked booked;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return booked;
        Transfer transfer{settlement::transfer_id(record.key, record.hash, query.number(0)), kind_from(query.text(1)),
                          query.text(2), query.text(3), Money::fen(query.number(4)), "", query.text(6), query.text(7), record.key};
        if (query.number(5) >= 0) transfer.pending = settlement::transfer_id(record.key, record.hash, query.number(5));
        booked.push_back(std::move(transfer));
    }
}

Result<settlement::Parts> read_parts(database::Database& database, const RecordName& record) {
    auto query = database.prepare(
        "SELECT payer, claimed_fen, returned_fen, voided_fen, posted_fen, vendor_fen, tolerance_fen, diner_fen, "
        "suspense_fen FROM claim_part WHERE till = ? AND epoch = ? AND seq = ? AND hash = ? ORDER BY payer");
    bind_claim(query, record);
    settlement::Parts parts;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return parts;
        const auto fen = [&](int column) { return Money::fen(query.number(column)); };
        parts[query.text(0)] = {fen(1), fen(2), fen(3), fen(4), fen(5), fen(6), fen(7), fen(8)};
    }
}

std::string month_after(const std::string& month) {
    const auto first = Date::parse(month + "-01");
    return first ? settlement::month_of(first->plus_days(31)) : month;
}

Result<Periods> Periods::read(database::Database& database) {
    auto query = database.prepare("SELECT month FROM closed_month ORDER BY month");
    Periods periods;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return periods;
        periods.closed_.insert(query.text(0));
    }
}

std::string Periods::open_for(const std::string& month) const {
    std::string open = month;
    while (is_closed(open)) open = month_after(open);
    return open;
}

Status SettleRows::add(const RecordName& record, const std::vector<Transfer>& transfers) {
    for (const Transfer& transfer : transfers) {
        auto write = database_.prepare(
            "INSERT INTO ledger_transfer (till, epoch, seq, hash, n, kind, debit, credit, amount_fen, pending, code, "
            "period) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        bind_claim(write, record).bind(settlement::number_in(transfer.id)).bind(settlement::name_of(transfer.kind));
        write.bind(transfer.debit).bind(transfer.credit).bind(transfer.amount.in_fen());
        write.bind(settlement::number_in(transfer.pending)).bind(transfer.code).bind(transfer.period);
        MULIN_TRY_STATUS(write.queue());
        settlement::book(moved_[transfer.debit], moved_[transfer.credit], transfer);
    }
    return payment::ok();
}

Status SettleRows::add(const RecordName& record, std::int64_t n, const settlement::Verdict& verdict, const std::string& period) {
    auto write = database_.prepare(
        "INSERT INTO claim_verdict (till, epoch, seq, hash, n, reason, posted, borne, rules, facts, period) VALUES (?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_claim(write, record).bind(n).bind(settlement::name_of(verdict.reason)).bind(settlement::posted_text(verdict));
    write.bind(settlement::borne_text(verdict)).bind(verdict.rules).bind(verdict.facts).bind(period);
    return write.queue();
}

Status SettleRows::put(const RecordName& record, const settlement::Parts& parts) {
    for (const auto& [payer, part] : parts) {
        auto write = database_.prepare(
            "INSERT INTO claim_part (till, epoch, seq, hash, payer, claimed_fen, returned_fen, voided_fen, posted_fen, "
            "vendor_fen, tolerance_fen, diner_fen, suspense_fen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT "
            "(till, epoch, seq, hash, payer) DO UPDATE SET returned_fen = excluded.returned_fen, voided_fen = "
            "excluded.voided_fen, posted_fen = excluded.posted_fen, vendor_fen = excluded.vendor_fen, tolerance_fen = "
            "excluded.tolerance_fen, diner_fen = excluded.diner_fen, suspense_fen = excluded.suspense_fen");
        bind_claim(write, record).bind(payer);
        bind_part(write, part);
        MULIN_TRY_STATUS(write.queue());
    }
    return payment::ok();
}

Status SettleRows::adjust(const settlement::Claim& claim, std::int64_t n, const std::string& period, const std::string& reason,
                          const settlement::Parts& change) {
    for (const auto& [payer, part] : change) {
        auto write = database_.prepare(
            "INSERT INTO adjustment (period, till, epoch, seq, hash, n, payer, of_month, site, vendor, reason, claims, "
            "claimed_fen, returned_fen, voided_fen, posted_fen, vendor_fen, tolerance_fen, diner_fen, suspense_fen) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        write.bind(period);
        bind_claim(write, {claim.entry, claim.entry_hash}).bind(n).bind(payer);
        write.bind(settlement::month_of(claim.business_date)).bind(claim.site.text()).bind(claim.vendor.text());
        write.bind(reason).bind(n == 1 ? 1 : 0);
        bind_part(write, part);
        MULIN_TRY_STATUS(write.queue());
    }
    return payment::ok();
}

Status SettleRows::set_newest(const RecordName& record, const std::string& reason, std::int64_t verdicts, std::int64_t moves) {
    auto write = database_.prepare(
        "UPDATE claim SET reason = ?, verdicts = ?, moves = ? WHERE till = ? AND epoch = ? AND seq = ? AND hash = ?");
    write.bind(reason).bind(verdicts).bind(moves);
    bind_claim(write, record);
    return write.queue();
}

Status SettleRows::flush() {
    for (const auto& [account, balance] : moved_) {
        auto write = database_.prepare(
            "INSERT INTO ledger_account (account, debits_pending_fen, debits_posted_fen, credits_pending_fen, "
            "credits_posted_fen) VALUES (?, ?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET debits_pending_fen = "
            "ledger_account.debits_pending_fen + excluded.debits_pending_fen, debits_posted_fen = "
            "ledger_account.debits_posted_fen + excluded.debits_posted_fen, credits_pending_fen = "
            "ledger_account.credits_pending_fen + excluded.credits_pending_fen, credits_posted_fen = "
            "ledger_account.credits_posted_fen + excluded.credits_posted_fen");
        write.bind(account).bind(balance.debits_pending.in_fen()).bind(balance.debits_posted.in_fen());
        write.bind(balance.credits_pending.in_fen()).bind(balance.credits_posted.in_fen());
        MULIN_TRY_STATUS(write.queue());
    }
    moved_.clear();
    return payment::ok();
}

}  // namespace mulin::sync::server
