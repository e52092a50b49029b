// Key changes, closes that the district signed, daily roots: true ones hold, and each kind of damage has its name and
// its file in tests/golden/damaged.
#include <fstream>
#include <functional>
#include <map>

#include <gtest/gtest.h>

#include "tests/sync/verify/journal_writer.h"

namespace mulin::verify {
namespace {

using tests::JournalWriter;
using tests::RootWriter;
using tests::Signer;

// An export with all that the district signs, and its roots.
struct Books {
    std::vector<std::string> journal;
    std::vector<std::string> roots;
    std::string district = Signer(99).public_hex();
};

std::vector<std::string> damages_in(const Books& books) {
    Verifier verifier;
    EXPECT_TRUE(verifier.trust("T1", Signer(7).public_hex()));
    EXPECT_TRUE(verifier.trust_district(books.district));
    std::vector<std::string> names;
    const auto note = [&](const std::optional<Finding>& finding) {
        if (finding) names.emplace_back(name_of(finding->damage));
    };
    for (const auto& line : books.roots) note(verifier.take_root(line));
    for (const auto& line : books.journal) note(verifier.take(line));
    for (const auto& finding : verifier.finish()) note(finding);
    return names;
}

struct Wishes {
    std::function<void(JournalWriter&)> key_change = [](JournalWriter& j) { j.change_key(8, "e2"); };
    unsigned char countersigner = 99;
    bool another_close = false;
    unsigned char root_signer = 99;
    bool skip_a_sale_under_a_root = false;
    bool hold_another_root = false;
    bool left_out = false;  // the district was restored and signed on behind a root that the till holds
};

Books books_with(const Wishes& wishes) {
    const Signer district(99);
    JournalWriter journal;
    RootWriter writer;
    Books books;
    journal.sell();
    journal.close_shift();
    journal.countersign(wishes.another_close ? [&] { Line other = journal.last; other.seq = 2; return other; }() : journal.last,
                        Signer(wishes.countersigner));
    const auto first = writer.make({journal.last}, district);
    journal.add("district_root", first.data);
    const std::string behind_first = writer.prev;
    wishes.key_change(journal);
    journal.sell();
    Line covered = journal.last;
    if (wishes.skip_a_sale_under_a_root) covered.hash = std::string(64, 'a');
    RootWriter before = writer;
    const auto second = writer.make({covered}, Signer(wishes.root_signer));
    const auto other = before.make({journal.last, journal.last}, district);
    journal.add("district_root", wishes.hold_another_root ? other.data : second.data);
    books.journal = journal.lines;
    books.roots = {first.line, second.line};
    if (wishes.left_out) {
        RootWriter after{2, behind_first};
        books.roots[1] = after.make({covered}, district).line;
    }
    return books;
}

struct Kind {
    const char* file;
    const char* damage;
    Wishes wishes;
};

std::vector<Kind> kinds() {
    std::vector<Kind> all(8);
    all[0] = {"true", "", {}};
    all[1] = {"wrong_key_change", "wrong_key_change", {}};
    all[1].wishes.key_change = [](JournalWriter& j) { j.name_key(Signer(8), Signer(9)); };
    all[2] = {"former_key_goes_on", "wrong_key_change", {}};
    all[2].wishes.key_change = [](JournalWriter& j) { j.name_key(Signer(8), Signer(8)); j.signer = Signer(8); };
    all[3] = {"wrong_countersignature", "wrong_countersignature", {}};
    all[3].wishes.countersigner = 98;
    all[4] = {"wrong_root", "wrong_root", {}};
    all[4].wishes.root_signer = 98;
    all[5] = {"root_conflict", "root_conflict", {}};
    all[5].wishes.hold_another_root = true;
    all[6] = {"missing_entry", "missing_entry", {}};
    all[6].wishes.skip_a_sale_under_a_root = true;
    all[7] = {"forgotten_root", "forgotten_root", {}};
    all[7].wishes.left_out = true;
    return all;
}

std::string text_of(const Books& books) {
    std::string text = books.district + "\n";
    for (const auto& line : books.roots) text += line + "\n";
    text += "\n";
    for (const auto& line : books.journal) text += line + "\n";
    return text;
}

Books read_books(const std::string& path) {
    std::ifstream file(path);
    Books books;
    std::getline(file, books.district);
    std::string line;
    while (std::getline(file, line) && !line.empty()) books.roots.push_back(line);
    while (std::getline(file, line)) books.journal.push_back(line);
    return books;
}

// The files are the promise; the writer only shows that nobody needs to believe them.
TEST(VerifyProofs, EveryKindOfDamageHasItsNameAndItsFile) {
    for (const Kind& kind : kinds()) {
        const Books made = books_with(kind.wishes);
        const auto names = damages_in(made);
        EXPECT_EQ(names.empty() ? "" : names[0], kind.damage) << kind.file;
        const std::string path = std::string("tests/golden/proofs_") + kind.file + ".txt";
        const Books stored = read_books(path);
        if (text_of(stored) != text_of(made)) {
            std::ofstream("/tmp/mulin-proofs_" + std::string(kind.file) + ".txt", std::ios::binary) << text_of(made);
            ADD_FAILURE() << path << " is not what the format says; its text is in /tmp";
        }
        const auto again = damages_in(stored);
        EXPECT_EQ(again.empty() ? "" : again[0], kind.damage) << path;
    }
}

TEST(VerifyProofs, WhatTheDistrictSignedWronglyDoesNotHideWhatFollows) {
    Wishes wishes;
    wishes.countersigner = 98;
    wishes.hold_another_root = true;
    const auto names = damages_in(books_with(wishes));
    EXPECT_EQ(names, (std::vector<std::string>{"wrong_countersignature", "root_conflict"}));
}

TEST(VerifyProofs, ACloseOfAnotherPlaceIsNotCovered) {
    Wishes wishes;
    wishes.another_close = true;
    EXPECT_EQ(damages_in(books_with(wishes)), std::vector<std::string>{"wrong_countersignature"});
}

TEST(VerifyProofs, RootsAreOneChain) {
    const Books good = books_with({});
    Books cut = good;
    cut.roots.erase(cut.roots.begin());
    EXPECT_EQ(damages_in(cut)[0], "wrong_root");
    Books swapped = good;
    std::swap(swapped.roots[0], swapped.roots[1]);
    EXPECT_EQ(damages_in(swapped)[0], "wrong_root");
    Books short_of_one = good;
    short_of_one.roots.pop_back();
    EXPECT_EQ(damages_in(short_of_one)[0], "root_conflict") << "the till is a witness of one that is not shown";
}

TEST(VerifyProofs, NoByteOfARootCanBeChanged) {
    const Books good = books_with({});
    for (std::size_t at = 0; at < good.roots[1].size(); ++at) {
        Books changed = good;
        changed.roots[1][at] ^= 1;
        ASSERT_FALSE(damages_in(changed).empty()) << at;
    }
}

TEST(VerifyProofs, AStateCarriesThemToAnotherDay) {
    const Books books = books_with({});
    for (std::size_t cut = 0; cut <= books.journal.size(); ++cut) {
        Verifier first;
        first.trust("T1", Signer(7).public_hex());
        for (std::size_t i = 0; i < cut; ++i) ASSERT_FALSE(first.take(books.journal[i])) << i;
        for (const std::size_t from : {std::size_t{0}, cut}) {
            Verifier second;
            ASSERT_TRUE(second.load(first.save())) << first.save();
            ASSERT_TRUE(second.trust_district(books.district));
            for (const auto& line : books.roots) ASSERT_FALSE(second.take_root(line));
            for (std::size_t i = from; i < books.journal.size(); ++i) {
                const auto finding = second.take(books.journal[i]);
                ASSERT_FALSE(finding) << finding->what << " at " << i << " after " << cut;
            }
            EXPECT_TRUE(second.finish().empty());
        }
    }
}

}  // namespace
}  // namespace mulin::verify
