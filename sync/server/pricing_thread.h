#pragma once
// What the district does beside serving: prices again what came in (sync/judging), then settles it
// (sync/books). A few entries at a time, so that ingest never waits for more than one small transaction.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "sync/district/district.h"

namespace mulin::sync::server {

// On a thread of its own, which ends with its object.
class PricingThread {
  public:
    explicit PricingThread(District& district);
    ~PricingThread();

  private:
    void run();
    District& district_;
    std::mutex mutex_;
    std::condition_variable stop_asked_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace mulin::sync::server
