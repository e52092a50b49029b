#pragma once
// Inbox: intents from workers to the thread that draws, in order. post() from any thread wakes the
// window; drain() at the start of a frame.

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "pos/app/app_state.h"

namespace mulin::pos {

class Inbox {
  public:
    void on_post(std::function<void()> wake) { wake_ = std::move(wake); }

    void post(AppIntent intent) {
        {
            std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(intent));
        }
        if (wake_) wake_();
    }
    std::vector<AppIntent> drain() {
        std::lock_guard lock(mutex_);
        return std::exchange(waiting_, {});
    }

  private:
    std::function<void()> wake_;
    std::mutex mutex_;
    std::vector<AppIntent> waiting_;
};

}  // namespace mulin::pos
