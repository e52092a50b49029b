// Every kind of damage has its name, and true journals have none.
#include "sync/verify/chain.h"

#include <fstream>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "tests/sync/verify/journal_writer.h"

namespace mulin::verify {
namespace {

using tests::JournalWriter;

std::string first_damage(Verifier& verifier, const std::vector<std::string>& lines) {
    for (const auto& line : lines)
        if (const auto finding = verifier.take(line)) return name_of(finding->damage);
    const auto missing = verifier.finish();
    return missing.empty() ? "none" : name_of(missing[0].damage);
}

std::string first_damage(const JournalWriter& journal) {
    Verifier verifier;
    EXPECT_TRUE(verifier.trust("T1", tests::Signer(7).public_hex()));
    return first_damage(verifier, journal.lines);
}

JournalWriter true_journal() {
    JournalWriter journal;
    journal.sell();
    journal.sell();
    journal.take_void(2);
    journal.refund(3, 500, 400, false);
    journal.refund(3, 1000, 800, true);
    journal.new_epoch("e2");
    journal.sell();
    return journal;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(VerifyChain, ATrueJournalHasNoDamage) { EXPECT_EQ(first_damage(true_journal()), "none"); }

// What a forger who holds the till's key, or a broken till, could write: sealed rightly, wrong inside.
struct Wrong {
    const char* damage;
    std::function<void(JournalWriter&)> write;
};

class SealedWrong : public ::testing::TestWithParam<Wrong> {};

TEST_P(SealedWrong, IsNamed) {
    JournalWriter journal = true_journal();
    GetParam().write(journal);
    EXPECT_EQ(first_damage(journal), GetParam().damage);
}

void change_body(JournalWriter& journal, const std::string& from, const std::string& to) {
    Line changed = journal.last;
    changed.body = replaced(changed.body, from, to);
    journal.reseal(changed);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, SealedWrong,
    ::testing::Values(
        Wrong{"malformed_line", [](JournalWriter& j) { j.lines.back().insert(1, " "); }},
        Wrong{"unknown_till", [](JournalWriter& j) { j.last.till = "T2"; j.reseal(j.last); }},
        Wrong{"broken_chain", [](JournalWriter& j) { j.last.prev = std::string(64, '1'); j.reseal(j.last); }},
        Wrong{"wrong_sequence", [](JournalWriter& j) { j.last.seq += 1; j.reseal(j.last); }},
        Wrong{"wrong_hash", [](JournalWriter& j) { j.last.hash[5] ^= 1; j.lines.back() = tests::spelled(j.last); }},
        Wrong{"wrong_signature", [](JournalWriter& j) { j.last.sig[9] = j.last.sig[9] == '0' ? '1' : '0'; j.lines.back() = tests::spelled(j.last); }},
        Wrong{"malformed_body", [](JournalWriter& j) { change_body(j, "\"mono_ms\":5", "\"mono_ms\":05"); }},
        Wrong{"malformed_body", [](JournalWriter& j) { change_body(j, "\"shift\":\"s\",", ""); }},
        Wrong{"malformed_body", [](JournalWriter& j) { change_body(j, "\"suite\":1", "\"suite\":2"); }},
        Wrong{"misplaced_epoch", [](JournalWriter& j) { j.open(j.parent()); }},
        Wrong{"wrong_parent", [](JournalWriter& j) { j.new_epoch("e3"); change_body(j, "\"seq\":2", "\"seq\":1"); }},
        Wrong{"wrong_parent", [](JournalWriter& j) { const std::string parent = j.parent(); j.new_epoch("e3"); change_body(j, parent, "null"); }},
        Wrong{"wrong_key", [](JournalWriter& j) { j.new_epoch("e3"); change_body(j, j.signer.public_hex(), std::string(64, 'a')); }},
        Wrong{"wrong_totals", [](JournalWriter& j) { change_body(j, "\"sales\":3", "\"sales\":4"); }},
        Wrong{"unbalanced", [](JournalWriter& j) { j.sell(1100, 300); }},
        Wrong{"unbalanced", [](JournalWriter& j) { j.sell(); j.new_epoch("e3"); j.add("top_up",
            "{\"account_ref\":\"x\",\"amount_fen\":5,\"at\":\"2026-03-10T11:45:00+08:00\",\"card\":\"" + std::string(64, 'c') +
            "\",\"card_last4\":\"1234\",\"cash_rounding_fen\":0,\"cashier\":\"C1\",\"payments\":[],\"ref\":\"r\",\"shift\":\"s\",\"site\":\"S1\",\"training\":false}"); }},
        Wrong{"repeated_epoch", [](JournalWriter& j) { j.new_epoch("e1"); }},
        Wrong{"unknown_target", [](JournalWriter& j) { j.take_void(77); }},
        Wrong{"taken_back_twice", [](JournalWriter& j) { j.take_void(2); }},
        Wrong{"taken_back_twice", [](JournalWriter& j) { j.refund(3, 1, 1, false); }},
        Wrong{"taken_back_twice", [](JournalWriter& j) { j.take_void(3); }}));

TEST(VerifyChain, AMissingEndShowsAgainstAHeadFromElsewhere) {
    const JournalWriter journal = true_journal();
    for (const std::size_t keep : {journal.lines.size(), journal.lines.size() - 1}) {
        Verifier verifier;
        verifier.trust("T1", journal.signer.public_hex());
        verifier.expect("T1", journal.last.epoch, journal.last.seq, journal.last.hash);
        EXPECT_EQ(first_damage(verifier, {journal.lines.begin(), journal.lines.begin() + static_cast<std::ptrdiff_t>(keep)}),
                  keep == journal.lines.size() ? "none" : "missing_end");
    }
}

TEST(VerifyChain, NoLineCanBeDroppedRepeatedOrSwapped) {
    const auto lines = true_journal().lines;
    const auto broken = [](const std::vector<std::string>& changed) {
        Verifier verifier;
        verifier.trust("T1", tests::Signer(7).public_hex());
        return first_damage(verifier, changed) != "none";
    };
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        auto dropped = lines;
        dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_TRUE(broken(dropped)) << i;
        auto repeated = lines;
        repeated.insert(repeated.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
        EXPECT_TRUE(broken(repeated)) << i;
        auto swapped = lines;
        std::swap(swapped[i], swapped[i + 1]);
        EXPECT_TRUE(broken(swapped)) << i;
    }
}

TEST(VerifyChain, NoByteCanBeChanged) {
    const auto lines = true_journal().lines;
    std::mt19937 dice(5);
    for (int round = 0; round < 1500; ++round) {
        auto changed = lines;
        std::string& line = changed[dice() % changed.size()];
        line[dice() % line.size()] ^= static_cast<char>(1 + dice() % 127);
        Verifier verifier;
        verifier.trust("T1", tests::Signer(7).public_hex());
        ASSERT_NE(first_damage(verifier, changed), "none") << line;
    }
}

TEST(VerifyChain, GoesOnFromASavedStateAndPassesOverWhatItChecked) {
    const auto lines = true_journal().lines;
    for (std::size_t cut = 0; cut <= lines.size(); ++cut) {
        Verifier first;
        first.trust("T1", tests::Signer(7).public_hex());
        for (std::size_t i = 0; i < cut; ++i) ASSERT_FALSE(first.take(lines[i]));
        for (const bool from_the_start : {false, true}) {
            Verifier second;
            ASSERT_TRUE(second.load(first.save()));
            for (std::size_t i = from_the_start ? 0 : cut; i < lines.size(); ++i) {
                const auto finding = second.take(lines[i]);
                ASSERT_FALSE(finding) << finding->what << " at " << i << " after " << cut;
            }
            EXPECT_EQ(second.tills().at("T1").entries, static_cast<std::int64_t>(lines.size()));
            if (cut < lines.size()) EXPECT_NE(second.take(lines[3]), std::nullopt) << "resuming is over: an old line is a repeated one";
        }
    }
}

TEST(VerifyChain, ADamagedStateIsRefused) {
    Verifier verifier;
    verifier.trust("T1", tests::Signer(7).public_hex());
    for (const auto& line : true_journal().lines) verifier.take(line);
    const std::string state = verifier.save();
    for (std::size_t cut = 0; cut + 1 < state.size(); cut += 7) EXPECT_FALSE(Verifier().load(state.substr(0, cut))) << cut;
    EXPECT_FALSE(verifier.trust("T1", std::string(64, 'b'))) << "another key than before";
}

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(path);
    EXPECT_TRUE(file) << path;
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

class GoldenJournal : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(GoldenJournal, IsJudgedAsItsNameSays) {
    Verifier verifier;
    verifier.trust("T001", "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
    verifier.expect("T001", "01J0000000000000000000EPOCHB", 5, "036901e2a4489caf18843817fc701946314597c92b8d4cf6cdc609e82e68be29");
    EXPECT_EQ(first_damage(verifier, lines_of(std::string("tests/golden/") + GetParam().first)), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenJournal,
                         ::testing::Values(std::pair{"journal.jsonl", "none"},
                                           std::pair{"journal_changed_amount.jsonl", "wrong_hash"},
                                           std::pair{"journal_dropped.jsonl", "broken_chain"},
                                           std::pair{"journal_forgotten_sale.jsonl", "wrong_totals"},
                                           std::pair{"journal_other_key.jsonl", "wrong_signature"},
                                           std::pair{"journal_other_spelling.jsonl", "malformed_line"},
                                           std::pair{"journal_reordered.jsonl", "broken_chain"},
                                           std::pair{"journal_repeated.jsonl", "broken_chain"},
                                           std::pair{"journal_truncated.jsonl", "missing_end"}));

}  // namespace
}  // namespace mulin::verify
