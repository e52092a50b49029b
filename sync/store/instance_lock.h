#pragma once
// Keeps a second program out of a till's directory, from open to close.

#include <filesystem>
#include <utility>

#include "sync/model/kinds.h"

namespace mulin::sync {

class InstanceLock {
  public:
    InstanceLock() = default;
    ~InstanceLock();
    InstanceLock(InstanceLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    InstanceLock& operator=(InstanceLock&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    Status take(const std::filesystem::path& file);

  private:
    int fd_ = -1;
};

}  // namespace mulin::sync
