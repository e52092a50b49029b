#pragma once
// District: one data directory: database, keys, identity. A district in SQLite is opened by one process;
// one in PostgreSQL by any number, which share nothing but the database. Within a process every public
// call is one step behind one lock, so handlers and commands may come from any thread.

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "sync/database/database.h"
#include "sync/district/authority.h"
#include "sync/district/database_ledger.h"
#include "sync/district/directory.h"
#include "sync/district/district_database.h"
#include "sync/district/tills.h"
#include "sync/wire/bundle_seal.h"

namespace mulin::sync::server {

// In meta, from the first new incarnation on: when it was found that data from a backup are in use, in milliseconds.
inline constexpr const char* kRestoredKey = "restored_ms";

struct DistrictIdentity {
    std::string id;  // "yangpu-demo"
    std::string name_zh;
    std::string name_en;
    std::string hash_key;  // raw bytes, secret
};

class District {
  public:
    // Makes DIR (0700), keys and an empty database: SQLite in DIR, or the tables in the PostgreSQL that
    // `database` names. conflict when there is a district already.
    static Status create(const std::filesystem::path& dir, const DistrictIdentity& identity,
                         const payment::Clock& clock, payment::Random& random, const std::string& database = "");
    // conflict while another process has it open. A database that is older than what this directory
    // remembers was restored: the incarnation changes and tills feed what is missing.
    static Result<std::unique_ptr<District>> open(const std::filesystem::path& dir, const payment::Clock& clock,
                                                  payment::Random& random);
    ~District();

    // Holds the lock while alive; everything below is reached through it.
    class Access {
      public:
        explicit Access(District& district)
            : lock_(district.mutex_),
              database(*district.database_),
              ledger(*district.database_),
              tills(*district.database_),
              directory(*district.database_, district.clock_.utc()) {
            if (district.shared_) district.look_at_incarnation();
        }

      private:
        std::lock_guard<std::mutex> lock_;

      public:
        database::Database& database;
        DatabaseLedger ledger;
        Tills tills;
        Directory directory;
    };
    Access access() { return Access(*this); }

    const std::filesystem::path& dir() const { return dir_; }
    const DistrictIdentity& identity() const { return identity_; }
    const Authority& authority() const { return *authority_; }
    const SigningKey& bundle_key() const { return *bundle_key_; }
    const payment::Clock& clock() const { return clock_; }
    payment::Random& random() { return random_; }
    // Other processes may have the same database open.
    bool shared() const { return shared_; }
    // This process among those that have the district open.
    const std::string& process() const { return process_; }
    // As of the newest access.
    std::string incarnation();
    // A database put back from a backup: tills see another incarnation and feed what is missing.
    static Status begin_anew(database::Database& database, const payment::Clock& clock, payment::Random& random);
    // A till proved that it has seen more of this district than there is.
    Status rewound(Access& access, std::int64_t change_seen);

  private:
    District(std::filesystem::path dir, const payment::Clock& clock, payment::Random& random)
        : dir_(std::move(dir)), clock_(clock), random_(random) {}
    Status lock_directory(bool shared);
    Status load();
    Status count_start();
    Status new_incarnation();
    void look_at_incarnation();
    static Status fill(database::Database& database, const DistrictIdentity& identity, const payment::Clock& clock,
                       payment::Random& random);
    std::filesystem::path starts_file() const { return dir_ / "starts"; }

    std::filesystem::path dir_;
    const payment::Clock& clock_;
    payment::Random& random_;
    int lock_fd_ = -1;
    bool shared_ = false;
    std::string process_;
    std::mutex mutex_;
    std::unique_ptr<database::Database> database_;
    DistrictIdentity identity_;
    std::optional<Authority> authority_;
    std::optional<SigningKey> bundle_key_;
    std::mutex incarnation_mutex_;
    std::string incarnation_;
};

}  // namespace mulin::sync::server
