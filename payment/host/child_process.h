#pragma once
// One adapter's process: started with nothing of the till's but a socket, which is its standard input
// and output, and a pipe for its standard error. It dies with the till, gains no privileges, dumps no
// core, and can be ended at any moment together with whatever it started itself.
//
// Threads: owned by one thread, which must outlive the child (the kernel ties the child to it); one
// inner thread passes the child's log lines on, cleaned (log_redaction.h).

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "payment/base/clock.h"
#include "payment/base/result.h"

namespace mulin::payment::host {

struct ChildLimits {
    std::int64_t address_space_bytes = 2LL * 1024 * 1024 * 1024;  // 0: no limit
    std::int64_t open_files = 64;
    std::int64_t file_bytes = 256LL * 1024 * 1024;
};

class ChildProcess {
  public:
    // Lines of the child's standard error, one call each, from another thread; may be empty.
    using Log = std::function<void(const std::string& line)>;

    // command[0] is a path; it is not searched for. ErrorCode::disk when it cannot be started.
    static Result<std::unique_ptr<ChildProcess>> start(const std::vector<std::string>& command,
                                                       const ChildLimits& limits, Log log);
    // Ends it at once, if it still runs.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    int socket() const { return socket_; }
    pid_t pid() const { return pid_; }
    // False once it has ended by itself; then it is reaped.
    bool running();
    // SIGTERM, up to grace_ms of waiting, then SIGKILL; to the child's whole process group.
    void end(const Clock& clock, std::int64_t grace_ms);

  private:
    ChildProcess() = default;
    void kill_group(int signal) const;

    pid_t pid_ = -1;
    int socket_ = -1;
    int log_pipe_ = -1;
    bool reaped_ = false;
    std::thread log_reader_;
};

}  // namespace mulin::payment::host
