#include "sync/wire/bundle.h"

#include <gtest/gtest.h>

#include "sync/wire/bundle_seal.h"
#include "tests/support/wire_samples.h"

namespace mulin::sync {
namespace {

using namespace test;

SigningKey key_of(std::uint8_t first) {
    std::array<std::uint8_t, 32> seed{};
    seed[0] = first;
    return SigningKey::from_seed(seed);
}

TEST(Bundle, SurvivesTheWire) {
    const auto read = parse_bundle(bundle_text(sample_bundle()));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, sample_bundle());
}

TEST(Bundle, ALeaseThatGrantsNothingOrHasNoPoolIsRefused) {
    const std::string good = bundle_text(sample_bundle());
    const auto with = [&](const std::string& what, const std::string& by) {
        std::string other = good;
        const auto at = other.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        return other.replace(at, what.size(), by);
    };
    EXPECT_TRUE(parse_bundle(good));
    EXPECT_FALSE(parse_bundle(with("\"amount_fen\":9,", "")));
    EXPECT_FALSE(parse_bundle(with("\"amount_fen\":9,", "\"amount_fen\":-1,")));
    EXPECT_FALSE(parse_bundle(with("\"serial\":2", "\"serial\":0")));
    EXPECT_FALSE(parse_bundle(with("\"budget/fund|*|2026\"", "\"\"")));
}

TEST(Bundle, WithoutSnapshotStaysWithout) {
    auto bundle = sample_bundle();
    bundle.snapshot.reset();
    const auto read = parse_bundle(bundle_text(bundle));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->snapshot);
}

TEST(Bundle, OnlyTheDistrictsSignatureCounts) {
    const auto district = key_of(1);
    const auto sealed = seal_bundle(bundle_text(sample_bundle()), district);
    EXPECT_TRUE(bundle_is_genuine(sealed, district.public_key()));
    EXPECT_FALSE(bundle_is_genuine(sealed, key_of(2).public_key()));
    for (std::size_t i = 0; i < sealed.text.size(); i += 7) {
        auto forged = sealed;
        forged.text[i] = static_cast<char>(forged.text[i] ^ 1);
        EXPECT_FALSE(bundle_is_genuine(forged, district.public_key())) << i;
    }
    auto bent = sealed;
    bent.signature[0] = bent.signature[0] == '0' ? '1' : '0';
    EXPECT_FALSE(bundle_is_genuine(bent, district.public_key()));
}

// A signature over the same text for another purpose is worth nothing here.
TEST(Bundle, ASignatureWithoutTheNameInFrontIsRefused) {
    const auto district = key_of(1);
    const std::string text = bundle_text(sample_bundle());
    const auto bare = district.sign({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    EXPECT_FALSE(bundle_is_genuine({text, payment::hex(bare)}, district.public_key()));
}

Bundle numbered(std::int64_t from, std::int64_t to, const char* incarnation = "01J") {
    Bundle bundle = sample_bundle();
    bundle.from = from;
    bundle.to = to;
    bundle.incarnation = incarnation;
    return bundle;
}

BundlePlace standing(std::int64_t cursor, const char* incarnation = "01J") {
    return {"yangpu-demo", TillId("T0001"), SiteId("S1"), incarnation, cursor, {sample_time().ms - 1}};
}

TEST(BundleOrder, TakesTheNextAndAWholeNewer) {
    EXPECT_TRUE(check_bundle_order(numbered(5, 9), standing(5)));
    EXPECT_TRUE(check_bundle_order(numbered(0, 9), standing(5)));
    EXPECT_TRUE(check_bundle_order(numbered(0, 9), standing(0, "")));
    EXPECT_TRUE(check_bundle_order(numbered(0, 0), standing(0))) << "an empty district, after enrolment";
}

TEST(BundleOrder, RefusesReplayGapAndForeignBundles) {
    EXPECT_FALSE(check_bundle_order(numbered(5, 9), standing(9))) << "played again";
    EXPECT_FALSE(check_bundle_order(numbered(0, 4), standing(9))) << "an old snapshot";
    EXPECT_FALSE(check_bundle_order(numbered(0, 9), standing(9))) << "the same snapshot";
    EXPECT_FALSE(check_bundle_order(numbered(6, 9), standing(5))) << "a part is missing";
    EXPECT_FALSE(check_bundle_order(numbered(5, 5), standing(5)));
    EXPECT_FALSE(check_bundle_order(numbered(5, 9, "02K"), standing(5))) << "another history's change";
    auto elsewhere = standing(5);
    elsewhere.till = TillId("T0002");
    EXPECT_FALSE(check_bundle_order(numbered(5, 9), elsewhere)) << "another till's";
    elsewhere = standing(5);
    elsewhere.site = SiteId("S2");
    EXPECT_FALSE(check_bundle_order(numbered(5, 9), elsewhere)) << "another site's";
    elsewhere = standing(5);
    elsewhere.district = "hongkou";
    EXPECT_FALSE(check_bundle_order(numbered(5, 9), elsewhere)) << "another district's";
}

TEST(BundleOrder, ARestoredDistrictMayGoBackWithAWholeSnapshot) {
    EXPECT_TRUE(check_bundle_order(numbered(0, 4, "02K"), standing(9)));
}

// Else whoever kept a bundle of before the restore could bring its rules back.
TEST(BundleOrder, AnIncarnationThatWasLeftDoesNotComeBack) {
    auto here = standing(4, "02K");
    here.heard = sample_time();
    EXPECT_FALSE(check_bundle_order(numbered(0, 9, "01J"), here)) << "said when this till had heard more already";
    here.heard.ms -= 1;
    EXPECT_TRUE(check_bundle_order(numbered(0, 9, "01J"), here));
}

// "Nothing is new" prolongs, carries nothing, and counts once.
TEST(BundleOrder, ANewerWordWithoutContentCountsOnce) {
    Bundle word = numbered(5, 5);
    word = {word.district, word.incarnation, word.till, 5, 5, false, word.issued_at};
    EXPECT_TRUE(check_bundle_order(word, standing(5)));
    EXPECT_FALSE(check_bundle_order(word, standing(4)));
    EXPECT_FALSE(check_bundle_order(word, standing(6)));
    auto heard = standing(5);
    heard.heard = word.issued_at;
    EXPECT_FALSE(check_bundle_order(word, heard)) << "played again";
    word.cards = {sample_card()};
    EXPECT_FALSE(check_bundle_order(word, standing(5))) << "content without a number of its own";
}

}  // namespace
}  // namespace mulin::sync
