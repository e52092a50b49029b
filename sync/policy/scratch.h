#pragma once
// Scratch: memory for the working values of one quote, on the stack as long as it suffices and given
// back all at once. Not for what a quote hands out, and not for threads to share.

#include <cstddef>
#include <memory_resource>
#include <new>
#include <span>
#include <type_traits>

namespace mulin::sync::policy {

class Scratch {
  public:
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    std::pmr::memory_resource* memory() { return &memory_; }

    // So many values as T{} makes them; they last as long as the scratch.
    template <class T>
    std::span<T> array(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<T>);
        T* const first = static_cast<T*>(memory_.allocate(count * sizeof(T), alignof(T)));
        for (std::size_t i = 0; i < count; ++i) new (first + i) T{};
        return {first, count};
    }

  private:
    alignas(std::max_align_t) std::byte first_[6 * 1024];
    std::pmr::monotonic_buffer_resource memory_{first_, sizeof first_};
};

}  // namespace mulin::sync::policy
