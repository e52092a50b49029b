#include "pos/app/till.h"

#include <algorithm>

#include "pos/app/adapters.h"
#include "pos/app/card_desk.h"
#include "pos/app/channels.h"
#include "pos/app/meal_clock.h"
#include "pos/app/rules.h"
#include "sync/model/keyed_hash.h"

namespace mulin::pos {
namespace {

using payment::ErrorCode;
using payment::fail;
using payment::Status;

// A till that has no site is not set up.
payment::Result<std::string> required(sync::TerminalStore& store, const char* key) {
    MULIN_TRY(const auto value, store.setting(key));
    if (!value || value->empty()) {
        return fail(ErrorCode::not_found,
                    "This till is not set up; run `mulin-pos init --demo` or `mulin-pos enroll` first.");
    }
    return *value;
}

// Of a district, the accounts that it keeps; alone, as bank cards. A damaged enrolment is one, too.
std::string default_senior_channel(const TillConfig& config, const std::filesystem::path& dir) {
    const auto enrolment = sync::load_enrolment(dir);
    return enrolment && !*enrolment ? config.card_channel : "senior_card";
}

}  // namespace

payment::Result<std::unique_ptr<Till>> Till::open(const std::filesystem::path& dir, const payment::Clock& clock,
                                                  payment::Random& random,
                                                  std::function<void(const payment::Attempt&)> observe) {
    std::unique_ptr<Till> till(new Till(dir, clock, random));
    MULIN_TRY(till->config_, load_till_config(dir));
    if (till->config_.senior_channel.empty()) till->config_.senior_channel = default_senior_channel(till->config_, dir);
    sync::StoreOptions options;
    options.create = false;
    MULIN_TRY(till->store_, sync::TerminalStore::open(dir.string(), clock, random, options));
    MULIN_TRY(till->id_, till->store_->till());
    MULIN_TRY(till->hash_key_, required(*till->store_, setting::kHashKey));
    MULIN_TRY_STATUS(till->reload());
    MULIN_TRY_STATUS(till->open_payments(std::move(observe)));
    return till;
}

Status Till::open_payments(std::function<void(const payment::Attempt&)> observe) {
    log_ = std::make_unique<LogFile>(dir_ / "log", clock_);
    const auto ledger = dir_ / config_.simulated.ledger;
    MULIN_TRY(gateway_, payment::SimulatedGateway::open(ledger.string()));
    adapters_ = make_adapters(config_, *gateway_);
    MULIN_TRY(auto channels, make_channels(config_.channels, clock_, random_, [this](const std::string& channel, const std::string& line) {
                  log_->write(channel, line);
              }));
    for (auto& channel : channels) adapters_.push_back(std::move(channel));
    adapters_.push_back(make_senior_card_channel(*store_, dir_, hash_key_, clock_));
    std::vector<payment::Adapter*> table;
    for (auto& adapter : adapters_) table.push_back(adapter.get());
    refund_runner_ = std::make_unique<payment::RefundRunner>(store_->refund_tasks(), store_->attempts(), clock_, ids_, table);
    payment::RunnerSettings settings;
    settings.refunds = refund_runner_.get();
    settings.code_key = sync::keyed_hash(hash_key_, "payment-code");
    settings.observe = std::move(observe);
    settings.progress = [this](const payment::AttemptId& id, const payment::Progress& progress) {
        if (progress_) progress_(id, progress);
    };
    settings.alarm = [this](const payment::Alarm& alarm) {
        log_->write(alarm.channel, "alarm " + alarm.kind + ", payment " + alarm.attempt.text() + ": " + alarm.text);
        if (alarm_) alarm_(alarm);
    };
    runner_ = std::make_unique<payment::Runner>(store_->attempts(), clock_, ids_, table, std::move(settings));
    return payment::ok();
}

std::int64_t Till::give_up_ms(const std::string& channel) const {
    const payment::Adapter* const found = adapter(channel);
    return found == nullptr ? 0 : found->capabilities().poll.give_up_ms;
}

payment::Adapter* Till::adapter(const std::string& channel) const {
    for (const auto& adapter : adapters_)
        if (adapter->name() == channel) return adapter.get();
    return nullptr;
}

Status Till::reload() {
    MULIN_TRY(const auto site_id, required(*store_, setting::kSite));
    MULIN_TRY(const auto site, store_->site(sync::SiteId(site_id)));
    if (!site) return fail(ErrorCode::not_found, "Site " + site_id + " is not in the till's data; exchange with the district.");
    MULIN_TRY(auto rules, load_rules(*store_));
    std::lock_guard lock(mutex_);
    policies_ = std::move(rules.policies);
    rules_problem_ = std::move(rules.problem);
    site_ = *site;
    return payment::ok();
}

sync::PolicySet Till::policies() const {
    std::lock_guard lock(mutex_);
    return policies_;
}

std::string Till::rules_problem() const {
    std::lock_guard lock(mutex_);
    return rules_problem_;
}

sync::Site Till::site() const {
    std::lock_guard lock(mutex_);
    return site_;
}

TrustedClock::Now Till::now() {
    std::lock_guard lock(mutex_);
    if (!trusted_.begun()) trusted_.begin(newest_record());
    return trusted_.now(clock_.utc(), clock_.monotonic());
}

void Till::hear_district_time(std::int64_t ahead_ms) {
    std::lock_guard lock(mutex_);
    trusted_.heard({clock_.utc().ms - ahead_ms}, clock_.monotonic());
}

sync::UtcInstant Till::newest_record() {
    sync::UtcInstant newest;
    const auto today = store_->sales_of_day(payment::china_date(clock_.utc()), 1);
    if (today && !today->empty()) newest = today->front().sale.at;
    const auto shift = store_->current_shift();
    if (shift && *shift) newest = std::max(newest, (*shift)->at);
    const auto state = store_->sync_state();
    if (state && state->last_exchange) newest = std::max(newest, *state->last_exchange);  // in the district's time
    return newest;
}

void Till::note_for_slip(sync::UtcInstant priced_at, const std::string& sentence) {
    constexpr std::size_t kKept = 64;
    std::lock_guard lock(mutex_);
    const std::pair note(priced_at, sentence);
    if (std::find(slip_notes_.begin(), slip_notes_.end(), note) != slip_notes_.end()) return;
    if (slip_notes_.size() == kKept) slip_notes_.erase(slip_notes_.begin());
    slip_notes_.push_back(note);
}

std::vector<std::string> Till::slip_notes(sync::UtcInstant priced_at) const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> notes;
    for (const auto& [at, sentence] : slip_notes_) {
        if (at == priced_at) notes.push_back(sentence);
    }
    return notes;
}

sync::Meal Till::meal_at(sync::UtcInstant at) const {
    return meal_for(site().windows, payment::china_minute_of_day(at));
}

bool Till::training() {
    const auto value = store_->setting(setting::kTraining);
    return value && *value && **value == "on";
}

}  // namespace mulin::pos
