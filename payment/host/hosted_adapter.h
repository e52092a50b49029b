#pragma once
// HostedAdapter: an adapter that lives in a process of its own, seen from the till as any other. It
// enforces every deadline itself and believes nothing it cannot check: a crash, a hang, garbage, a
// frame that is too large or an answer about something else never harms more than one answer.
//
//   what happened                                  the attempt is
//   the process could not be started, or was gone
//   before the kernel took one byte of the request  not_sent
//   anything after that without a whole, strict,
//   fitting answer in time                          unknown, and the process is ended
//   approved without an echo of this attempt's id,
//   amount and currency                             unknown, refs["alarm"] = "mismatch"
//
// A process that had to be ended is started anew with the next call, not sooner than its back-off
// allows; in between start is not_sent and everything else unknown. Nothing is repeated: the runner
// asks again by its plan.
//
// Threads: one thread calls; cancel() and stop() may come from any. The thread that calls first must live as
// long as the adapter's process shall.

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "payment/host/child_process.h"
#include "payment/host/envelope.h"
#include "payment/host/frame.h"
#include "payment/port/adapter.h"
#include "payment/port/channel_settings.h"

namespace mulin::payment::host {

struct HostSettings {
    std::vector<std::string> command;  // the program and its arguments, by full path
    ChannelSettings channel;
    std::int64_t hello_deadline_ms = 5'000;
    std::int64_t slack_ms = 500;         // beyond the adapter's own deadline, before it is asked to stop
    std::int64_t cancel_grace_ms = 500;  // after that, before it is ended
    std::int64_t end_grace_ms = 300;     // between SIGTERM and SIGKILL
    std::int64_t back_off_first_ms = 200;
    std::int64_t back_off_longest_ms = 30'000;
    ChildLimits limits;
    std::function<void(const std::string& line)> log;  // cleaned; from another thread
};

class HostedAdapter final : public Adapter {
  public:
    // The clock must move by itself (SystemClock): deadlines are real. It outlives this.
    HostedAdapter(HostSettings settings, const Clock& clock);
    ~HostedAdapter() override;

    // Starts the process and greets it, so that a wrong setting is heard at the till's start. Not
    // needed: the first call does the same.
    Status open();

    std::string name() const override { return settings_.channel.channel(); }
    // As the process said when it was greeted last. Before that: it may query and reverse, so that
    // nothing is handed to a person only because a program was slow to start.
    Capabilities capabilities() const override;
    AttemptResult start(const AttemptRequest& request) override;
    AttemptResult query(const Attempt& attempt) override;
    void cancel(const AttemptId& id) override;
    void stop() override;
    ReverseResult reverse(const Attempt& attempt) override;
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override;
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override;

    // For tests and for the status screen.
    pid_t process() const;
    std::int64_t starts() const { return starts_; }
    // Why there is no process, or why the last one was ended; empty when all is well.
    std::string trouble() const;

  private:
    enum class Fate { answered, nothing_left, lost };
    struct Answer {
        Fate fate = Fate::lost;
        std::string body;  // when answered without an error
        std::string code;  // what went wrong: "adapter_crashed", "adapter_hung", ...
    };
    struct Expectation {
        std::int64_t deadline_ms;
        AttemptId attempt;
        const std::function<void(const Progress&)>* progress = nullptr;
    };

    Status ensure_running();
    Status greet();
    Answer call(const char* method, const std::string& params, const Expectation& expected);
    Answer wait_for(std::int64_t id, const Expectation& expected);
    bool pass_progress(const Envelope& notification, const Expectation& expected) const;
    Answer give_up_on(const char* code);
    void send_cancel(const AttemptId& id);
    void drain_wake();
    bool cancel_wanted(const AttemptId& id);
    AttemptResult attempt_result(const Answer& answer, const AttemptId& id, Money amount, const std::string& code);

    HostSettings settings_;
    const Clock& clock_;
    mutable std::mutex mutex_;  // child_, capabilities_, trouble_, cancelled_
    std::unique_ptr<ChildProcess> child_;
    std::unique_ptr<FrameReader> reader_;
    std::optional<Capabilities> capabilities_;
    std::string trouble_;
    int wake_ = -1;  // eventfd: cancel() and stop() wake the waiting call
    AttemptId cancelled_;
    std::atomic<bool> stopped_ = false;
    std::int64_t next_id_ = 1;
    std::atomic<std::int64_t> starts_{0};
    std::int64_t failures_ = 0;  // since the last good answer
    MonotonicInstant not_before_;
};

}  // namespace mulin::payment::host
