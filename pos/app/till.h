#pragma once
// Till: everything of one terminal but its screens, opened once and shared by the window, `play` and
// the commands: store, rules, payment runner, devices, clock. It joins the rooms; it decides no price
// (sync/policy), no payment state (payment/port) and keeps no truth of its own (sync/store).
//
// Threads: store() from any thread; runner() only from the payment worker; policies() and site() from any.

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "payment/base/id.h"
#include "payment/port/refund_runner.h"
#include "payment/port/runner.h"
#include "payment/simulated/simulated_gateway.h"
#include "pos/app/log_file.h"
#include "pos/app/till_config.h"
#include "pos/app/trusted_clock.h"
#include "sync/model/site.h"
#include "sync/policy/policy_set.h"
#include "sync/store/terminal_store.h"

namespace mulin::pos {

// Keys of settings kept in the store.
namespace setting {
inline constexpr const char* kSite = "site";
inline constexpr const char* kHashKey = "hash_key";      // district's key for identity and card hashes
inline constexpr const char* kServer = "server";         // URL of the district, empty when standalone
inline constexpr const char* kTraining = "training";     // "on" while training
inline constexpr const char* kOpenOrders = "open_orders";  // refs whose money is under way, one a line
inline constexpr const char* kOpenOrderPrefix = "open_order/";
}  // namespace setting

class Till {
  public:
    // Opens the store of DIR (never creates one), settings, rules and payment channels.
    static payment::Result<std::unique_ptr<Till>> open(const std::filesystem::path& dir, const payment::Clock& clock,
                                                       payment::Random& random,
                                                       std::function<void(const payment::Attempt&)> observe = {});

    const std::filesystem::path& dir() const { return dir_; }
    const payment::Clock& clock() const { return clock_; }
    payment::IdSource& ids() { return ids_; }
    payment::Random& random() { return random_; }
    sync::TerminalStore& store() { return *store_; }
    payment::Runner& runner() { return *runner_; }
    payment::RefundRunner& refund_runner() { return *refund_runner_; }  // as runner(): payment worker only
    const TillConfig& config() const { return config_; }
    // What a channel does while a payment's call runs; told on the thread that makes the call. Set before the first.
    void on_progress(std::function<void(const payment::AttemptId&, const payment::Progress&)> told) { progress_ = std::move(told); }
    // What a person must hear of beside the attempt (payment/port/charge.h); on the payment worker. Also kept
    // in the log. Set before the first payment.
    void on_alarm(std::function<void(const payment::Alarm&)> told) { alarm_ = std::move(told); }
    // How long a channel's payment is waited for before the runner gives it up; 0 for an unknown channel.
    std::int64_t give_up_ms(const std::string& channel) const;
    // None for an unknown channel. Called as payment/port/adapter.h says: one call at a time.
    payment::Adapter* adapter(const std::string& channel) const;
    const std::string& hash_key() const { return hash_key_; }
    const sync::TillId& id() const { return id_; }

    sync::PolicySet policies() const;
    sync::Site site() const;
    // Why the newest rules from the district are not in force here; empty when they are.
    std::string rules_problem() const;
    // Reads rules and site anew, after the district sent some.
    payment::Status reload();

    // Now, as far as this till can know (trusted_clock.h).
    TrustedClock::Now now();
    // The district said the time; ahead_ms: this device's clock minus the district's.
    void hear_district_time(std::int64_t ahead_ms);
    // Sentences for the slip of the sale that is priced at this instant; kept for the last few only.
    void note_for_slip(sync::UtcInstant priced_at, const std::string& sentence);
    std::vector<std::string> slip_notes(sync::UtcInstant priced_at) const;
    // By the site's serving windows (meal_clock.h).
    sync::Meal meal_at(sync::UtcInstant at) const;
    bool training();

  private:
    Till(std::filesystem::path dir, const payment::Clock& clock, payment::Random& random)
        : dir_(std::move(dir)), clock_(clock), random_(random), ids_(clock, random) {}
    sync::UtcInstant newest_record();
    payment::Status open_payments(std::function<void(const payment::Attempt&)> observe);

    std::filesystem::path dir_;
    const payment::Clock& clock_;
    payment::Random& random_;
    payment::IdSource ids_;
    TillConfig config_;
    std::unique_ptr<sync::TerminalStore> store_;
    sync::TillId id_;
    std::string hash_key_;
    std::unique_ptr<LogFile> log_;  // before the adapters, whose threads write to it
    std::unique_ptr<payment::SimulatedGateway> gateway_;
    std::vector<std::unique_ptr<payment::Adapter>> adapters_;
    std::unique_ptr<payment::RefundRunner> refund_runner_;
    std::unique_ptr<payment::Runner> runner_;
    std::function<void(const payment::AttemptId&, const payment::Progress&)> progress_;
    std::function<void(const payment::Alarm&)> alarm_;
    mutable std::mutex mutex_;  // guards what follows
    sync::PolicySet policies_;
    std::string rules_problem_;
    sync::Site site_;
    TrustedClock trusted_;
    std::vector<std::pair<sync::UtcInstant, std::string>> slip_notes_;
};

}  // namespace mulin::pos
