// Money under way, as the window sees it: an answer lands on the sale it belongs to or nowhere, a sale
// paid in part comes back by itself, and what a person must decide is one tap away.

#include "pos/app/display_text.h"
#include "tests/pos/app/router_bench.h"

namespace mulin::pos {
namespace {

using payment::AttemptState;
using sync::Money;
using tender::Phase;

struct RouterMoneyTest : RouterBench {
    std::vector<Work> said(tender::Intent intent) { return router.apply(intent); }
    void answer(const std::string& ref, std::int64_t attempt, AttemptState to) {
        said(tender::AttemptChanged{ref, attempt, to, "", 0, 1000});
    }
    // The first sale's try is out and the queue has moved on: the second sale's first try is out too.
    void second_sale_while_the_first_is_unknown() {
        quoted_usual();
        router.apply(serve::Intent(serve::Pay{"senior_card"}));
        answer("R1", 1, AttemptState::unknown);
        said(tender::SetAside{});
        ASSERT_EQ(state.screen, Screen::serve);
        quoted_usual();
        router.apply(serve::Intent(serve::Pay{"senior_card"}));
        ASSERT_EQ(state.tender.ref, "R2");
        ASSERT_EQ(state.tender.attempt, 1) << "the same number as the first sale's try";
        answer("R2", 1, AttemptState::pending);
    }
    static tender::Resume half_paid(const std::string& ref) {
        tender::Resume resume;
        resume.begin.ref = ref;
        resume.begin.name = "王秀英";
        for (const char* tender : {"cash", "qr"}) {
            sync::Quote quote;
            quote.list = quote.paid = Money::fen(1500);
            resume.begin.options.push_back({tender, quote});
        }
        resume.price_tender = "cash";
        resume.taken = {{1, "cash", Money::fen(400), {}, Money::fen(400), {}, {}}};
        resume.attempts = 1;
        return resume;
    }
    void staff_with_a_manager() {
        state.sign_in.staff.push_back({sync::StaffId("C1"), "甲", sync::Role::cashier, 0});
        state.sign_in.staff.push_back({sync::StaffId("M1"), "站长", sync::Role::site_manager, 0});
    }
};

TEST_F(RouterMoneyTest, ALateAnswerNeverLandsOnAnotherSale) {
    second_sale_while_the_first_is_unknown();
    for (const auto late : {AttemptState::approved, AttemptState::declined, AttemptState::reversed, AttemptState::manual_review,
                            AttemptState::late_success, AttemptState::unknown}) {
        answer("R1", 1, late);
        EXPECT_EQ(state.tender.phase, Phase::running) << payment::attempt_state_name(late);
        EXPECT_EQ(state.tender.attempt_state, AttemptState::pending);
        EXPECT_TRUE(state.tender.taken.empty());
    }
    said(tender::ProgressArrived{"R1", 1, {payment::Phase::presented, "QR OF ANOTHER"}});
    EXPECT_EQ(state.tender.presented_qr, "") << "nobody pays another diner's code";
    SaleDone done;
    done.ref = "R1";
    router.apply(ShellIntent(done));
    EXPECT_EQ(state.tender.phase, Phase::running);
    said(tender::CommitFailed{"R1", "x"});
    said(tender::PartTaken{"R1", 1});
    said(tender::PartReturned{"R1", 1});
    said(tender::CollectAllowed{"R1"});
    EXPECT_EQ(state.tender.phase, Phase::running);
    EXPECT_EQ(state.sale->ref, "R2");
    // The control: the same words about this sale do land.
    answer("R2", 1, AttemptState::approved);
    EXPECT_EQ(state.tender.phase, Phase::committing);
    ASSERT_EQ(state.tender.taken.size(), 1U);
}

TEST_F(RouterMoneyTest, ALateAnswerNeverLandsOnALaterTryOfTheSameSale) {
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"senior_card"}));
    answer("R1", 1, AttemptState::declined);
    ASSERT_EQ(state.tender.phase, Phase::choosing);
    said(tender::Choose{"senior_card"});
    ASSERT_EQ(state.tender.attempt, 2);
    answer("R1", 1, AttemptState::approved);
    EXPECT_EQ(state.tender.phase, Phase::running);
    EXPECT_TRUE(state.tender.taken.empty());
    answer("R1", 2, AttemptState::approved);
    EXPECT_EQ(state.tender.phase, Phase::committing) << "the control";
}

TEST_F(RouterMoneyTest, TheDinersSideShowsNothingOfAnotherSaleEither) {
    auto words = text::Catalogue::load("assets/text", text::Language::zh_cn);
    ASSERT_TRUE(words);
    second_sale_while_the_first_is_unknown();
    const auto before = display_of(state, *words);
    answer("R1", 1, AttemptState::approved);
    said(tender::ProgressArrived{"R1", 1, {payment::Phase::presented, "QR OF ANOTHER"}});
    EXPECT_TRUE(display_of(state, *words) == before);
    said(tender::ProgressArrived{"R2", 1, {payment::Phase::presented, "QR OF THIS"}});
    EXPECT_EQ(display_of(state, *words).code, "QR OF THIS") << "the control";
}

TEST_F(RouterMoneyTest, ChangingTheTenderFirstResolvesTheTryThatIsOut) {
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"senior_card"}));
    answer("R1", 1, AttemptState::pending);
    const auto work = said(tender::ChangeTender{});
    ASSERT_EQ(of<tender::GiveUpAttempt>(work).size(), 1U);
    EXPECT_EQ(of<tender::GiveUpAttempt>(work)[0].attempt, 1);
    EXPECT_TRUE(of<StartAttempt>(said(tender::Choose{"qr"})).empty()) << "nothing is asked for meanwhile";
    EXPECT_TRUE(of<CommitCash>(said(tender::Confirm{})).empty());
    answer("R1", 1, AttemptState::reversed);
    said(tender::Choose{"cash"});
    EXPECT_EQ(of<CommitCash>(said(tender::Confirm{})).size(), 1U);
}

TEST_F(RouterMoneyTest, APartIsWrittenDownBeforeTheRestIsAskedFor) {
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"cash"}));
    said(tender::OpenKeypad{});
    for (const char key : std::string("400")) said(tender::GivenKey{key});
    const auto work = said(tender::TakePart{});
    ASSERT_EQ(of<TakeCash>(work).size(), 1U);
    EXPECT_EQ(of<TakeCash>(work)[0].cash.amount, Money::fen(400));
    EXPECT_EQ(state.tender.phase, Phase::committing);
    EXPECT_EQ(tender::taken_sum(state.tender), Money()) << "not yet durable";
    said(tender::PartTaken{"R1", 1});
    EXPECT_EQ(tender::remaining(state.tender), Money::fen(1100));
    EXPECT_EQ(state.tender.phase, Phase::choosing);
}

TEST_F(RouterMoneyTest, ASalePaidInPartComesBackAsSoonAsNobodyStandsAtTheCounter) {
    router.apply(ShellIntent(OrderFound{"R-old", "4.00"}));
    EXPECT_EQ(state.screen, Screen::sign_in) << "not before somebody signed in";
    sign_in();
    const auto work = router.apply(ShellIntent(ClockTick{{1'000}, 1'000}));
    ASSERT_EQ(of<ResumeOrder>(work).size(), 1U);
    EXPECT_EQ(of<ResumeOrder>(work)[0].ref, "R-old");
    EXPECT_TRUE(of<ResumeOrder>(router.apply(ShellIntent(ClockTick{{2'000}, 2'000}))).empty()) << "asked for once";
    router.apply(ShellIntent(OrderResumed{half_paid("R-old")}));
    EXPECT_EQ(state.screen, Screen::tender);
    EXPECT_EQ(tender::remaining(state.tender), Money::fen(1100));
    EXPECT_TRUE(state.found.empty());
    EXPECT_EQ(state.sale->cashier, sync::StaffId("C1"));
}

TEST_F(RouterMoneyTest, ASalePaidInPartWaitsWhileADinerIsServed) {
    quoted_usual();
    router.apply(ShellIntent(OrderFound{"R-old", "4.00"}));
    EXPECT_TRUE(of<ResumeOrder>(router.apply(ShellIntent(ClockTick{{1'000}, 1'000}))).empty());
    // It was read while the counter was free, and arrives when it is not any more.
    const auto work = router.apply(ShellIntent(OrderResumed{half_paid("R-old")}));
    EXPECT_EQ(state.screen, Screen::serve);
    EXPECT_EQ(of<ParkSale>(work).size(), 1U);
    EXPECT_TRUE(state.serve.diner.has_value()) << "the slip that is open stays";
}

TEST_F(RouterMoneyTest, CashForAnUnresolvedTryIsANewSaleAndNeedsAManager) {
    staff_with_a_manager();
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"senior_card"}));
    answer("R1", 1, AttemptState::pending);
    said(tender::CollectAnyway{});
    EXPECT_FALSE(state.tender.collecting) << "the payer may still be paying";
    answer("R1", 1, AttemptState::unknown);
    said(tender::CollectAnyway{});
    for (const char key : std::string("135790")) said(tender::SecondKey{key});
    const auto asked = of<CheckStaffPin>(said(tender::SecondConfirm{}));
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].staff, sync::StaffId("M1"));
    EXPECT_EQ(asked[0].purpose, PinFor::tender);
    const auto aside = said(tender::PinChecked{{asked[0].serial, true, 0, "", 0}});
    ASSERT_EQ(of<tender::SetTryAside>(aside).size(), 1U);
    EXPECT_EQ(state.tender.ref, "R1") << "cash only once the old try is put aside durably";
    said(tender::CollectAllowed{"R1"});
    EXPECT_EQ(state.tender.ref, "R2");
    EXPECT_EQ(state.tender.phase, Phase::cash);
    answer("R1", 1, AttemptState::approved);
    EXPECT_EQ(state.tender.phase, Phase::cash) << "the old try pays for nothing any more";
    const auto cash = of<CommitCash>(said(tender::Confirm{}));
    ASSERT_EQ(cash.size(), 1U);
    EXPECT_EQ(cash[0].sale.ref, "R2");
}

TEST_F(RouterMoneyTest, ThePaidAnswerThatComesBeforeThePinWins) {
    staff_with_a_manager();
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"senior_card"}));
    answer("R1", 1, AttemptState::unknown);
    said(tender::CollectAnyway{});
    for (const char key : std::string("135790")) said(tender::SecondKey{key});
    const auto asked = of<CheckStaffPin>(said(tender::SecondConfirm{}));
    ASSERT_EQ(asked.size(), 1U);
    answer("R1", 1, AttemptState::approved);
    const auto work = said(tender::PinChecked{{asked[0].serial, true, 0, "", 0}});
    EXPECT_TRUE(of<tender::SetTryAside>(work).empty());
    EXPECT_EQ(state.tender.phase, Phase::committing);
}

TEST_F(RouterMoneyTest, TheQueueOfReviewsIsOneTapAwayButNotWhileMoneyIsTaken) {
    quoted_usual();
    router.apply(ShellIntent(ReviewsWaiting{2}));
    EXPECT_EQ(state.shell.reviews, 2);
    EXPECT_EQ(of<review::LoadItems>(router.apply(ShellIntent(OpenReviews{}))).size(), 1U);
    EXPECT_EQ(state.screen, Screen::review);
    router.apply(review::Intent(review::Back{}));
    EXPECT_EQ(state.screen, Screen::serve);
    router.apply(serve::Intent(serve::Pay{"senior_card"}));
    router.apply(ShellIntent(OpenReviews{}));
    EXPECT_EQ(state.screen, Screen::tender);
}

TEST_F(RouterMoneyTest, ARefundGoesBackToWhereItWasOpened) {
    sign_in();
    router.apply(ShellIntent(OpenToday{}));
    const auto work = router.apply(ShellIntent(OpenRefund{sync::EntryKey{sync::TillId("T"), sync::EpochId("e"), 3}}));
    ASSERT_EQ(of<LoadRefund>(work).size(), 1U);
    EXPECT_EQ(state.screen, Screen::refund);
    refund::SaleFound found;
    found.lines = {{"套餐A", "Set A", 1, Money::fen(1500)}};
    router.apply(refund::Intent(refund::SalesFound{state.refund.serial, {found}}));
    EXPECT_EQ(state.refund.phase, refund::Phase::choosing);
    router.apply(refund::Intent(refund::Leave{}));
    EXPECT_EQ(state.screen, Screen::day_report);
    router.apply(day_report::Intent(day_report::Back{}));
    router.apply(ShellIntent(OpenRefund{}));
    router.apply(refund::Intent(refund::Leave{}));
    EXPECT_EQ(state.screen, Screen::serve);
}

TEST_F(RouterMoneyTest, ThePinOfARefundGoesToTheRefundAndNamesWhoStandsAtTheTill) {
    staff_with_a_manager();
    sign_in();
    router.apply(ShellIntent(OpenRefund{}));
    refund::SaleFound found;
    found.lines = {{"套餐A", "Set A", 1, Money::fen(1500)}};
    router.apply(refund::Intent(refund::ScanArrived{"MULIN1 T e 3 h"}));
    router.apply(refund::Intent(refund::SalesFound{state.refund.serial, {found}}));
    router.apply(refund::Intent(refund::More{0}));
    router.apply(refund::Intent(refund::Previewed{state.refund.serial, {{"cash", false, Money::fen(1500)}}, ""}));
    router.apply(refund::Intent(refund::PickReason{refund::Reason::other}));
    for (const char key : std::string("135790")) router.apply(refund::Intent(refund::SecondKey{key}));
    const auto asked = of<CheckStaffPin>(router.apply(refund::Intent(refund::Confirm{})));
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].purpose, PinFor::refund);
    EXPECT_TRUE(of<GiveRefund>(router.apply(review::Intent(review::PinChecked{{asked[0].serial, true, 0, "", 0}}))).empty());
    const auto given = of<GiveRefund>(router.apply(refund::Intent(refund::PinChecked{{asked[0].serial, true, 0, "", 0}})));
    ASSERT_EQ(given.size(), 1U);
    EXPECT_EQ(given[0].cashier, sync::StaffId("C1"));
    EXPECT_EQ(given[0].asked.approver, sync::StaffId("M1"));
}

TEST_F(RouterMoneyTest, AScanDuringARefundThatIsNotUsedSaysSo) {
    sign_in();
    router.apply(ShellIntent(OpenRefund{}));
    refund::SaleFound found;
    found.lines = {{"套餐A", "Set A", 1, Money::fen(1500)}};
    router.apply(ShellIntent(ScanRead{"9310000000000001", 5'000}));
    EXPECT_EQ(state.shell.scan_ignored_until_ms, 0) << "a card finds a diner's sales";
    router.apply(refund::Intent(refund::SalesFound{state.refund.serial, {found}}));
    router.apply(ShellIntent(ScanRead{"9310000000000002", 6'000}));
    EXPECT_GT(state.shell.scan_ignored_until_ms, 6'000);
    EXPECT_EQ(state.refund.phase, refund::Phase::choosing);
}

}  // namespace
}  // namespace mulin::pos
