#pragma once
// The till's leases on shared pools (sync/model/lease.h): what was granted, what is spent, what is held
// for orders whose money is on its way. A part of TerminalStore: same file, same mutex, same promises.
// spent + held never passes granted: commit_sale checks every CounterUse that names a lease again, in its
// own transaction, and refuses with is_price_again() where it no longer fits.
// Time is the latest that this till or its district was known to have, so a clock set back opens nothing.

#include <span>
#include <string>
#include <vector>

#include "sync/store/terminal_store.h"

namespace mulin::sync {

struct LeaseState {
    Lease lease;
    LeaseSpent spent;  // by sales, less what voids and whole refunds gave back
    LeaseSpent held;   // for orders under way
    bool open = false;
};

// What is left of one lease.
struct LeaseLeft {
    std::string lease;
    LeaseSpent left;
};

// Whether an error of commit_sale or hold says: the benefit is gone, price the order again.
bool is_price_again(const payment::Error& error);

class LeaseStore {
  public:
    explicit LeaseStore(TerminalStore::Impl& store) : store_(store) {}

    // From a bundle. A lease of another till is invalid_input; an older serial, or a lease already
    // returned, changes nothing; a grown lease never gets less than it had.
    Status grant(std::span<const Lease> leases);
    // The open lease of this pool with the most left; nothing when there is none.
    Result<std::optional<LeaseLeft>> best(const std::string& key);
    // Sets apart what the order will take, before its money moves; replaces what the ref held.
    // A sale committed under this ref then takes it even if the lease has run out meanwhile, or the till
    // was cut off; a store that was restored (start_epoch) holds nothing any more.
    Status hold(const std::string& ref, const std::vector<CounterUse>& uses);
    Status release(const std::string& ref);
    Result<std::vector<std::string>> holders();  // refs that hold something

    Result<std::vector<LeaseState>> all();
    // Writes one entry for each lease that can never be spent here again and was not returned yet: run
    // out, or of an older epoch ("replaced": its rest is not known here). Those with something held
    // wait. Answers how many.
    Result<std::int64_t> return_finished(Date business_date);
    // Gives an open lease back early ("day_closed").
    Status give_back(const std::string& lease, const std::string& reason, Date business_date);

    // The epoch that leases are granted to: the one this process goes on from, else its own, opened now.
    Result<EpochId> open_epoch(Date business_date);
    // The latest time that was known here.
    UtcInstant known_time();

  private:
    TerminalStore::Impl& store_;
};

}  // namespace mulin::sync
