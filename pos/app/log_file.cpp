#include "pos/app/log_file.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <sys/stat.h>

#include <cstdio>
#include <system_error>

#include "payment/host/log_redaction.h"

namespace mulin::pos {
namespace {

// A full disk must not fill the terminal with complaints either.
spdlog::file_event_handlers owner_only() {
    spdlog::file_event_handlers handlers;
    handlers.after_open = [](const spdlog::filename_t&, std::FILE* file) { (void)::fchmod(::fileno(file), 0600); };
    return handlers;
}

}  // namespace

struct LogFile::Sink {
    spdlog::sinks::rotating_file_sink_st file;
};

LogFile::LogFile(std::filesystem::path folder, const payment::Clock& clock, std::size_t file_bytes)
    : folder_(std::move(folder)), clock_(clock), file_bytes_(file_bytes) {}

LogFile::~LogFile() = default;

void LogFile::write(const std::string& channel, const std::string& line) {
    const std::lock_guard lock(mutex_);
    Talk& talk = talk_[channel];
    const std::int64_t minute = clock_.monotonic().ms / 60'000;
    if (talk.minute != minute) {
        const std::int64_t left_out = talk.lines - kLinesAMinute;
        talk = {minute, 0};
        if (left_out > 0) put(channel, std::to_string(left_out) + " lines left out");
    }
    if (++talk.lines <= kLinesAMinute) put(channel, line);
}

// The library throws when a file cannot be opened or written; the next line tries again.
void LogFile::put(const std::string& channel, const std::string& line) {
    try {
        if (!sink_) {
            std::error_code ignored;  // shows when the file is opened
            std::filesystem::create_directories(folder_, ignored);
            sink_.reset(new Sink{{(folder_ / "channels.log").string(), file_bytes_, kFiles - 1, false, owner_only()}});
            sink_->file.set_pattern("%v");
        }
        const std::string text = payment::to_rfc3339(clock_.utc()) + " " + channel + " " + payment::host::redact(line);
        sink_->file.log(spdlog::details::log_msg("", spdlog::level::info, text));
        sink_->file.flush();
    } catch (const std::exception&) {
        sink_.reset();
    }
}

}  // namespace mulin::pos
