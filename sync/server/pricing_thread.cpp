#include "sync/server/pricing_thread.h"

#include <chrono>

#include "sync/books/settle_reconcile.h"
#include "sync/judging/reprice.h"

namespace mulin::sync::server {
namespace {

constexpr int kEntriesBesideServing = 50;
constexpr int kSubjectsBesideServing = 25;

// Whether somebody held the district just now: then tills wait, and they come first.
bool is_asked_for(District& district) {
    constexpr std::int64_t kHeldMs = 2;
    const auto before = district.clock().monotonic();
    { const auto access = district.access(); }
    return district.clock().monotonic().ms - before.ms >= kHeldMs;
}

}  // namespace

PricingThread::PricingThread(District& district) : district_(district), thread_([this] { run(); }) {}

PricingThread::~PricingThread() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    stop_asked_.notify_all();
    thread_.join();
}

void PricingThread::run() {
    Repricer repricer(district_);
    Reconciler reconciler(district_);
    std::unique_lock lock(mutex_);
    while (!stop_) {
        lock.unlock();
        auto more = repricer.step(kEntriesBesideServing);
        if (more && !*more) more = reconciler.step(kSubjectsBesideServing);
        const int between = more && *more && is_asked_for(district_) ? 100 : 5;
        lock.lock();
        // Between two steps uploads have their turn; after trouble (a full disk) it waits longer.
        const int pause = !more ? 5'000 : *more ? between : 500;
        stop_asked_.wait_for(lock, std::chrono::milliseconds(pause), [this] { return stop_; });
    }
    lock.unlock();
    (void)repricer.rest();  // what cannot be given back runs out
}

}  // namespace mulin::sync::server
