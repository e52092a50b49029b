#include "pos/app/worker.h"

#include <chrono>

#include "payment/base/check.h"

namespace mulin::pos {

Worker::Worker(Tick tick) : tick_(std::move(tick)), thread_([this] { run(); }) {}

Worker::~Worker() { stop(); }

void Worker::stop() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Worker::post(std::function<void()> job) {
    {
        std::lock_guard lock(mutex_);
        if (stop_) return;
        MULIN_CHECK(jobs_.size() < kMaxJobs);
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
}

bool Worker::has_jobs() {
    std::lock_guard lock(mutex_);
    return !jobs_.empty();
}

void Worker::run() {
    for (;;) {
        const std::int64_t wait_ms = tick_ ? tick_() : -1;
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            const auto ready = [this] { return stop_ || !jobs_.empty(); };
            if (wait_ms < 0) wake_.wait(lock, ready);
            else wake_.wait_for(lock, std::chrono::milliseconds(wait_ms), ready);
            if (stop_) return;
            if (jobs_.empty()) continue;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

}  // namespace mulin::pos
