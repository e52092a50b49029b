#pragma once
// ChannelLines: makes the runners' calls (payment/port/channel_call.h), each on the thread of its own
// channel, so that one that does not answer holds up neither cash nor another channel. Calls of one channel
// are made one after the other, payments that somebody waits for before questions. Decides nothing, and
// knows no runner: answers and progress are kept until they are fetched.
//
// Threads: any. close() ends every call soon and joins; a payment whose answer is lost by that is asked about
// at the next start.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>

#include "payment/port/channel_call.h"
#include "pos/app/worker.h"

namespace mulin::pos {

class ChannelLines {
  public:
    struct Answered {
        payment::ChannelCall call;
        payment::ChannelAnswer answer;
    };
    struct Progressed {
        payment::AttemptId attempt;
        payment::Progress progress;
    };
    using News = std::variant<Answered, Progressed>;

    // `wake` is called from a channel's thread when there is something to fetch and it was not told before.
    explicit ChannelLines(std::function<void()> wake) : wake_(std::move(wake)) {}
    ~ChannelLines() { close(); }

    void carry(payment::ChannelCall call);
    // The till no longer waits for this payment's start: one that was not yet made is never made, of the one
    // that runs the channel is told.
    void cancel(const payment::AttemptId& id);
    // Of one attempt only the newest progress is kept.
    void progressed(const payment::AttemptId& id, const payment::Progress& progress);
    // Oldest first; none: `wake` tells when there is more.
    std::optional<News> next();
    void close();

  private:
    struct Line {
        payment::Adapter* adapter = nullptr;
        std::deque<payment::ChannelCall> waiting;
        payment::AttemptId starting;  // whose start runs; empty: none
        bool busy = false;            // a job of its worker will look at `waiting`
        std::unique_ptr<Worker> worker;
    };
    void make_calls(Line& line);
    void add(News news);

    std::function<void()> wake_;
    std::mutex mutex_;  // guards what follows
    std::map<payment::Adapter*, Line> lines_;
    std::deque<News> news_;
    bool told_ = false;
    bool closed_ = false;
};

}  // namespace mulin::pos
