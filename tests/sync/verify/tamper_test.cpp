// A thousand entries, and everything that can be done to them: any byte flipped, any entry dropped, repeated, moved,
// the end cut off. The verifier finds all of it. With MULIN_LONG=1 every byte of every entry; else of every 100th.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "tests/sync/verify/journal_writer.h"

namespace mulin::verify {
namespace {

using tests::JournalWriter;

constexpr std::size_t kEntries = 1000;

// Sales, voids, closes, new epochs and a key change, so that each kind of line is among them.
JournalWriter long_journal() {
    JournalWriter journal;
    for (std::size_t n = 1; journal.lines.size() < kEntries; ++n) {
        if (n % 97 == 0) journal.new_epoch("epoch" + std::to_string(n));
        else if (n == 500) journal.change_key(8, "keyed");
        else if (n % 31 == 0) journal.close_shift();
        else journal.sell();
    }
    return journal;
}

class Tamper : public ::testing::Test {
  protected:
    static void SetUpTestSuite() { journal_ = std::make_unique<JournalWriter>(long_journal()); }
    static void TearDownTestSuite() { journal_.reset(); }
    static const std::vector<std::string>& lines() { return journal_->lines; }
    static Verifier fresh() {
        Verifier verifier;
        verifier.trust("T1", tests::Signer(7).public_hex());
        const Line& last = journal_->last;
        verifier.expect("T1", last.epoch, last.seq, last.hash);
        return verifier;
    }
    // What is left of the journal from `next` on shows the damage at the latest in its first two lines, or at the end.
    static bool finds(Verifier verifier, const std::vector<std::string>& rest) {
        for (const auto& line : rest)
            if (verifier.take(line)) return true;
        return !verifier.finish().empty();
    }
    static std::vector<std::string> part(std::size_t from, std::size_t count) {
        std::vector<std::string> found;
        for (std::size_t i = from; i < lines().size() && found.size() < count; ++i) found.push_back(lines()[i]);
        return found;
    }
    static bool thorough() { return std::getenv("MULIN_LONG") != nullptr; }
    static std::unique_ptr<JournalWriter> journal_;
};
std::unique_ptr<JournalWriter> Tamper::journal_;

TEST_F(Tamper, TheTrueJournalHoldsToItsEnd) { EXPECT_FALSE(finds(fresh(), lines())); }

TEST_F(Tamper, AnyFlippedByteIsFound) {
    const std::size_t stride = thorough() ? 1 : 100;
    std::int64_t flips = 0;
    Verifier before = fresh();
    for (std::size_t i = 0; i < lines().size(); ++i) {
        if (i % stride == 0) {
            std::string line = lines()[i];
            for (char& byte : line) {
                byte ^= 1;
                Verifier verifier = before;
                if (!verifier.take(line)) ASSERT_TRUE(finds(std::move(verifier), part(i + 1, 1))) << "line " << i << ": " << line;
                byte ^= 1;
                ++flips;
            }
        }
        ASSERT_FALSE(before.take(lines()[i]));
    }
    EXPECT_GT(flips, thorough() ? 900'000 : 8'000);
    RecordProperty("flips", std::to_string(flips));
}

TEST_F(Tamper, AnyDroppedRepeatedOrSwappedEntryIsFound) {
    Verifier before = fresh();
    for (std::size_t i = 0; i < lines().size(); ++i) {
        EXPECT_TRUE(finds(before, part(i + 1, 1))) << "dropped " << i;
        auto swapped = part(i, 2);
        std::reverse(swapped.begin(), swapped.end());
        if (swapped.size() == 2) EXPECT_TRUE(finds(before, swapped)) << "swapped " << i;
        ASSERT_FALSE(before.take(lines()[i]));
        Verifier twice = before;
        EXPECT_TRUE(twice.take(lines()[i])) << "repeated " << i;
    }
}

TEST_F(Tamper, AnyMovedEntryIsFound) {
    std::mt19937 dice(11);
    for (int round = 0; round < (thorough() ? 1000 : 8); ++round) {
        auto moved = lines();
        const std::size_t from = dice() % moved.size();
        const std::size_t to = dice() % moved.size();
        if (from == to) continue;
        const std::string line = moved[from];
        moved.erase(moved.begin() + static_cast<std::ptrdiff_t>(from));
        moved.insert(moved.begin() + static_cast<std::ptrdiff_t>(to), line);
        EXPECT_TRUE(finds(fresh(), moved)) << from << " to " << to;
    }
}

TEST_F(Tamper, ACutOffEndIsFoundWhereverItIsCut) {
    Verifier verifier = fresh();
    for (std::size_t i = 0; i < lines().size(); ++i) {
        EXPECT_FALSE(verifier.finish().empty()) << i;
        ASSERT_FALSE(verifier.take(lines()[i]));
    }
    EXPECT_TRUE(verifier.finish().empty());
}

}  // namespace
}  // namespace mulin::verify
