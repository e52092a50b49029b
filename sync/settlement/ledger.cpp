#include "sync/settlement/ledger.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace mulin::sync::settlement {
namespace {

using payment::ErrorCode;
using payment::fail;

// Net movement from one account to another.
using Targets = std::map<std::pair<std::string, std::string>, Money>;

std::string subsidy(const std::string& payer) { return "subsidy:" + payer; }
std::string owed_to(const Claim& claim) { return "vendor:" + claim.vendor.text(); }

std::string bearer_account(const Claim& claim, Bearer bearer) {
    switch (bearer) {
        case Bearer::vendor: return "loss:" + claim.vendor.text();
        case Bearer::tolerance: return "tolerance";
        case Bearer::diner: return "diner:" + claim.diner.text();
        case Bearer::suspense: return "suspense";
    }
    return "suspense";
}

// Numbers transfers of one claim after those booked before.
class Writer {
  public:
    Writer(const Claim& claim, std::size_t booked, std::string period, std::string code)
        : claim_(claim), next_(static_cast<std::int64_t>(booked)), period_(std::move(period)), code_(std::move(code)) {}

    void add(TransferKind kind, const std::string& debit, const std::string& credit, Money amount,
             const std::string& pending = {}) {
        if (amount.is_zero()) return;
        transfers.push_back({transfer_id(claim_.entry, claim_.entry_hash, next_++), kind, debit, credit, amount, pending, code_, period_, claim_.entry});
    }
    std::vector<Transfer> transfers;

  private:
    const Claim& claim_;
    std::int64_t next_;
    std::string period_;
    std::string code_;
};

Targets wanted(const Claim& claim, const Verdict& verdict) {
    Targets targets;
    for (const auto& share : verdict.posted) targets[{subsidy(share.payer), owed_to(claim)}] += share.amount;
    for (const auto& burden : verdict.borne) targets[{bearer_account(claim, burden.bearer), owed_to(claim)}] += burden.amount;
    return targets;
}

Targets moved(const Booked& booked) {
    Targets targets;
    for (const auto& transfer : booked) {
        if (transfer.kind != TransferKind::post && transfer.kind != TransferKind::direct) continue;
        // A correction runs the other way; it counts against the movement it takes back.
        if (transfer.debit.starts_with("vendor:")) targets[{transfer.credit, transfer.debit}] -= transfer.amount;
        else targets[{transfer.debit, transfer.credit}] += transfer.amount;
    }
    return targets;
}

Money pending_left(const Booked& booked, const Transfer& pending) {
    Money left = pending.amount;
    for (const auto& transfer : booked)
        if (transfer.pending == pending.id) left -= transfer.amount;
    return left;
}

// Resolves what is still pending: posts as much as is wanted from that payer, releases the rest.
void resolve_pending(const Booked& booked, Targets& wanted, Writer& out) {
    for (const auto& transfer : booked) {
        if (transfer.kind != TransferKind::pending) continue;
        const Money left = pending_left(booked, transfer);
        Money& want = wanted[{transfer.debit, transfer.credit}];
        const Money post = std::clamp(want, Money{}, left);
        out.add(TransferKind::post, transfer.debit, transfer.credit, post, transfer.id);
        out.add(TransferKind::release, transfer.debit, transfer.credit, left - post, transfer.id);
        want -= post;
    }
}

}  // namespace

const char* name_of(TransferKind kind) {
    switch (kind) {
        case TransferKind::pending: return "pending";
        case TransferKind::post: return "post";
        case TransferKind::release: return "release";
        case TransferKind::direct: return "direct";
    }
    return "";
}

payment::Status Ledger::check(const Transfer& transfer) const {
    if (transfer.amount <= Money{} || transfer.debit == transfer.credit || transfer.debit.empty() || transfer.credit.empty())
        return fail(ErrorCode::invalid_input, "Transfer " + transfer.id + " must move more than nothing between two accounts.");
    if (transfer.kind != TransferKind::post && transfer.kind != TransferKind::release) return payment::ok();
    const auto pending = by_id_.find(transfer.pending);
    if (pending == by_id_.end())
        return fail(ErrorCode::not_found, "Transfer " + transfer.id + " resolves " + transfer.pending + ", which is not here.");
    const Transfer& first = transfers_[pending->second];
    if (first.kind != TransferKind::pending || first.debit != transfer.debit || first.credit != transfer.credit)
        return fail(ErrorCode::conflict, "Transfer " + transfer.id + " does not fit the pending " + transfer.pending + ".");
    if (transfer.amount > still_pending_.at(transfer.pending))
        return fail(ErrorCode::conflict, "Transfer " + transfer.id + " resolves more than is still pending.");
    return payment::ok();
}

void book(Balance& debit, Balance& credit, const Transfer& transfer) {
    const bool resolves = transfer.kind == TransferKind::post || transfer.kind == TransferKind::release;
    if (resolves) {
        debit.debits_pending -= transfer.amount;
        credit.credits_pending -= transfer.amount;
    }
    if (transfer.kind == TransferKind::pending) {
        debit.debits_pending += transfer.amount;
        credit.credits_pending += transfer.amount;
    } else if (transfer.kind != TransferKind::release) {
        debit.debits_posted += transfer.amount;
        credit.credits_posted += transfer.amount;
    }
}

payment::Result<bool> Ledger::apply(const Transfer& transfer) {
    if (const auto known = by_id_.find(transfer.id); known != by_id_.end()) {
        if (transfers_[known->second] == transfer) return false;
        return fail(ErrorCode::conflict, "Transfer " + transfer.id + " is booked already, with other content.");
    }
    MULIN_TRY_STATUS(check(transfer));
    by_id_[transfer.id] = transfers_.size();
    transfers_.push_back(transfer);
    if (transfer.kind == TransferKind::pending) still_pending_[transfer.id] = transfer.amount;
    else if (!transfer.pending.empty()) still_pending_[transfer.pending] -= transfer.amount;
    book(balances_[transfer.debit], balances_[transfer.credit], transfer);
    return true;
}

Balance Ledger::balance(const std::string& account) const {
    const auto found = balances_.find(account);
    return found == balances_.end() ? Balance{} : found->second;
}

std::string transfer_id(const EntryKey& claim, const std::string& entry_hash, std::int64_t number) {
    return entry_text(claim) + "/" + entry_hash.substr(0, 16) + "#" + std::to_string(number);
}

std::int64_t number_in(const std::string& transfer_id) {
    std::int64_t number = -1;
    const auto at = transfer_id.rfind('#') + 1;  // 0 when there is none: then nothing below is a number
    const auto [end, error] = std::from_chars(transfer_id.data() + at, transfer_id.data() + transfer_id.size(), number);
    return error == std::errc() && end == transfer_id.data() + transfer_id.size() ? number : -1;
}

std::string month_of(Date date) { return date.text().substr(0, 7); }

std::vector<Transfer> claim_transfers(const Claim& claim, const std::string& period) {
    Writer out(claim, 0, period, "claimed");
    for (const auto& share : summed(claim.claimed)) out.add(TransferKind::pending, subsidy(share.payer), owed_to(claim), share.amount);
    return std::move(out.transfers);
}

std::vector<Transfer> verdict_transfers(const Claim& claim, const Verdict& verdict, const Booked& booked,
                                        const std::string& period) {
    Writer out(claim, booked.size(), period, name_of(verdict.reason));
    Targets targets = wanted(claim, verdict);
    for (const auto& [accounts, amount] : moved(booked)) targets[accounts] -= amount;
    resolve_pending(booked, targets, out);
    for (const auto& [accounts, amount] : targets) {
        if (amount > Money{}) out.add(TransferKind::direct, accounts.first, accounts.second, amount);
        if (amount < Money{}) out.add(TransferKind::direct, accounts.second, accounts.first, -amount);
    }
    return std::move(out.transfers);
}

}  // namespace mulin::sync::settlement
