#pragma once
// A small district for simulation: one server, a few tills, their disks in memory, and a network that
// loses, repeats and reorders by a seed. Everything between is the real code.

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sync/client/exchange.h"
#include "sync/district/district.h"
#include "sync/http/http_types.h"
#include "tests/support/store_crash_vfs.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"

namespace mulin::sync::test {

struct Faults {
    int lose_request = 0;  // percent
    int lose_answer = 0;
    int repeat = 0;       // the same request twice in a row
    int replay_old = 0;   // an earlier request of any till comes again before this one
    int partition = 0;    // of each step: a till is cut off for a while
    int power_cut = 0;    // of each step: a till's power goes in the middle of a sale or an exchange
    int lying_disk = 0;   // of each till: its disk says that it flushed and has not
    int clock_jump = 0;   // of each step: a till's clock is set wrong, or right again
    bool on_disks = false;  // tills on disks that can lose power; no clones and backups then
};

// Ways to break the protocol on purpose; the oracle must notice each.
enum class Control {
    none,
    never_walks_back,     // a till does not hear that the server lacks something
    lost_counts_as_done,  // and believes that what it sent has arrived
};

struct Counters {
    std::map<std::string, int> seen;
    void hit(const char* name) { ++seen[name]; }
};

class World;

class SimTransport final : public Transport {
  public:
    SimTransport(World& world, const CurlOptions& options);
    payment::Result<HttpAnswer> call(const HttpCall& call) override;

  private:
    World& world_;
    server::HttpRequest identity_;
};

struct SimTill {
    std::filesystem::path dir;
    payment::ManualClock clock{{0}};
    std::int64_t clock_wrong_ms = 0;
    std::unique_ptr<mulin::test::CrashDisk> disk;  // none: a folder
    bool lies = false;
    int cut_off = 0;  // steps without a network
    std::unique_ptr<TerminalStore> store;
    Enrolment enrolment;
    std::vector<EntryKey> sold;  // stand on the till, not voided
    int sales = 0;
};

class World {
  public:
    World(std::uint64_t seed, Faults faults, Control control = Control::none);
    ~World();

    // One random step of anybody.
    void step();
    // Faults end; everybody exchanges until nothing waits. False when it does not come to rest.
    bool settle();

    void add_till();
    // From now on every sale takes one place of a shared pool, where its till has a lease on one.
    void publish_pool(std::int64_t places);
    server::District& district() { return *district_; }
    // With a new code, as after a refusal.
    void join_again(SimTill& till);
    void sell(SimTill& till);
    void undo(SimTill& till);
    bool exchange(SimTill& till);
    void restart_till(SimTill& till);
    // Power goes somewhere in the next operations, then comes back.
    void cut_power(SimTill& till);
    void set_clock(SimTill& till);
    void clone_till(const SimTill& till);
    void backup_till(SimTill& till);
    void restore_till(SimTill& till);
    void restart_server();
    void backup_server();
    void restore_server(bool whole_folder);

    // Every entry line on the tills now, and everything that was ever there.
    std::set<std::string> on_tills();
    std::set<std::string> ever_made();
    // What the server keeps: main line and forks.
    std::set<std::string> on_server();
    std::int64_t count(const char* sql);

    void note_sent(const std::string& body);
    HttpAnswer deliver(const server::HttpRequest& request);
    bool chance(int percent) { return static_cast<int>(random.below(100)) < percent; }

    payment::SeededRandom random;
    payment::ManualClock clock;  // the server's, and the true time
    Faults faults;
    Control control;
    bool allow_restores = true;
    bool allow_clones = false;
    Counters counters;
    std::string pool;    // the key of the published pool
    int lost_sales = 0;  // acknowledged by an honest disk, and gone
    std::string trace;
    std::vector<std::unique_ptr<SimTill>> tills;
    std::deque<server::HttpRequest> history;

  private:
    void open_server();
    void open_till(SimTill& till);
    // False: the till stopped in the middle.
    bool try_to_sell(SimTill& till);
    void forget_lost_sales(SimTill& till);
    void remember(SimTill& till);
    Folder folder_;
    std::unique_ptr<server::District> district_;
    std::set<std::string> made_;
    int names_ = 0;
};

}  // namespace mulin::sync::test
