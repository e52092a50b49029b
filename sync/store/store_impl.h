#pragma once
// Inside of TerminalStore, for the sources of this folder only. The mutex is held around every use of
// the database; functions that take an Impl expect it to be held.

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "sync/journal/keys.h"
#include "sync/store/sqlite.h"
#include "sync/store/terminal_store.h"

namespace mulin::sync {

// Keeps a second program out, from open to close.
class InstanceLock {
  public:
    InstanceLock() = default;
    ~InstanceLock();
    InstanceLock(InstanceLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    InstanceLock& operator=(InstanceLock&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    Status take(const std::filesystem::path& file);

  private:
    int fd_ = -1;
};

class StoredAttempts final : public payment::AttemptJournal {
  public:
    explicit StoredAttempts(TerminalStore::Impl& store) : store_(store) {}
    Status create(const payment::Attempt& attempt) override;
    Status update(const payment::Attempt& attempt) override;
    Result<std::optional<payment::Attempt>> find(const payment::AttemptId& id) override;
    Result<std::vector<payment::Attempt>> unsettled() override;
    Result<std::vector<payment::Attempt>> of_order(const std::string& order_ref) override;
    Result<std::vector<payment::Attempt>> given_up_since(payment::UtcInstant since) override;

  private:
    TerminalStore::Impl& store_;
};

// Where the journal's next entry goes. A copy is put back when a transaction fails.
struct JournalPlace {
    std::optional<ChainHead> head;
    std::int64_t last_entry = 0;   // entry.id of head
    std::int64_t epoch = 0;        // epoch.n of head
    bool epoch_is_ours = false;    // opened since this process opened the store
    std::string next_reason = "start";
};

struct TerminalStore::Impl {
    Impl(std::filesystem::path directory, const payment::Clock& the_clock, payment::Random& the_random,
         StoreOptions the_options, SigningKey the_key)
        : dir(std::move(directory)), options(std::move(the_options)), clock(the_clock), random(the_random),
          key(std::move(the_key)) {}

    std::filesystem::path dir;
    StoreOptions options;
    const payment::Clock& clock;
    payment::Random& random;
    SigningKey key;
    InstanceLock lock;
    std::mutex mutex;
    Database db;
    JournalPlace place;
    StoredAttempts attempts{*this};

    // Runs body inside one transaction, durable when this returns ok; else nothing has happened.
    template <class Body>
    Status write(Body body);

    // One entry, and whatever `also` adds to the same transaction.
    template <class Also>
    Result<EntryKey> write_entry(const EntryBody& body, Date business_date, Also also);

    Status open_database(bool fresh);
    Result<JournalPlace> read_place();
    // Adds an entry (and an epoch before it where due) and everything derived from it; inside write().
    Result<EntryKey> append(const EntryBody& body, Date business_date);
    Status append_one(const EntryKey& key, const EntryBody& body, Date business_date);
    Status enough_space() const;
    Result<EntryKey> key_of(std::int64_t entry_id);
    // entry.id for a key; nothing when there is no such entry.
    Result<std::optional<std::int64_t>> find_entry(const EntryKey& key);
    Result<Entry> read_entry(std::int64_t entry_id);
    Result<DecodedBody> read_body(std::int64_t entry_id);
    Result<SaleRecord> read_sale(std::int64_t entry_id, std::optional<std::int64_t> voided_by);
};

inline payment::Error write_refused() {
    return {payment::ErrorCode::disk, "The disk failed while storing; close Mulin, check the disk and start again."};
}

template <class Body>
Status TerminalStore::Impl::write(Body body) {
    if (db.failed()) return tl::make_unexpected(write_refused());
    const JournalPlace before = place;
    const auto attempt = [&]() -> Status {
        Transaction transaction(db);
        MULIN_TRY_STATUS(transaction.begin());
        MULIN_TRY_STATUS(body());
        return transaction.commit();
    };
    auto done = attempt();
    if (!done) place = before;
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

// Inside a transaction that is already open; a stored, equal record is left alone.
Status put_attempt(Database& db, const payment::Attempt& attempt);

// The readings under which somebody stands in the lists; empty when unknown or not active.
Result<std::string> listed_pinyin(Database& db, const std::string& diner);
// The words of `pinyin` as rows of diner_reading or visitor_reading.
enum class ReadingTable { everybody, visitors };
Status put_readings(Database& db, ReadingTable table, const std::string& diner, const std::string& pinyin);
Status drop_readings(Database& db, ReadingTable table, const std::string& diner, const std::string& pinyin);

// A list column.
std::string join_list(const std::vector<std::string>& values);
std::vector<std::string> split_list(const std::string& text);

// Columns of diner in the order that read_diner expects, from `first` on.
#define MULIN_DINER_COLUMNS                                                                                  \
    "d.id, d.name, d.pinyin, d.birth_date, d.sex, d.id_hash, d.id_last4, d.phone_last4, d.hukou, d.residence, " \
    "d.road, d.aid, d.disability_grade, d.care, d.living, d.tags, d.approved, d.cards, d.diet, d.active"
Diner read_diner(const Query& query, int first = 0);

}  // namespace mulin::sync
