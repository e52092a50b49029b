#include "payment/host/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "payment/host/log_redaction.h"

namespace mulin::payment::host {
namespace {

constexpr std::int64_t kLookAgainMs = 2;
// An address sanitizer maps terabytes of shadow memory: no bound on addresses then.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kBoundAddresses = false;
#else
constexpr bool kBoundAddresses = true;
#endif
constexpr std::size_t kLongestUnbrokenLog = 16 * 1024;

void limit(int resource, std::int64_t most) {
    const rlimit bound{static_cast<rlim_t>(most), static_cast<rlim_t>(most)};
    ::setrlimit(static_cast<__rlimit_resource_t>(resource), &bound);
}

// What the child needs after fork(), prepared before: between fork() and exec() only calls that are
// safe in a program with threads.
struct Launch {
    int socket;
    int log;
    pid_t parent;
    ChildLimits limits;
    char* const* arguments;
    char* const* environment;
};

[[noreturn]] void become(const Launch& launch) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != launch.parent) ::_exit(125);  // the till died in between
    ::setsid();
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ::umask(077);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::dup2(launch.socket, STDIN_FILENO);
    ::dup2(launch.socket, STDOUT_FILENO);
    ::dup2(launch.log, STDERR_FILENO);
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, launch.limits.open_files);
    limit(RLIMIT_FSIZE, launch.limits.file_bytes);
    if (kBoundAddresses && launch.limits.address_space_bytes > 0) limit(RLIMIT_AS, launch.limits.address_space_bytes);
    ::execve(launch.arguments[0], launch.arguments, launch.environment);
    ::_exit(127);
}

void pass_log_on(int pipe, const ChildProcess::Log& log) {
    std::string pending;
    std::array<char, 4096> chunk{};
    for (;;) {
        const ssize_t got = ::read(pipe, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        pending.append(chunk.data(), static_cast<std::size_t>(got));
        std::size_t from = 0;
        for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n', from)) {
            if (log) log(redact(std::string_view(pending).substr(from, end - from)));
            from = end + 1;
        }
        pending.erase(0, from);
        if (pending.size() > kLongestUnbrokenLog) pending.clear();
    }
    if (log && !pending.empty()) log(redact(pending));
}

tl::unexpected<Error> cannot_start(const std::string& path, int problem) {
    return fail(ErrorCode::disk, "The payment adapter's program " + path + " cannot be started: " + std::strerror(problem) + ".", true);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const std::vector<std::string>& command,
                                                          const ChildLimits& limits, Log log) {
    if (command.empty() || ::access(command[0].c_str(), X_OK) != 0)
        return cannot_start(command.empty() ? "(none)" : command[0], command.empty() ? ENOENT : errno);
    std::array<int, 2> sockets{-1, -1};
    std::array<int, 2> pipes{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) return cannot_start(command[0], errno);
    if (::pipe2(pipes.data(), O_CLOEXEC) != 0) {
        const int problem = errno;
        ::close(sockets[0]);
        ::close(sockets[1]);
        return cannot_start(command[0], problem);
    }
    std::vector<std::string> arguments = command;
    std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};
    const auto argv = pointers_to(arguments);
    const auto envp = pointers_to(environment);
    const Launch launch{sockets[1], pipes[1], ::getpid(), limits, argv.data(), envp.data()};
    const pid_t pid = ::fork();
    if (pid == 0) become(launch);
    const int problem = errno;
    ::close(sockets[1]);
    ::close(pipes[1]);
    if (pid < 0) {
        ::close(sockets[0]);
        ::close(pipes[0]);
        return cannot_start(command[0], problem);
    }
    std::unique_ptr<ChildProcess> child(new ChildProcess());
    child->pid_ = pid;
    child->socket_ = sockets[0];
    child->log_pipe_ = pipes[0];
    child->log_reader_ = std::thread([pipe = pipes[0], log = std::move(log)] { pass_log_on(pipe, log); });
    return child;
}

void ChildProcess::kill_group(int signal) const {
    if (pid_ <= 0) return;
    // The group exists once the child has called setsid(); before that the child alone.
    if (::kill(-pid_, signal) != 0 && !reaped_) ::kill(pid_, signal);
}

bool ChildProcess::running() {
    if (reaped_) return false;
    const pid_t gone = ::waitpid(pid_, nullptr, WNOHANG);
    reaped_ = gone == pid_ || (gone < 0 && errno == ECHILD);
    return !reaped_;
}

void ChildProcess::end(const Clock& clock, std::int64_t grace_ms) {
    if (running() && grace_ms > 0) {
        kill_group(SIGTERM);
        const std::int64_t until = clock.monotonic().ms + grace_ms;
        while (running() && clock.monotonic().ms < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(kLookAgainMs));
    }
    // Also when it has ended: what it started itself may live on in its group.
    kill_group(SIGKILL);
    if (!reaped_) {
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
        reaped_ = true;
    }
}

ChildProcess::~ChildProcess() {
    kill_group(SIGKILL);
    if (!reaped_) {
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
    }
    ::close(socket_);
    log_reader_.join();
    ::close(log_pipe_);
}

}  // namespace mulin::payment::host
