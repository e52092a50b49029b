#pragma once
// Id<Tag>: a short opaque text that names one thing of one kind; ids of two kinds do not mix.
// IdSource makes new ids at the till, before anything is sent. Random is the seam for randomness.

#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "payment/base/clock.h"

namespace mulin::payment {

template <class Tag>
class Id {
  public:
    Id() = default;
    explicit Id(std::string text) : text_(std::move(text)) {}
    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    friend auto operator<=>(const Id&, const Id&) = default;

  private:
    std::string text_;
};

// Source of random bytes. SystemRandom asks OpenSSL; SeededRandom repeats itself for tests,
// simulation and generated demo data, and must never make a key.
class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> bytes) = 0;
    std::uint64_t next_u64();
    // Uniform in [0, bound); bound > 0.
    std::uint64_t below(std::uint64_t bound);
};

class SystemRandom final : public Random {
  public:
    void fill(std::span<std::uint8_t> bytes) override;
};

class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::uint8_t> bytes) override;

  private:
    std::uint64_t state_;
};

// 26 characters [0-9A-HJKMNP-TV-Z]: 48 bits of UTC milliseconds, then 80 random bits. Sorts by time.
class IdSource {
  public:
    IdSource(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
    std::string next_text();
    template <class Tag>
    Id<Tag> next() {
        return Id<Tag>(next_text());
    }

  private:
    const Clock& clock_;
    Random& random_;
};

std::string hex(std::span<const std::uint8_t> bytes);

}  // namespace mulin::payment

template <class Tag>
struct std::hash<mulin::payment::Id<Tag>> {
    std::size_t operator()(const mulin::payment::Id<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.text());
    }
};
