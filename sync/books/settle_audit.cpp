#include "sync/books/settle_audit.h"

#include <map>

#include "sync/books/settle_rows.h"
#include "sync/district/sha256.h"

namespace mulin::sync::server {
namespace {

using settlement::Balance;
using settlement::Transfer;

constexpr std::size_t kMaxFaults = 100;

class Audit {
  public:
    explicit Audit(database::Database& database) : database_(database) {}

    Result<LedgerAudit> add_up() {
        MULIN_TRY_STATUS(read_transfers());
        MULIN_TRY_STATUS(compare_accounts());
        MULIN_TRY_STATUS(compare_parts());
        MULIN_TRY_STATUS(compare_months());
        for (const auto& [account, balance] : sums_) {
            result_.debits_posted += balance.debits_posted;
            result_.credits_posted += balance.credits_posted;
            result_.debits_pending += balance.debits_pending;
            result_.credits_pending += balance.credits_pending;
        }
        if (result_.debits_posted != result_.credits_posted || result_.debits_pending != result_.credits_pending)
            fault("Debits and credits do not add up to the same.");
        return std::move(result_);
    }

  private:
    void fault(const std::string& sentence) {
        if (result_.faults.size() < kMaxFaults) result_.faults.push_back(sentence);
    }

    // One claim's transfers follow the rules of the ledger by themselves.
    void check_claim(const RecordName& record, const settlement::Booked& booked, std::int64_t moves) {
        settlement::Ledger ledger;
        std::int64_t expected = 0;
        for (const Transfer& transfer : booked) {
            if (settlement::number_in(transfer.id) != expected++) fault("Transfer " + transfer.id + " does not follow the one before it.");
            if (const auto applied = ledger.apply(transfer); !applied) fault(applied.error().message);
            settlement::book(sums_[transfer.debit], sums_[transfer.credit], transfer);
            count_posted(transfer);
        }
        if (expected != moves) fault("Claim " + settlement::entry_text(record.key) + " has other transfers than it had.");
        result_.transfers += expected;
        ++result_.claims;
    }

    void count_posted(const Transfer& transfer) {
        if (transfer.kind != settlement::TransferKind::post && transfer.kind != settlement::TransferKind::direct) return;
        if (transfer.debit.starts_with("subsidy:")) posted_[{transfer.period, transfer.debit.substr(8)}] += transfer.amount;
        if (transfer.credit.starts_with("subsidy:")) posted_[{transfer.period, transfer.credit.substr(8)}] -= transfer.amount;
    }

    Status read_transfers() {
        std::int64_t transfers = 0;
        {
            auto count = database_.prepare("SELECT count(*) FROM ledger_transfer");
            MULIN_TRY(const bool row, count.step());
            transfers = row ? count.number(0) : 0;
        }
        auto claims = database_.prepare("SELECT till, epoch, seq, hash, moves FROM claim ORDER BY till, epoch, seq, hash");
        for (;;) {
            MULIN_TRY(const bool row, claims.step());
            if (!row) break;
            const RecordName record{{TillId(claims.text(0)), EpochId(claims.text(1)), claims.number(2)}, claims.text(3)};
            MULIN_TRY(const auto booked, read_booked(database_, record));
            check_claim(record, booked, claims.number(4));
        }
        if (transfers != result_.transfers) fault("There are transfers of claims that are not known.");
        return payment::ok();
    }

    Status compare_accounts() {
        auto query = database_.prepare(
            "SELECT account, debits_pending_fen, debits_posted_fen, credits_pending_fen, credits_posted_fen FROM "
            "ledger_account ORDER BY account");
        std::size_t accounts = 0;
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            const Balance kept{Money::fen(query.number(1)), Money::fen(query.number(2)), Money::fen(query.number(3)),
                               Money::fen(query.number(4))};
            ++accounts;
            if (!(sums_[query.text(0)] == kept)) fault("Account " + query.text(0) + " does not hold the sum of its transfers.");
        }
        if (accounts != sums_.size()) fault("An account with transfers is missing.");
        return payment::ok();
    }

    // By payer over all periods: what reports add up is what was booked.
    Status compare_parts() {
        std::map<std::string, Money> booked;
        for (const auto& [at, amount] : posted_) booked[at.second] += amount;
        auto query = database_.prepare("SELECT payer, sum(posted_fen) FROM claim_part GROUP BY payer ORDER BY payer");
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            if (booked[query.text(0)] != Money::fen(query.number(1)))
                fault("What " + query.text(0) + " pays by the reports is not what was booked.");
            booked.erase(query.text(0));
        }
        for (const auto& [payer, amount] : booked)
            if (!amount.is_zero()) fault("What was booked for " + payer + " is in no report.");
        return payment::ok();
    }

    // By period: claims of the month and adjustments of it, less what was adjusted of it later.
    Status compare_months() {
        {
            auto own = database_.prepare(
                "SELECT c.period, p.payer, sum(p.posted_fen) FROM claim c JOIN claim_part p ON p.till = c.till AND p.epoch = "
                "c.epoch AND p.seq = c.seq AND p.hash = c.hash GROUP BY c.period, p.payer ORDER BY c.period, p.payer");
            MULIN_TRY_STATUS(take_out(own, 1));
        }
        {
            auto later = database_.prepare(
                "SELECT of_month, payer, sum(posted_fen) FROM adjustment GROUP BY of_month, payer ORDER BY of_month, payer");
            MULIN_TRY_STATUS(take_out(later, -1));
        }
        auto adjusted = database_.prepare(
            "SELECT period, payer, sum(posted_fen) FROM adjustment GROUP BY period, payer ORDER BY period, payer");
        MULIN_TRY_STATUS(take_out(adjusted, 1));
        for (const auto& [at, amount] : posted_)
            if (!amount.is_zero()) fault("In " + at.first + " the entries of " + at.second + " are not what the month's report says.");
        auto closed = database_.prepare("SELECT month, sha256, json FROM closed_month ORDER BY month");
        for (;;) {
            MULIN_TRY(const bool row, closed.step());
            if (!row) return payment::ok();
            if (sha256_hex(closed.text(2)) != closed.text(1)) fault("The report of " + closed.text(0) + " is not what was closed.");
        }
    }

    Status take_out(database::Statement& query, int sign) {
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) return payment::ok();
            const Money amount = Money::fen(query.number(2));
            Money& left = posted_[{query.text(0), query.text(1)}];
            left = sign > 0 ? left - amount : left + amount;
        }
    }

    database::Database& database_;
    LedgerAudit result_;
    std::map<std::string, Balance> sums_;
    std::map<std::pair<std::string, std::string>, Money> posted_;  // by period and payer
};

}  // namespace

Result<LedgerAudit> audit_ledger(database::Database& database) { return Audit(database).add_up(); }

}  // namespace mulin::sync::server
