#include "tests/support/store_crash_vfs.h"

#include <algorithm>
#include <cstring>

#include <sqlite3.h>

#include "payment/base/check.h"

namespace mulin::test {
namespace {

constexpr std::size_t kSector = 512;

void write_at(std::vector<std::uint8_t>& bytes, std::size_t offset, const std::uint8_t* data, std::size_t size) {
    if (bytes.size() < offset + size) bytes.resize(offset + size);
    std::copy_n(data, size, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

// What SQLite calls. An open file points to its disk and content; names may be removed meanwhile.
struct CrashDisk::Layer {
    struct OpenFile {
        sqlite3_file base;
        CrashDisk* disk;
        std::shared_ptr<Content>* content;
        bool temporary;
    };
    static OpenFile& of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
    static CrashDisk& disk(sqlite3_vfs* vfs) { return *static_cast<CrashDisk*>(vfs->pAppData); }

    static int close(sqlite3_file* file) {
        delete of(file).content;
        return SQLITE_OK;
    }

    static int read(sqlite3_file* file, void* out, int amount, sqlite3_int64 offset) {
        auto& open = of(file);
        if (const int code = open.disk->strike(Operation::read); code != SQLITE_OK) return code;
        const auto& bytes = (*open.content)->current;
        const auto size = static_cast<std::size_t>(amount);
        const auto from = std::min(static_cast<std::size_t>(offset), bytes.size());
        const auto have = std::min(size, bytes.size() - from);
        std::memset(out, 0, size);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), have, static_cast<std::uint8_t*>(out));
        return have == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
    }

    static int write(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) {
        auto& open = of(file);
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        const int code = open.disk->strike(Operation::write);
        // The write during which power goes may still reach the platter, whole or torn.
        const bool last_gasp = code != SQLITE_OK && open.disk->dead_ && open.disk->at_ == open.disk->operations_;
        if (code == SQLITE_OK || last_gasp) {
            auto& content = **open.content;
            content.pending.push_back({static_cast<std::size_t>(offset), {bytes, bytes + amount}, false, false});
            write_at(content.current, static_cast<std::size_t>(offset), bytes, static_cast<std::size_t>(amount));
        }
        return code;
    }

    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        auto& open = of(file);
        if (const int code = open.disk->strike(Operation::truncate); code != SQLITE_OK) return code;
        auto& content = **open.content;
        content.pending.push_back({static_cast<std::size_t>(size), {}, true, false});
        content.current.resize(static_cast<std::size_t>(size));
        return SQLITE_OK;
    }

    static int sync(sqlite3_file* file, int) {
        auto& open = of(file);
        auto& content = **open.content;
        if (const int code = open.disk->strike(Operation::flush); code != SQLITE_OK) {
            for (auto& write : content.pending) write.doomed = true;
            return code;
        }
        if (!open.disk->lies_) open.disk->flush(content);
        return SQLITE_OK;
    }

    static int file_size(sqlite3_file* file, sqlite3_int64* size) {
        *size = static_cast<sqlite3_int64>((*of(file).content)->current.size());
        return SQLITE_OK;
    }
    static int lock(sqlite3_file*, int) { return SQLITE_OK; }
    static int check_reserved(sqlite3_file*, int* out) {
        *out = 0;
        return SQLITE_OK;
    }
    static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
    static int sector_size(sqlite3_file*) { return static_cast<int>(kSector); }
    // What Debian's Unix file layer says as well: bytes beside a write are not harmed by it.
    static int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
        static const sqlite3_io_methods kMethods{1,    close,          read,    write,       truncate,       sync,    file_size,
                                                 lock, lock,           check_reserved, control, sector_size, characteristics};
        auto& self = disk(vfs);
        file->pMethods = nullptr;
        if (self.dead_) return SQLITE_CANTOPEN;
        std::shared_ptr<Content> content;
        if (name == nullptr) {
            content = std::make_shared<Content>();
        } else if (const auto found = self.files_.find(name); found != self.files_.end()) {
            content = found->second;
        } else if ((flags & SQLITE_OPEN_CREATE) != 0) {
            content = self.files_[name] = std::make_shared<Content>();
        } else {
            return SQLITE_CANTOPEN;
        }
        of(file).disk = &self;
        of(file).content = new std::shared_ptr<Content>(content);
        file->pMethods = &kMethods;
        if (out_flags != nullptr) *out_flags = flags;
        return SQLITE_OK;
    }

    static int remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
        auto& self = disk(vfs);
        if (self.strike(Operation::remove) != SQLITE_OK) return SQLITE_IOERR_DELETE;
        const auto found = self.files_.find(name);
        if (found == self.files_.end()) return SQLITE_IOERR_DELETE_NOENT;
        if (found->second->name_durable) self.removed_.emplace(name, found->second);
        self.files_.erase(found);
        if (sync_directory != 0) self.removed_.clear();
        return SQLITE_OK;
    }

    static int access(sqlite3_vfs* vfs, const char* name, int, int* out) {
        const auto& self = disk(vfs);
        const auto found = self.files_.find(name);
        // As SQLite's Unix layer: an empty file does not count as existing.
        *out = found != self.files_.end() && !found->second->current.empty() ? 1 : 0;
        return SQLITE_OK;
    }

    static int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
        sqlite3_snprintf(size, out, "%s", name);
        return SQLITE_OK;
    }
    static int randomness(sqlite3_vfs* vfs, int size, char* out) {
        disk(vfs).random_.fill({reinterpret_cast<std::uint8_t*>(out), static_cast<std::size_t>(size)});
        return size;
    }
    static int sleep(sqlite3_vfs*, int micros) { return micros; }
    static int time(sqlite3_vfs*, double* out) {
        *out = 2461110.0;
        return SQLITE_OK;
    }
    static int last_error(sqlite3_vfs*, int, char*) { return 0; }
};

CrashDisk::CrashDisk(std::uint64_t seed) : layer_(std::make_unique<sqlite3_vfs>()), random_(seed) {
    static int count = 0;
    name_ = "crash-disk-" + std::to_string(++count);
    *layer_ = {};
    layer_->iVersion = 1;
    layer_->szOsFile = sizeof(Layer::OpenFile);
    layer_->mxPathname = 512;
    layer_->zName = name_.c_str();
    layer_->pAppData = this;
    layer_->xOpen = Layer::open;
    layer_->xDelete = Layer::remove;
    layer_->xAccess = Layer::access;
    layer_->xFullPathname = Layer::full_path;
    layer_->xRandomness = Layer::randomness;
    layer_->xSleep = Layer::sleep;
    layer_->xCurrentTime = Layer::time;
    layer_->xGetLastError = Layer::last_error;
    MULIN_CHECK(sqlite3_vfs_register(layer_.get(), 0) == SQLITE_OK);
}

CrashDisk::~CrashDisk() { sqlite3_vfs_unregister(layer_.get()); }

void CrashDisk::plan(DiskFault fault, std::int64_t at, bool sticky) {
    fault_ = fault;
    at_ = at;
    sticky_ = sticky;
    operations_ = 0;
    fired_ = false;
}

int CrashDisk::strike(Operation operation) {
    if (dead_) return SQLITE_IOERR;
    if (operation == Operation::read && !count_reads_) return SQLITE_OK;
    ++operations_;
    const bool now = fault_ != DiskFault::none && (operations_ == at_ || (sticky_ && operations_ > at_));
    if (!now) return SQLITE_OK;
    if (fault_ == DiskFault::disk_full) {
        fired_ = fired_ || operation == Operation::write;
        return operation == Operation::write ? SQLITE_FULL : SQLITE_OK;
    }
    fired_ = true;
    if (fault_ == DiskFault::power_cut) {
        dead_ = true;
        return SQLITE_IOERR;
    }
    switch (operation) {
        case Operation::read: return SQLITE_IOERR_READ;
        case Operation::write: return SQLITE_IOERR_WRITE;
        case Operation::truncate: return SQLITE_IOERR_TRUNCATE;
        case Operation::flush: return SQLITE_IOERR_FSYNC;
        case Operation::remove: return SQLITE_IOERR_DELETE;
    }
    return SQLITE_IOERR;
}

void CrashDisk::apply(const Write& write, std::vector<std::uint8_t>& bytes) {
    if (write.truncation) {
        bytes.resize(write.offset);
    } else {
        write_at(bytes, write.offset, write.bytes.data(), write.bytes.size());
    }
}

void CrashDisk::tear(const Write& write, std::vector<std::uint8_t>& bytes) {
    if (write.truncation) return;
    for (std::size_t at = 0; at < write.bytes.size();) {
        const std::size_t to_boundary = kSector - (write.offset + at) % kSector;
        const std::size_t size = std::min(to_boundary, write.bytes.size() - at);
        const auto fate = random_.below(3);
        if (fate == 0) write_at(bytes, write.offset + at, write.bytes.data() + at, size);
        if (fate == 1) {
            std::vector<std::uint8_t> garbage(size);
            random_.fill(garbage);
            write_at(bytes, write.offset + at, garbage.data(), size);
        }
        at += size;
    }
}

std::vector<std::uint8_t> CrashDisk::after_cut(const Content& content) {
    auto bytes = content.durable;
    for (const auto& write : content.pending) {
        if (write.doomed) continue;
        const auto fate = random_.below(3);
        if (fate == 0) apply(write, bytes);
        if (fate == 1) tear(write, bytes);
    }
    return bytes;
}

// The first flush of a new file flushes its directory too (SQLite's Unix layer does so), and with it
// every removal before it.
void CrashDisk::flush(Content& content) {
    std::vector<Write> doomed;
    for (auto& write : content.pending) {
        if (write.doomed) {
            doomed.push_back(std::move(write));
        } else {
            apply(write, content.durable);
        }
    }
    content.pending = std::move(doomed);
    if (!content.name_durable) removed_.clear();
    content.name_durable = true;
}

void CrashDisk::lie(bool lies) {
    if (lies_ && !lies) {
        removed_.clear();
        for (auto& [name, content] : files_) {
            content->durable = content->current;
            content->pending.clear();
            content->name_durable = true;
        }
    }
    lies_ = lies;
}

void CrashDisk::reboot() {
    Image survivors;
    for (const auto& [name, content] : removed_) {
        if (lies_ || random_.below(2) == 0) survivors[name] = lies_ ? content->durable : after_cut(*content);
    }
    for (const auto& [name, content] : files_) {
        if (!content->name_durable && (lies_ || random_.below(2) != 0)) continue;
        survivors[name] = lies_ ? content->durable : after_cut(*content);
    }
    load(survivors);
    repair();
}

void CrashDisk::repair() {
    fault_ = DiskFault::none;
    dead_ = false;
}

CrashDisk::Image CrashDisk::image() const {
    Image image;
    for (const auto& [name, content] : files_) image[name] = content->current;
    return image;
}

void CrashDisk::load(const Image& image) {
    files_.clear();
    removed_.clear();
    for (const auto& [name, bytes] : image) {
        auto content = std::make_shared<Content>();
        content->durable = bytes;
        content->current = bytes;
        content->name_durable = true;
        files_[name] = content;
    }
}

}  // namespace mulin::test
