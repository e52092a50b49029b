#pragma once
// A disk in memory, as an SQLite file layer, that can lose power or fail at any chosen operation.
// Unsynced writes are only promises: at a power cut each is kept, lost, or torn into 512-byte sectors
// that are new, old or garbage. A name made or removed since the last flush of its directory may be
// back or gone. After a failed flush the data it covered is lost for good, as on ext4.
// A disk that lies says that it flushed and has not; when power goes, it is as it was when it began to lie.
// One thread.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "payment/base/id.h"

struct sqlite3_file;
struct sqlite3_vfs;

namespace mulin::test {

enum class DiskFault { none, power_cut, io_error, disk_full };

class CrashDisk {
  public:
    explicit CrashDisk(std::uint64_t seed);
    ~CrashDisk();
    CrashDisk(const CrashDisk&) = delete;
    CrashDisk& operator=(const CrashDisk&) = delete;

    // Name to open databases with.
    const std::string& vfs() const { return name_; }

    // The fault strikes at the n-th operation from now on, counted from 1; sticky: and at each after it.
    void plan(DiskFault fault, std::int64_t at, bool sticky = false);
    // What a plan counts: writes, truncations, flushes and removals; with_reads adds reads.
    void count_reads(bool with_reads) { count_reads_ = with_reads; }
    // From now on flushes only pretend; or, no more: its cache is written out.
    void lie(bool lies);
    std::int64_t operations() const { return operations_; }
    bool fired() const { return fired_; }

    // Power comes back: decides what became of everything unsynced, and lifts the fault.
    void reboot();
    // Lifts the fault without a power cut.
    void repair();

    // The whole disk as it is now, all of it synced; for starting many trials from one state.
    using Image = std::map<std::string, std::vector<std::uint8_t>>;
    Image image() const;
    void load(const Image& image);

    struct Write {
        std::size_t offset = 0;
        std::vector<std::uint8_t> bytes;
        bool truncation = false;  // then offset is the new size
        bool doomed = false;      // covered by a flush that failed
    };
    struct Content {
        std::vector<std::uint8_t> durable;
        std::vector<std::uint8_t> current;
        std::vector<Write> pending;
        bool name_durable = false;
    };
    // For the file layer's functions only.
    struct Layer;

  private:
    friend struct Layer;
    enum class Operation { read, write, truncate, flush, remove };
    int strike(Operation operation);
    std::vector<std::uint8_t> after_cut(const Content& content);
    void apply(const Write& write, std::vector<std::uint8_t>& bytes);
    void tear(const Write& write, std::vector<std::uint8_t>& bytes);
    void flush(Content& content);

    std::string name_;
    std::unique_ptr<sqlite3_vfs> layer_;
    payment::SeededRandom random_;
    std::map<std::string, std::shared_ptr<Content>> files_;
    std::map<std::string, std::shared_ptr<Content>> removed_;  // not yet durably
    DiskFault fault_ = DiskFault::none;
    std::int64_t at_ = 0;
    std::int64_t operations_ = 0;
    bool sticky_ = false;
    bool fired_ = false;
    bool dead_ = false;
    bool count_reads_ = false;
    bool lies_ = false;
};

}  // namespace mulin::test
