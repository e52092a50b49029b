#include "sync/store/high_mark.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace mulin::sync {
namespace {

constexpr const char* kMarkWord = "mulin-mark-1";
constexpr const char* kMarkEnd = "end";
// Written whole every time, at one place: shorter than a disk's sector.
constexpr std::size_t kMarkBytes = 480;

}  // namespace

std::string mark_identity_of(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return "";
    std::string machine;
    std::ifstream in("/etc/machine-id");
    std::getline(in, machine);
    return std::to_string(status.st_ino) + " " + machine;
}

HighMark::~HighMark() {
    if (fd_ < 0) return;
    (void)::fsync(fd_);
    ::close(fd_);
}

std::optional<Mark> HighMark::read() const {
    std::ifstream in(file_);
    std::string word, till, epoch, end;
    Mark mark;
    if (!std::getline(in, word) || word != kMarkWord || !std::getline(in, mark.file_identity)) return std::nullopt;
    if (!std::getline(in, till) || !std::getline(in, epoch)) return std::nullopt;
    if (!(in >> mark.entry >> mark.head.seq >> mark.head_hash >> end) || end != kMarkEnd) return std::nullopt;
    mark.head.till = TillId(till);
    mark.head.epoch = EpochId(epoch);
    return mark;
}

void HighMark::write(const Mark& mark) {
    std::ostringstream out;
    out << kMarkWord << '\n' << mark.file_identity << '\n' << mark.head.till.text() << '\n' << mark.head.epoch.text() << '\n'
        << mark.entry << ' ' << mark.head.seq << ' ' << mark.head_hash << ' ' << kMarkEnd << '\n';
    std::string text = out.str();
    if (text.size() > kMarkBytes) return;
    text.resize(kMarkBytes, ' ');
    if (fd_ < 0) fd_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ >= 0) (void)!::pwrite(fd_, text.data(), text.size(), 0);
}

}  // namespace mulin::sync
