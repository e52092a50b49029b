#include "sync/server/pricing_thread.h"

#include <chrono>

#include "sync/books/settle_reconcile.h"
#include "sync/judging/reprice.h"

namespace mulin::sync::server {
namespace {

constexpr int kEntriesBesideServing = 50;
constexpr int kSubjectsBesideServing = 25;

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
        lock.lock();
        // Between two steps uploads have their turn; after trouble (a full disk) it waits longer.
        const int pause = !more ? 5'000 : *more ? 5 : 500;
        stop_asked_.wait_for(lock, std::chrono::milliseconds(pause), [this] { return stop_; });
    }
}

}  // namespace mulin::sync::server
