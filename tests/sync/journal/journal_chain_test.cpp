// Evidence: whatever is done to an exported journal, the verifier says so, and so does the one in Python.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "sync/journal/entry_json.h"
#include "tests/support/store_chain.h"
#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace test;

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(JournalChain, AnHonestChainIsAccepted) {
    const auto chain = make_chain();
    EXPECT_EQ(problem_with(lines_of(chain), head_of(chain)), "");
    EXPECT_EQ(head_of(chain).totals.sales, 3);
    EXPECT_EQ(head_of(chain).totals.voids, 1);
}

// Control: the same loop must not be able to find anything when nothing is changed, and every single
// changed byte must be found. Each line is tried right after the true lines before it.
TEST(JournalChain, EveryFlippedByteIsFound) {
    const auto chain = make_chain();
    ChainVerifier verifier(TillId("T001"), chain_key().public_key());
    std::size_t flips = 0;
    for (const auto& entry : chain) {
        const std::string line = print_entry(entry);
        for (std::size_t at = 0; at < line.size(); ++at) {
            std::string changed = line;
            changed[at] = static_cast<char>(changed[at] ^ 1 << at % 8);
            const auto parsed = parse_entry(changed);
            auto copy = verifier;
            ASSERT_FALSE(parsed && copy.accept(*parsed)) << "byte " << at << " of " << line;
            ++flips;
        }
        ASSERT_TRUE(verifier.accept(*parse_entry(line)));
    }
    EXPECT_GT(flips, 8000u);
}

TEST(JournalChain, EveryBitOfOneSaleIsFound) {
    const auto chain = make_chain();
    ChainVerifier verifier(TillId("T001"), chain_key().public_key());
    ASSERT_TRUE(verifier.accept(chain[0]));
    ASSERT_TRUE(verifier.accept(chain[1]));
    const std::string line = print_entry(chain[2]);
    for (std::size_t bit = 0; bit < line.size() * 8; ++bit) {
        std::string changed = line;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
        const auto parsed = parse_entry(changed);
        auto copy = verifier;
        ASSERT_FALSE(parsed && copy.accept(*parsed)) << "bit " << bit;
    }
}

TEST(JournalChain, EveryDroppedRepeatedSwappedOrCutEntryIsFound) {
    const auto chain = make_chain();
    const auto head = head_of(chain);
    for (std::size_t i = 0; i < chain.size(); ++i) {
        auto dropped = chain;
        dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_NE(problem_with(lines_of(dropped), head), "") << "dropped " << i;
        auto repeated = chain;
        repeated.insert(repeated.begin() + static_cast<std::ptrdiff_t>(i), chain[i]);
        EXPECT_NE(problem_with(lines_of(repeated), head), "") << "repeated " << i;
        auto cut = chain;
        cut.resize(i);
        EXPECT_NE(problem_with(lines_of(cut), head), "") << "cut at " << i;
        for (std::size_t j = i + 1; j < chain.size(); ++j) {
            auto swapped = chain;
            std::swap(swapped[i], swapped[j]);
            EXPECT_NE(problem_with(lines_of(swapped), head), "") << i << " and " << j;
        }
    }
}

TEST(JournalChain, TheMessageNamesTheFirstBadEntry) {
    auto chain = make_chain();
    const auto head = head_of(chain);
    chain[3].sig[0] = chain[3].sig[0] == '0' ? '1' : '0';
    const auto problem = problem_with(lines_of(chain), head);
    EXPECT_NE(problem.find(entry_name(chain[3].key)), std::string::npos) << problem;
}

TEST(JournalChain, ContinuesFromAVerifiedHead) {
    const auto chain = make_chain();
    for (std::size_t cut = 1; cut < chain.size(); ++cut) {
        const std::vector<Entry> before(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(cut));
        ChainVerifier verifier(chain_key().public_key(), head_of(before));
        for (std::size_t i = cut; i < chain.size(); ++i) ASSERT_TRUE(verifier.accept(chain[i])) << cut << " " << i;
        EXPECT_TRUE(verifier.finish(head_of(chain)));
    }
}

TEST(JournalChain, TotalsThatLeaveASaleOutAreFoundThoughProperlySigned) {
    for (const auto& vector : chain_vectors()) {
        if (vector.name != "journal_forgotten_sale.jsonl") continue;
        EXPECT_NE(problem_with(vector.lines, head_of(make_chain())).find("running totals"), std::string::npos);
    }
}

// The stored vectors are the format's promise to others: they change only with the version.
TEST(JournalVectors, AreWhatTheProgramStillWrites) {
    for (const auto& vector : chain_vectors()) {
        const auto stored = read_file("tests/golden/" + vector.name);
        if (stored == vector.lines) continue;
        const std::string copy = "/tmp/mulin-" + vector.name;
        std::ofstream(copy, std::ios::binary) << vector.lines;
        ADD_FAILURE() << "tests/golden/" << vector.name << " is not what the program writes; its text is in " << copy;
    }
}

TEST(JournalVectors, BothVerifiersAgreeOnEachOfThem) {
    const auto head = head_of(make_chain());
    for (const auto& vector : chain_vectors()) {
        EXPECT_EQ(problem_with(vector.lines, head).empty(), vector.good) << vector.name;
        const int status = ask_python(vector.lines, head);
        ASSERT_TRUE(WIFEXITED(status));
        EXPECT_EQ(WEXITSTATUS(status), vector.good ? 0 : 1) << vector.name;
    }
}

TEST(JournalVectors, ThePythonVerifierReadsWhatATillExports) {
    StoreBench bench;
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a1")));
    bench.clock.advance_ms(5);
    bench.reopen();
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a2", "D000002")));
    const auto file = bench.directory.file("export.jsonl");
    std::ofstream out(file, std::ios::binary);
    ASSERT_TRUE(bench.store->export_entries([&](const Entry& entry) { return static_cast<bool>(out << print_entry(entry) << '\n'); }));
    out.close();
    const auto command = "python3 tests/sync/journal/verify_journal.py --till T001 --key " + bench.store->public_key().text() + " " +
                         file.string() + " > /dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace mulin::sync
