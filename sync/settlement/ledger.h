#pragma once
// Double-entry ledger of the district's money: every transfer takes from one account and gives to
// another, whole fen, never edited. A claim is first pending; its first verdict posts a part and
// voids the rest; whatever changes the verdict later is one more transfer, dated to the period that
// is open then. Not a database: the server stores transfers, this decides which and checks them.
//
// Accounts: subsidy:<payer>  what a payer owes      vendor:<id>  what a vendor is owed
//           tolerance        honest doubles          diner:<id>   to be claimed back from a diner
//           loss:<vendor>    borne by the vendor     suspense     until a person decides

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "payment/base/result.h"
#include "sync/settlement/verdict.h"

namespace mulin::sync::settlement {

enum class TransferKind {
    pending,  // reserves; later posted in part or whole, the rest voided
    post,     // of a pending one
    release,  // the rest of a pending one, given up
    direct,   // moves at once
};
const char* name_of(TransferKind kind);

struct Transfer {
    std::string id;  // made from the claim and a running number: the same fact, the same id
    TransferKind kind = TransferKind::direct;
    std::string debit;
    std::string credit;
    Money amount;         // > 0
    std::string pending;  // id of the pending transfer that post or release belongs to
    std::string code;     // reason of the verdict
    std::string period;   // "2026-03": the month it counts in
    EntryKey claim;
    friend bool operator==(const Transfer&, const Transfer&) = default;
};

struct Balance {
    Money debits_pending;
    Money debits_posted;
    Money credits_pending;
    Money credits_posted;
    friend bool operator==(const Balance&, const Balance&) = default;
};

// What a transfer does to the two accounts it names; both may be sums of changes. It never moves one
// side alone.
void book(Balance& debit, Balance& credit, const Transfer& transfer);

class Ledger {
  public:
    // True: applied; false: it was there already, with the same content. Refused, changing nothing:
    // the same id with other content, a post or release beyond what is pending, an amount <= 0, a
    // transfer onto its own account.
    payment::Result<bool> apply(const Transfer& transfer);
    Balance balance(const std::string& account) const;
    const std::map<std::string, Balance>& balances() const { return balances_; }
    const std::vector<Transfer>& transfers() const { return transfers_; }

  private:
    payment::Status check(const Transfer& transfer) const;
    std::map<std::string, std::size_t> by_id_;
    std::map<std::string, Money> still_pending_;  // by id of the pending transfer
    std::map<std::string, Balance> balances_;
    std::vector<Transfer> transfers_;
};

// What a claim has moved so far, in the order it was booked; the ledger of one claim.
using Booked = std::vector<Transfer>;

// "T01/e1/12/0123456789abcdef#3": the third transfer after the first of that claim.
std::string transfer_id(const EntryKey& claim, const std::string& entry_hash, std::int64_t number);
std::int64_t number_in(const std::string& transfer_id);

// "2026-03", the month a claim belongs to.
std::string month_of(Date date);

// On arrival: one pending transfer for each payer, in the claim's own month unless that is closed.
std::vector<Transfer> claim_transfers(const Claim& claim, const std::string& period);

// What must be booked so that the claim stands as the verdict says, given what was booked before.
// The first time it resolves the pending transfers, in `period`; later it moves the difference only,
// and nothing when nothing changed.
std::vector<Transfer> verdict_transfers(const Claim& claim, const Verdict& verdict, const Booked& booked,
                                        const std::string& period);

}  // namespace mulin::sync::settlement
