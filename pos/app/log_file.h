#pragma once
// LogFile: what the payment channels say for themselves, kept for whoever looks into trouble: DIR/log/
// channels.log, readable by its owner alone. One line an event: instant, channel, text. Bounded: four files
// of one megabyte, the oldest goes; and a channel that talks too much is counted instead of quoted. Not a
// record of payments (sync/store is) and nothing that a program reads.
//
// Lines come cleaned (payment/host/log_redaction.h) and are cleaned once more. Any thread. A disk that is
// full or gone loses lines and nothing else.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "payment/base/clock.h"

namespace mulin::pos {

class LogFile {
  public:
    static constexpr std::size_t kFileBytes = 1024 * 1024;
    static constexpr std::size_t kFiles = 4;
    static constexpr std::int64_t kLinesAMinute = 120;  // of one channel

    LogFile(std::filesystem::path folder, const payment::Clock& clock, std::size_t file_bytes = kFileBytes);
    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    void write(const std::string& channel, const std::string& line);

  private:
    struct Sink;
    struct Talk {
        std::int64_t minute = -1;
        std::int64_t lines = 0;  // in this minute
    };
    void put(const std::string& channel, const std::string& line);

    std::filesystem::path folder_;
    const payment::Clock& clock_;
    std::size_t file_bytes_;
    std::mutex mutex_;  // guards what follows
    std::unique_ptr<Sink> sink_;
    std::map<std::string, Talk> talk_;
};

}  // namespace mulin::pos
