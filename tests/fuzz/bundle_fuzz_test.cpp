// Bundles, mutated and made of noise.

#include <gtest/gtest.h>

#include <string>

#include "payment/base/id.h"
#include "tests/fuzz/bundle_target.h"
#include "tests/support/wire_samples.h"

namespace mulin::tests {
namespace {

std::string bent_bundle(std::string text, payment::SeededRandom& random) {
    static const std::string pieces[] = {"\"", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "9223372036854775808", "1e9", "\\ud800",
                                         "\"lifted\":1", "\"kind\":\"diner\"", "\"denied\":[]", "\"verdicts\":{}", "\"not_after\":\"\"",
                                         "\"allowance\":[]", "\"gone\":[1]", "\xff", ""};
    for (std::uint64_t round = 1 + random.below(4); round > 0 && !text.empty(); --round) {
        const auto at = random.below(text.size());
        if (random.below(3) == 0) text[at] = static_cast<char>(random.below(256));
        else text.replace(at, random.below(12), pieces[random.below(std::size(pieces))]);
    }
    return text;
}

TEST(BundleFuzz, MutatedBundlesAreReadOrRefused) {
    payment::SeededRandom random(21);
    const std::string seed = sync::bundle_text(sync::test::sample_bundle());
    ASSERT_TRUE(try_bundle(seed));
    int read = 0, refused = 0;
    for (int i = 0; i < 4'000; ++i) ++(try_bundle(bent_bundle(seed, random)) ? read : refused);
    EXPECT_GT(read, 10);
    EXPECT_GT(refused, 1'000);
}

TEST(BundleFuzz, ACutBundleIsRefusedWhereverItIsCut) {
    const std::string seed = sync::bundle_text(sync::test::sample_bundle());
    for (std::size_t cut = 0; cut < seed.size(); ++cut) EXPECT_FALSE(try_bundle(seed.substr(0, cut))) << cut;
}

TEST(BundleFuzz, NoiseIsRefused) {
    payment::SeededRandom random(22);
    for (int i = 0; i < 2'000; ++i) {
        std::string noise(random.below(400), '\0');
        for (auto& c : noise) c = static_cast<char>(random.below(256));
        EXPECT_FALSE(try_bundle(noise));
    }
}

}  // namespace
}  // namespace mulin::tests
