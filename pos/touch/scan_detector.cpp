#include "pos/touch/scan_detector.h"

#include <utility>

#include "pos/touch/utf8.h"

namespace mulin::pos::touch {

void ScanDetector::character(char32_t code_point, std::int64_t ms) {
    if (!held_.empty() && ms - last_ms_ > kMaxGapMs) release_held();
    held_.push_back(code_point);
    last_ms_ = ms;
    if (held_.size() > kMaxLength) release_held();
}

void ScanDetector::enter(std::int64_t ms) {
    const bool quick = !held_.empty() && ms - last_ms_ <= kMaxGapMs;
    if (quick && held_.size() >= kMinLength) {
        out_.scans.push_back(to_utf8(held_));
        held_.clear();
        return;
    }
    release_held();
    out_.enter = true;
}

ScanDetector::Output ScanDetector::take(std::int64_t now_ms) {
    if (!held_.empty() && now_ms - last_ms_ > kMaxGapMs) release_held();
    return std::exchange(out_, {});
}

std::optional<std::int64_t> ScanDetector::deadline_ms() const {
    if (held_.empty()) return std::nullopt;
    return last_ms_ + kMaxGapMs + 1;
}

void ScanDetector::excuse(std::int64_t busy_ms) {
    if (!held_.empty() && busy_ms > 0) last_ms_ += busy_ms;
}

void ScanDetector::discard() {
    held_.clear();
    out_ = {};
}

void ScanDetector::release_held() {
    out_.typed += to_utf8(held_);
    held_.clear();
}

}  // namespace mulin::pos::touch
