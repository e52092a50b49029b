// A till that was cloned or put back from a backup: every branch of its chain is followed and the place is named.

#include <fstream>

#include <gtest/gtest.h>

#include "tests/sync/verify/journal_writer.h"

namespace mulin::verify {
namespace {

using tests::JournalWriter;

Verifier knowing_the_key() {
    Verifier verifier;
    EXPECT_TRUE(verifier.trust("T1", tests::Signer(7).public_hex()));
    return verifier;
}

std::vector<std::string> names_of(Verifier& verifier, const std::vector<std::string>& lines) {
    std::vector<std::string> names;
    for (const auto& line : lines)
        if (const auto finding = verifier.take(line)) names.push_back(std::string(name_of(finding->damage)) + " " + finding->entry);
    return names;
}

// Both go on from the third entry: one within the epoch, the other too, or in an epoch of its own.
struct Cloned {
    explicit Cloned(bool new_epoch) {
        journal.sell();
        journal.sell();
        copy = journal;
        shared = journal.lines.size();
        journal.take_void(2);
        journal.new_epoch("e2");
        journal.sell();
        if (new_epoch) copy.new_epoch("e9");
        copy.sell();
        copy.take_void(2);
    }
    std::vector<std::string> of_the_copy() const { return {copy.lines.begin() + static_cast<std::ptrdiff_t>(shared), copy.lines.end()}; }
    std::vector<std::string> exported() const {
        auto lines = journal.lines;
        for (const auto& line : of_the_copy()) lines.push_back(line);
        return lines;
    }
    JournalWriter journal, copy;
    std::size_t shared = 0;
};

using Names = std::vector<std::string>;

TEST(VerifyBranches, BothAreFollowedAndThePlaceIsNamedOnce) {
    for (const bool new_epoch : {false, true}) {
        const Cloned cloned(new_epoch);
        Verifier verifier = knowing_the_key();
        EXPECT_EQ(names_of(verifier, cloned.exported()), Names{new_epoch ? "branch T1/e9/1" : "branch T1/e1/4"});
        EXPECT_EQ(verifier.tills().at("T1").entries, static_cast<std::int64_t>(cloned.journal.lines.size()));
        ASSERT_EQ(verifier.branches().at("T1").size(), 1U);
        EXPECT_EQ(verifier.branches().at("T1")[0].entries, static_cast<std::int64_t>(cloned.copy.lines.size()));
        EXPECT_TRUE(verifier.finish().empty());
        EXPECT_TRUE(names_of(verifier, {}).empty());
    }
}

TEST(VerifyBranches, TheOrderInWhichTheirLinesStandDoesNotMatter) {
    const Cloned cloned(true);
    const auto copied = cloned.of_the_copy();
    auto lines = cloned.journal.lines;
    for (std::size_t i = 0; i < copied.size(); ++i) lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(cloned.shared + 2 * i + 1), copied[i]);
    Verifier verifier = knowing_the_key();
    EXPECT_EQ(names_of(verifier, lines), Names{"branch T1/e9/1"});
}

TEST(VerifyBranches, WhatIsWrongOnABranchIsFoundThere) {
    Cloned cloned(false);
    cloned.copy.take_void(2);  // the shared sale once more; on the other branch it is void as well, which is no fault
    Verifier verifier = knowing_the_key();
    EXPECT_EQ(names_of(verifier, cloned.exported()), (Names{"branch T1/e1/4", "taken_back_twice T1/e1/6"}));
    Cloned changed(false);
    auto lines = changed.exported();
    lines.back()[lines.back().size() / 2] ^= 1;
    Verifier second = knowing_the_key();
    EXPECT_EQ(names_of(second, lines).size(), 2U);
    auto dropped = changed.exported();
    dropped.erase(dropped.end() - 2);
    Verifier third = knowing_the_key();
    EXPECT_EQ(names_of(third, dropped), Names{"broken_chain T1/e1/5"}) << "where it branched is missing";
    auto repeated = changed.exported();
    repeated.push_back(repeated[repeated.size() - 2]);
    Verifier fourth = knowing_the_key();
    EXPECT_EQ(names_of(fourth, repeated), (Names{"branch T1/e1/4", "broken_chain T1/e1/4"})) << "no third branch";
}

TEST(VerifyBranches, ASecondBeginningIsABranchOfNothing) {
    JournalWriter journal, again;
    journal.sell();
    Line first = again.last;
    first.epoch = "e5";
    again.reseal(first);
    auto lines = journal.lines;
    lines.push_back(again.lines.back());
    Verifier verifier = knowing_the_key();
    EXPECT_EQ(names_of(verifier, lines), Names{"branch T1/e5/1"});
}

TEST(VerifyBranches, AStateCarriesThemToAnotherDay) {
    for (const bool new_epoch : {false, true}) {
        const auto lines = Cloned(new_epoch).exported();
        for (std::size_t cut = 0; cut <= lines.size(); ++cut) {
            Verifier first = knowing_the_key();
            Names named = names_of(first, {lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(cut)});
            for (const std::size_t from : {std::size_t{0}, cut}) {
                Verifier second;
                ASSERT_TRUE(second.load(first.save())) << cut;
                const Names later = names_of(second, {lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end()});
                ASSERT_EQ(named.size() + later.size(), 1U) << cut << " from " << from;
                EXPECT_EQ(second.branches().at("T1").size(), 1U);
            }
        }
    }
}

TEST(VerifyBranches, TheKindHasItsFile) {
    std::string made;
    for (const auto& line : Cloned(true).exported()) made += line + "\n";
    const std::string path = "tests/golden/proofs_branch.txt";
    std::ifstream file(path, std::ios::binary);
    const std::string stored{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (stored != made) {
        std::ofstream("/tmp/mulin-proofs_branch.txt", std::ios::binary) << made;
        ADD_FAILURE() << path << " is not what the format says; its text is in /tmp";
    }
}

}  // namespace
}  // namespace mulin::verify
