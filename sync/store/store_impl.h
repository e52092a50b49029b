#pragma once
// Inside of TerminalStore, for the sources of this folder only. The mutex is held around every use of
// the database; functions that take an Impl expect it to be held.

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "sync/journal/keys.h"
#include "sync/store/diner_rows.h"
#include "sync/store/high_mark.h"
#include "sync/store/instance_lock.h"
#include "sync/store/lease_store.h"
#include "sync/store/refund_store.h"
#include "sync/store/slip_queue.h"
#include "sync/store/sqlite.h"
#include "sync/store/stored_payments.h"

namespace mulin::sync {

// Where the journal's next entry goes. A copy is put back when a transaction fails.
struct JournalPlace {
    std::optional<ChainHead> head;
    std::int64_t last_entry = 0;   // entry.id of head
    std::int64_t epoch = 0;        // epoch.n of head
    bool epoch_is_ours = false;    // opened since this process opened the store
    std::string next_reason = "start";
    std::string next_event;        // what a note says behind the next epoch_open; empty: no note
    bool continues = false;        // goes on where the last process stopped (anchor.h): leases stay open
};

struct TerminalStore::Impl {
    Impl(std::filesystem::path directory, const payment::Clock& the_clock, payment::Random& the_random,
         StoreOptions the_options, SigningKey the_key)
        : dir(std::move(directory)), options(std::move(the_options)), clock(the_clock), random(the_random),
          key(std::move(the_key)), mark(dir / "till.mark") {}

    std::filesystem::path dir;
    StoreOptions options;
    const payment::Clock& clock;
    payment::Random& random;
    SigningKey key;
    HighMark mark;
    std::string mark_identity;  // of the database file; empty where it is none of the system's files
    InstanceLock lock;
    std::recursive_mutex mutex;  // apply() makes one transaction of other calls
    Database db;
    JournalPlace place;
    bool writing = false;           // a transaction of write() is open
    bool slips_wanted = false;
    UtcInstant latest;              // known_time() so far
    std::int64_t next_recovery_ms = 0;  // monotonic
    std::map<StaffId, std::int64_t> pin_waits;  // monotonic: until when, where the clock was set back
    StoredAttempts attempts{*this};
    StoredRefundTasks refund_tasks{*this};
    RefundStore refunds{*this};
    LeaseStore leases{*this};
    SlipQueue slips{*this};

    // Runs body inside one transaction, durable when this returns ok; else nothing has happened. Inside
    // another write() it joins that transaction.
    template <class Body>
    Status write(Body body);

    // One entry, and whatever `also` adds to the same transaction.
    template <class Also>
    Result<EntryKey> write_entry(const EntryBody& body, Date business_date, Also also);

    Status open_database(bool fresh);
    // After a failed write or flush: opens the file again and trusts only what it finds there.
    Status recover_database();
    Result<JournalPlace> read_place();
    // Compares the journal with the high mark: a file that went back, or came from elsewhere, begins anew.
    Status compare_with_mark();
    void raise_mark();
    // Adds an entry (and an epoch before it where due) and everything derived from it; inside write().
    Result<EntryKey> append(const EntryBody& body, Date business_date);
    Status open_epoch(Date business_date);
    Status append_one(const EntryKey& key, const EntryBody& body, Date business_date);
    Status enough_space() const;
    // After the entry of a sale, inside its transaction: every lease it takes from still allows it.
    Status check_leases(const Sale& sale);
    Status queue_slip(const char* kind);  // of the entry just written
    UtcInstant known_time();
    Result<EntryKey> key_of(std::int64_t entry_id);
    // entry.id for a key; nothing when there is no such entry.
    Result<std::optional<std::int64_t>> find_entry(const EntryKey& key);
    Result<Entry> read_entry(std::int64_t entry_id);
    Result<DecodedBody> read_body(std::int64_t entry_id);
    Result<SaleRecord> read_sale(std::int64_t entry_id, std::optional<std::int64_t> voided_by);
};

inline payment::Error write_refused() {
    return {payment::ErrorCode::disk, "The disk failed while storing, so nothing is sold; check the disk and try again.", true};
}

template <class Body>
Status TerminalStore::Impl::write(Body body) {
    if (writing) return body();
    if (db.failed()) MULIN_TRY_STATUS(recover_database());
    const JournalPlace before = place;
    const auto attempt = [&]() -> Status {
        Transaction transaction(db);
        MULIN_TRY_STATUS(transaction.begin());
        MULIN_TRY_STATUS(body());
        return transaction.commit();
    };
    writing = true;
    auto done = attempt();
    writing = false;
    if (!done) place = before;
    if (done && place.last_entry != before.last_entry) raise_mark();
    return done;
}

template <class Also>
Result<EntryKey> TerminalStore::Impl::write_entry(const EntryBody& body, Date business_date, Also also) {
    EntryKey written;
    const auto done = write([&]() -> Status {
        MULIN_TRY(written, append(body, business_date));
        return also();
    });
    if (!done) return tl::make_unexpected(done.error());
    return written;
}

// Everything that follows from one entry, in the tables that derive from the journal. Deterministic:
// verify() replays the journal through it into an empty database and compares.
Status derive(Database& db, std::int64_t entry_id, const EntryKey& key, const std::string& hash, const EntryBody& body);

void keep_log_on_close(Database& db);

// Inside a transaction that is already open; a stored, equal record is left alone.
Status put_attempt(Database& db, const payment::Attempt& attempt);
// Stores `settled`, and ties the payments' attempts to the entry just written.
Status link_attempts(TerminalStore::Impl& store, const std::vector<Payment>& payments,
                     std::span<const payment::Attempt> settled);

}  // namespace mulin::sync
