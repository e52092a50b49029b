// Replays the published messages and a full report, with random mutations of them, and noise.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "payment/base/id.h"
#include "tests/fuzz/zvt_target.h"

namespace mulin::tests {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(const std::string& hex) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 3) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> all;
    for (const char* hex : {
             "10 02 06 01 0A 04 00 00 00 01 10 10 00 49 09 78 10 03 F2 FF",
             "06 0F 0B F0 F0 F7 32 2E 31 34 2E 31 35 00",
             "04 0F 12 27 00 04 00 00 00 00 12 34 49 01 56 22 F0 F4 62 17 00 12",
             "27 00 04 00 00 00 00 12 34 0B 00 40 02 22 F0 F8 62 17 00 12 34 56 78 90 3C F0 F1 F6 36 32 31 37 30 30 31 32 33 34 35 36 37 38 39 30 06 05 1F 07 02 00 01",
             "2F 04 2F 02 01 00 1F 07 02 00 01 5A 02 12 34",
             "04 FF 03 0A 06 00",
         }) {
        all.push_back(bytes_of(hex));
    }
    return all;
}

Bytes mutated(Bytes bytes, payment::SeededRandom& random) {
    for (std::uint64_t i = 0, rounds = 1 + random.below(5); i < rounds && !bytes.empty(); ++i) {
        const auto at = random.below(bytes.size());
        const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        switch (random.below(4)) {
            case 0: bytes[at] = static_cast<std::uint8_t>(random.below(256)); break;
            case 1: bytes.erase(from, from + static_cast<std::ptrdiff_t>(random.below(bytes.size() - at) + 1)); break;
            case 2: bytes.insert(from, static_cast<std::uint8_t>(random.below(256))); break;
            default: {
                const Bytes copy(from, bytes.end());
                bytes.insert(bytes.end(), copy.begin(), copy.end());
            }
        }
    }
    return bytes;
}

TEST(ZvtFuzz, SeedsAreRead) {
    for (const auto& seed : seeds()) EXPECT_GT(try_zvt(seed), 0);
}

TEST(ZvtFuzz, MutationsNeverCrash) {
    payment::SeededRandom random(20260312);
    const auto all = seeds();
    int read = 0;
    for (int i = 0; i < 60'000; ++i) read += try_zvt(mutated(all[random.below(all.size())], random)) > 0 ? 1 : 0;
    EXPECT_GT(read, 2'000) << "mutations should sometimes still be readable";
}

TEST(ZvtFuzz, NoiseNeverCrashes) {
    payment::SeededRandom random(8);
    for (int i = 0; i < 20'000; ++i) {
        Bytes noise(random.below(200));
        random.fill(noise);
        (void)try_zvt(noise);
    }
}

}  // namespace
}  // namespace mulin::tests
