#pragma once
// The high mark: how far the journal had come, in a small file beside the database. It is written after
// every commit, so it is never ahead of a file that kept its promises. When it is, the file lost what it had
// stored (put back from a copy, or a disk that lied), and the till must go on under a new epoch that says so.
// It also knows which file it belongs to, so a copy in another place is found out. It protects no secret.

#include <filesystem>
#include <optional>
#include <string>

#include "sync/model/sale.h"

namespace mulin::sync {

struct Mark {
    std::string file_identity;  // inode and machine; a device number may change with every start
    std::int64_t entry = 0;     // entry.id: how many entries there were
    EntryKey head;
    std::string head_hash;  // 64 hex
    friend bool operator==(const Mark&, const Mark&) = default;
};

// Inode of `file` and this machine's id; empty when the file cannot be looked at.
std::string mark_identity_of(const std::filesystem::path& file);

class HighMark {
  public:
    explicit HighMark(std::filesystem::path file) : file_(std::move(file)) {}
    ~HighMark();
    HighMark(const HighMark&) = delete;
    HighMark& operator=(const HighMark&) = delete;

    // Nothing when there is none or it is torn.
    std::optional<Mark> read() const;
    // Best effort, and not flushed: the next start on an honest disk needs none.
    void write(const Mark& mark);

  private:
    std::filesystem::path file_;
    int fd_ = -1;
};

}  // namespace mulin::sync
