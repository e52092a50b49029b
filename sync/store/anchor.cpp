#include "sync/store/anchor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace mulin::sync {
namespace {

constexpr const char* kAnchorName = "till.anchor";
constexpr const char* kAnchorMark = "mulin-anchor-1";

bool flush_directory(const std::filesystem::path& dir) {
    const int fd = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    const bool done = ::fsync(fd) == 0;
    ::close(fd);
    return done;
}

std::optional<Anchor> parse_anchor(std::istream& in) {
    std::string mark, till, epoch;
    Anchor anchor;
    if (!std::getline(in, mark) || mark != kAnchorMark || !std::getline(in, anchor.file_identity)) return std::nullopt;
    if (!std::getline(in, till) || !std::getline(in, epoch)) return std::nullopt;
    if (!(in >> anchor.head.seq >> anchor.head_hash >> anchor.known_time.ms)) return std::nullopt;
    anchor.head.till = TillId(till);
    anchor.head.epoch = EpochId(epoch);
    return anchor;
}

}  // namespace

std::string identity_of(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return "";
    std::string machine;
    std::ifstream in("/etc/machine-id");
    std::getline(in, machine);
    return std::to_string(status.st_dev) + " " + std::to_string(status.st_ino) + " " + machine;
}

std::optional<Anchor> take_anchor(const std::filesystem::path& dir) {
    const auto path = dir / kAnchorName;
    std::optional<Anchor> anchor;
    {
        std::ifstream in(path);
        if (!in) return std::nullopt;
        anchor = parse_anchor(in);
    }
    // It counts only once nobody else can find it again.
    if (::unlink(path.c_str()) != 0 || !flush_directory(dir)) return std::nullopt;
    return anchor;
}

void leave_anchor(const std::filesystem::path& dir, const Anchor& anchor) {
    std::ostringstream out;
    out << kAnchorMark << '\n' << anchor.file_identity << '\n' << anchor.head.till.text() << '\n' << anchor.head.epoch.text()
        << '\n' << anchor.head.seq << ' ' << anchor.head_hash << ' ' << anchor.known_time.ms << '\n';
    const std::string text = out.str();
    const auto path = dir / kAnchorName;
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return;
    const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    ::close(fd);
    if (!written || !flush_directory(dir)) ::unlink(path.c_str());
}

}  // namespace mulin::sync
