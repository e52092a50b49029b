// Loaded into a program before its own libraries (LD_PRELOAD), this ends it with SIGKILL at a chosen step,
// or makes its disk full. A step is a moment at which what is durable, or what somebody else knows, has
// just changed or is about to: before and after every flush of a file, before and after every send on a
// socket, and after every receive. Steps are counted once KILL_ARMED is there, so that starting up does not
// count.
//
//   KILL_ARMED=FILE  count while FILE exists
//   KILL_AT=N        end at step N
//   KILL_ONCE=FILE   only while FILE does not exist; it is made then
//   KILL_TRACE=FILE  a line for each step: number, kind, moment, file
//   DISK_FULL=FILE   while FILE exists, nothing more fits on the disk
//
// Real kernel, real program, real files: only the moment is chosen. The variables are read once.

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Wanted {
    long kill_at = 0;
    const char* once = nullptr;
    const char* trace = nullptr;
    const char* disk_full = nullptr;
    const char* armed = nullptr;
};

Wanted read_wanted() {
    Wanted wanted;
    if (const char* at = std::getenv("KILL_AT")) wanted.kill_at = std::atol(at);
    wanted.once = std::getenv("KILL_ONCE");
    wanted.trace = std::getenv("KILL_TRACE");
    wanted.disk_full = std::getenv("DISK_FULL");
    wanted.armed = std::getenv("KILL_ARMED");
    return wanted;
}

const Wanted& wanted() {
    static const Wanted read = read_wanted();
    return read;
}

std::atomic<long> steps{0};

template <class Function>
Function original(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

// Without the intercepted calls.
void put(const char* path, const char* text, std::size_t length) {
    const long file = ::syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return;
    (void)::syscall(SYS_write, file, text, length);
    (void)::syscall(SYS_close, file);
}

void note(long number, const char* kind, const char* moment, int fd) {
    char link[64];
    char name[256];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = ::readlink(link, name, sizeof name - 1);
    name[length < 0 ? 0 : length] = 0;
    const char* base = std::strrchr(name, '/');
    char line[400];
    const int written = std::snprintf(line, sizeof line, "%ld %s %s %s\n", number, kind, moment, base != nullptr ? base + 1 : name);
    if (written > 0) put(wanted().trace, line, static_cast<std::size_t>(written));
}

bool may_end() {
    if (wanted().once == nullptr) return true;
    const long file = ::syscall(SYS_openat, AT_FDCWD, wanted().once, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) (void)::syscall(SYS_close, file);
    return file >= 0;
}

void step(const char* kind, const char* moment, int fd) {
    const int kept = errno;
    if (wanted().armed == nullptr || ::access(wanted().armed, F_OK) != 0) {
        errno = kept;
        return;
    }
    const long number = ++steps;
    if (wanted().trace != nullptr) note(number, kind, moment, fd);
    if (number == wanted().kill_at && may_end()) ::kill(::getpid(), SIGKILL);
    errno = kept;
}

bool is_kind(int fd, mode_t kind) {
    struct stat info{};
    return ::fstat(fd, &info) == 0 && (info.st_mode & S_IFMT) == kind;
}

bool no_room(int fd) {
    if (wanted().disk_full == nullptr || ::access(wanted().disk_full, F_OK) != 0 || !is_kind(fd, S_IFREG)) return false;
    errno = ENOSPC;
    return true;
}

}  // namespace

extern "C" {

int fdatasync(int fd) {
    if (no_room(fd)) return -1;
    step("flush", "before", fd);
    const int done = original<int (*)(int)>("fdatasync")(fd);
    step("flush", "after", fd);
    return done;
}

int fsync(int fd) {
    if (no_room(fd)) return -1;
    step("flush", "before", fd);
    const int done = original<int (*)(int)>("fsync")(fd);
    step("flush", "after", fd);
    return done;
}

ssize_t pwrite64(int fd, const void* bytes, size_t length, off64_t at) {
    if (no_room(fd)) return -1;
    return original<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64")(fd, bytes, length, at);
}

ssize_t write(int fd, const void* bytes, size_t length) {
    if (no_room(fd)) return -1;
    const bool leaves = is_kind(fd, S_IFSOCK);
    if (leaves) step("send", "before", fd);
    const ssize_t written = original<ssize_t (*)(int, const void*, size_t)>("write")(fd, bytes, length);
    if (leaves) step("send", "after", fd);
    return written;
}

ssize_t send(int fd, const void* bytes, size_t length, int flags) {
    step("send", "before", fd);
    const ssize_t sent = original<ssize_t (*)(int, const void*, size_t, int)>("send")(fd, bytes, length, flags);
    step("send", "after", fd);
    return sent;
}

ssize_t recv(int fd, void* bytes, size_t length, int flags) {
    const ssize_t got = original<ssize_t (*)(int, void*, size_t, int)>("recv")(fd, bytes, length, flags);
    if (got > 0) step("receive", "after", fd);
    return got;
}

ssize_t read(int fd, void* bytes, size_t length) {
    const ssize_t got = original<ssize_t (*)(int, void*, size_t)>("read")(fd, bytes, length);
    if (got > 0 && is_kind(fd, S_IFSOCK)) step("receive", "after", fd);
    return got;
}

}  // extern "C"
