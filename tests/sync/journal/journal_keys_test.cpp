// The till's signing key: made, kept private, never overwritten.

#include <gtest/gtest.h>

#include <fstream>

#include "sync/journal/hex.h"
#include "sync/journal/keys.h"
#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;

std::span<const std::uint8_t> bytes(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

// RFC 8032, section 7.1, test 2.
TEST(JournalKeys, AgreeWithTheStandardsVector) {
    std::array<std::uint8_t, 32> seed{};
    ASSERT_TRUE(read_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", seed));
    const auto key = SigningKey::from_seed(seed);
    EXPECT_EQ(key.public_key().text(), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const auto signature = key.sign(bytes("\x72"));
    EXPECT_EQ(payment::hex(signature),
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    EXPECT_TRUE(key.public_key().verify(bytes("\x72"), signature));
    EXPECT_FALSE(key.public_key().verify(bytes("\x73"), signature));
}

TEST(JournalKeys, AreSavedForTheOwnerAloneAndNeverOverwritten) {
    test::StoreDirectory directory;
    const auto file = directory.file("key.pem");
    const auto key = SigningKey::generate();
    ASSERT_TRUE(key);
    ASSERT_TRUE(key->save(file));
    EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(key->save(file).error().code, ErrorCode::conflict);
    const auto loaded = SigningKey::load(file);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->public_key(), key->public_key());
    std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    EXPECT_EQ(SigningKey::load(file).error().code, ErrorCode::refused);
}

TEST(JournalKeys, MissingOrDamagedFilesAreNamed) {
    test::StoreDirectory directory;
    EXPECT_EQ(SigningKey::load(directory.file("none.pem")).error().code, ErrorCode::not_found);
    const auto file = directory.file("bad.pem");
    std::ofstream(file) << "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    EXPECT_EQ(SigningKey::load(file).error().code, ErrorCode::corrupt);
}

TEST(JournalKeys, APublicKeyHasOneSpelling) {
    EXPECT_TRUE(PublicKey::from_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    EXPECT_FALSE(PublicKey::from_hex("3D4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    EXPECT_FALSE(PublicKey::from_hex("3d40"));
    EXPECT_FALSE(PublicKey::from_hex(""));
}

}  // namespace
}  // namespace mulin::sync
