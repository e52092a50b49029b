// The adapter and a terminal with its own ledger, over real TCP and a pseudo-terminal: what the contract
// suite does not ask.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "payment/base/check.h"
#include "payment/card_terminal/card_terminal_adapter.h"
#include "tests/support/zvt_terminal.h"

namespace mulin::payment {
namespace {

using testing::ZvtScript;
using testing::ZvtTerminal;

// Not merely too late: nobody can say whether it was paid, so no refund is tried either.
bool is_for_a_person(const ReverseResult& answer) {
    return answer.outcome == ReverseOutcome::too_late && answer.refs.count("alarm") > 0;
}

class Terminal : public ::testing::TestWithParam<ZvtTerminal::Road> {
  protected:
    Terminal() {
        std::string pattern = ::testing::TempDir() + "mulin-zvt-XXXXXX";
        MULIN_CHECK(::mkdtemp(pattern.data()) != nullptr);
        folder = pattern;
        terminal = std::make_unique<ZvtTerminal>(GetParam(), folder + "/notes");
        adapter = make();
    }
    ~Terminal() override { std::filesystem::remove_all(folder); }

    std::unique_ptr<CardTerminalAdapter> make() {
        CardTerminalSettings settings;
        if (GetParam() == ZvtTerminal::Road::tcp) {
            settings.line.host = "127.0.0.1";
            settings.line.port = terminal->port();
        } else {
            settings.line.device = terminal->device();
        }
        settings.line.timings = {.t1_ms = 100, .t2_ms = 900, .t3_ms = 300, .t4_ms = 400, .connect_ms = 300};
        settings.terminal.password = ZvtTerminal::kPassword;
        settings.notes_file = folder + "/notes";
        settings.start_wait_ms = 800;
        settings.query_wait_ms = 500;
        settings.reverse_wait_ms = 700;
        return std::move(*CardTerminalAdapter::make(settings));
    }
    static Attempt attempt(const std::string& id, std::int64_t fen = 1'200) {
        Attempt made;
        made.id = AttemptId(id);
        made.amount = Money::fen(fen);
        made.channel = "card_terminal";
        return made;
    }
    AttemptResult pay(const std::string& id, std::int64_t fen = 1'200) {
        AttemptRequest request;
        request.id = AttemptId(id);
        request.amount = Money::fen(fen);
        request.progress = [this](const Progress& news) { progress.push_back(news); };
        return adapter->start(request);
    }

    std::string folder;
    std::unique_ptr<ZvtTerminal> terminal;
    std::unique_ptr<CardTerminalAdapter> adapter;
    std::vector<Progress> progress;
};

// Each byte comes in time, and the whole would take for ever: the talk ends, and the receipt is asked for.
TEST_P(Terminal, AnAnswerInDropsIsNotWaitedFor) {
    if (GetParam() != ZvtTerminal::Road::tcp) return;  // the terminal drips on, and a serial line cannot be hung up
    terminal->next({.answer = ZvtScript::Answer::drip, .drops = 1'000, .drop_ms = 80});
    auto asked = attempt("P1");
    asked.result = pay("P1");
    EXPECT_EQ(asked.result.outcome, Outcome::pending);
    for (int i = 0; i < 6 && asked.result.outcome != Outcome::approved; ++i) asked.result = adapter->query(asked);
    EXPECT_EQ(asked.result.outcome, Outcome::approved) << asked.result.channel_text;
    EXPECT_EQ(terminal->held("P1"), 1'200);
    EXPECT_EQ(terminal->starts("P1"), 1);
}

TEST_P(Terminal, TakesAnAmountAndSaysWhatThePayerShouldDo) {
    const auto paid = pay("P1");
    EXPECT_EQ(paid.outcome, Outcome::approved);
    EXPECT_EQ(paid.refs.at("receipt"), "2");
    EXPECT_EQ(paid.refs.at("card_last4"), "7890");
    ASSERT_FALSE(progress.empty());
    EXPECT_EQ(progress.front().phase, Phase::waiting_payer);
    EXPECT_THAT(terminal->heard(), ::testing::Contains("06 01 0A 04 00 00 00 00 12 00 49 01 56"));
}

TEST_P(Terminal, GivesNoCardNumberAway) {
    const auto paid = pay("P1");
    std::string all = paid.channel_code + paid.channel_text;
    for (const auto& [key, value] : paid.refs) all += " " + value;
    EXPECT_EQ(all.find("621700"), std::string::npos) << all;
    EXPECT_EQ(all.find("0012 3456"), std::string::npos) << all;
}

TEST_P(Terminal, TheSameAmountOfTheDinerBeforeIsNotTaken) {
    ASSERT_EQ(pay("P1").outcome, Outcome::approved);
    terminal->next({.lose_request = true});
    EXPECT_EQ(pay("P2").outcome, Outcome::unknown);
    EXPECT_EQ(adapter->query(attempt("P2")).outcome, Outcome::unknown) << "the newest receipt is P1's";
    EXPECT_TRUE(is_for_a_person(adapter->reverse(attempt("P2"))));
    EXPECT_EQ(terminal->held("P1"), 1'200) << "and nobody else's money goes back";
}

TEST_P(Terminal, IsFoundAfterARestartAlsoBehindTheNextPayment) {
    terminal->next({.answer = ZvtScript::Answer::none});
    EXPECT_EQ(pay("P1").outcome, Outcome::unknown);
    adapter.reset();
    adapter = make();
    ASSERT_EQ(pay("P2", 500).outcome, Outcome::approved);
    const auto found = adapter->query(attempt("P1"));
    EXPECT_EQ(found.outcome, Outcome::approved) << found.channel_code;
    EXPECT_EQ(found.refs.at("receipt"), "2");
    EXPECT_EQ(adapter->reverse(attempt("P1")).outcome, ReverseOutcome::reversed);
    EXPECT_EQ(terminal->held("P1"), 0);
    EXPECT_EQ(terminal->held("P2"), 500);
}

TEST_P(Terminal, AnotherAmountIsWaitingForNobody) {
    terminal->next({.wait_for_ever = true});
    EXPECT_EQ(pay("P1").outcome, Outcome::pending);
    EXPECT_EQ(pay("P2", 500).outcome, Outcome::not_sent) << "one thing at a time";
    EXPECT_EQ(adapter->query(attempt("P2", 500)).outcome, Outcome::unknown);
    EXPECT_EQ(adapter->reverse(attempt("P1")).outcome, ReverseOutcome::not_paid_closed);
    EXPECT_EQ(pay("P3").outcome, Outcome::approved);
    EXPECT_EQ(terminal->starts("P2"), 0);
}

TEST_P(Terminal, TheHeardReversalIsDoneOnce) {
    terminal->next({.reversal_unheard = true});
    ASSERT_EQ(pay("P1").outcome, Outcome::approved);
    EXPECT_EQ(adapter->reverse(attempt("P1")).outcome, ReverseOutcome::unknown);
    adapter.reset();
    adapter = make();
    EXPECT_EQ(adapter->reverse(attempt("P1")).outcome, ReverseOutcome::reversed);
    EXPECT_EQ(adapter->query(attempt("P1")).outcome, Outcome::declined);
    int reversals = 0;
    for (const auto& slip : terminal->slips()) reversals += slip.undoes > 0 ? 1 : 0;
    EXPECT_EQ(reversals, 1);
}

TEST_P(Terminal, WhatATerminalForgotIsForAPerson) {
    terminal->next({.answer = ZvtScript::Answer::none, .forgets = true});
    EXPECT_EQ(pay("P1").outcome, Outcome::unknown);
    EXPECT_EQ(adapter->query(attempt("P1")).outcome, Outcome::unknown);
    EXPECT_TRUE(is_for_a_person(adapter->reverse(attempt("P1"))));
    EXPECT_EQ(terminal->held("P1"), 1'200) << "the money is there: \"not found\" was not \"not paid\"";
}

TEST_P(Terminal, WhatWasNeverNotedIsForAPersonAtOnce) {
    // The till ended between its own journal and the terminal's notes.
    EXPECT_EQ(adapter->query(attempt("P9")).outcome, Outcome::unknown);
    EXPECT_TRUE(is_for_a_person(adapter->reverse(attempt("P9")))) << "asking again would find no note either";
}

TEST_P(Terminal, StatusAndEndOfDay) {
    const auto status = adapter->status();
    ASSERT_TRUE(status);
    EXPECT_EQ(status->software, "2.14.15");
    EXPECT_EQ(status->status, 0);
    const auto closed = adapter->end_of_day();
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->result_code, 0);
    EXPECT_EQ(terminal->end_of_days(), 1);
    terminal->next({.wait_for_ever = true});
    ASSERT_EQ(pay("P1").outcome, Outcome::pending);
    EXPECT_FALSE(adapter->end_of_day()) << "never while a payment runs";
    EXPECT_FALSE(adapter->status());
}

TEST_P(Terminal, GoesAwayWithoutWaitingForThePayer) {
    terminal->next({.wait_for_ever = true});
    ASSERT_EQ(pay("P1").outcome, Outcome::pending);
    adapter.reset();
    adapter = make();
    EXPECT_NE(adapter->query(attempt("P1")).outcome, Outcome::approved);
}

TEST_P(Terminal, ReturnsWholePaymentsOnly) {
    ASSERT_EQ(pay("P1").outcome, Outcome::approved);
    RefundRequest part;
    part.id = RefundId("R1");
    part.amount = Money::fen(100);
    EXPECT_EQ(adapter->refund(attempt("P1"), part).outcome, RefundOutcome::refused);
    part.amount = Money::fen(1'200);
    EXPECT_EQ(adapter->refund(attempt("P1"), part).outcome, RefundOutcome::refunded);
    EXPECT_EQ(adapter->refund(attempt("P1"), part).outcome, RefundOutcome::refunded) << "the same refund";
    EXPECT_EQ(terminal->held("P1"), 0);
}

INSTANTIATE_TEST_SUITE_P(Roads, Terminal, ::testing::Values(ZvtTerminal::Road::tcp, ZvtTerminal::Road::serial),
                         [](const auto& road) {
                             return std::string(road.param == ZvtTerminal::Road::tcp ? "tcp" : "serial");
                         });

TEST(TerminalSettings, MistakesAreNamed) {
    SystemClock clock;
    SystemRandom random;
    const AdapterSeams seams{clock, random};
    const std::string notes = ::testing::TempDir() + "mulin-zvt-notes";
    const std::map<std::string, std::string> good = {{"host", "127.0.0.1"}, {"notes_file", notes}};
    ASSERT_TRUE(make_card_terminal_adapter({"bank", good}, seams));
    EXPECT_EQ((*make_card_terminal_adapter({"bank", good}, seams))->name(), "bank");
    for (const auto& [key, value] : std::map<std::string, std::string>{{"device", "/dev/ttyS0"}, {"pasword", "1"},
                                                                       {"password", "12345"}, {"password ", "1"},
                                                                       {"currency", "0"}, {"terminal_id", "1"},
                                                                       {"port", "70000"}, {"notes_file", ""}}) {
        auto bad = good;
        bad[key] = value;
        const auto made = make_card_terminal_adapter({"bank", bad}, seams);
        ASSERT_FALSE(made) << key;
        EXPECT_EQ(made.error().code, ErrorCode::invalid_input) << key;
    }
    std::filesystem::remove(notes);
}

}  // namespace
}  // namespace mulin::payment
