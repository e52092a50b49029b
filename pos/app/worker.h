#pragma once
// Worker: one thread with a queue of jobs, done in order. Optionally a tick runs between jobs when its
// time has come. Post from any thread. stop(), and the destructor, finish the job in hand, drop the rest and
// join; whatever must not be lost is therefore on disk before a job is posted.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace mulin::pos {

class Worker {
  public:
    // Does what is due and returns after how many ms it wants to run again; negative: not by itself.
    using Tick = std::function<std::int64_t()>;

    explicit Worker(Tick tick = {});
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // More than kMaxJobs waiting is a programmer's error: a screen asks once and waits.
    void post(std::function<void()> job);
    static constexpr std::size_t kMaxJobs = 1024;
    // Somebody waits: a tick that has long work leaves it for later. Any thread.
    bool has_jobs();
    // Once, from another thread than its own; what is posted later is not done.
    void stop();

  private:
    void run();

    Tick tick_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
    bool stop_ = false;
    std::thread thread_;  // last: starts when everything else is there
};

}  // namespace mulin::pos
