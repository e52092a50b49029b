// Whatever happens to a payment, no payer's code, buyer's id or AppKey is in anything the adapter hands out
// or prints, though ChinaUMS's answers repeat the first two.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "payment/wire/http.h"
#include "tests/support/chinaums_till.h"

namespace mulin::payment {
namespace {

using tests::ChinaumsPlan;
using tests::ChinaumsSimulator;
using tests::ChinaumsTill;
using tests::Delivery;
using ::testing::HasSubstr;
using ::testing::Not;

std::string everything(const std::map<std::string, std::string>& refs, const std::string& code, const std::string& text) {
    std::string all = code + "\n" + text + "\n";
    for (const auto& [key, value] : refs) all += key + "=" + value + "\n";
    return all;
}

TEST(ChinaumsSecrets, NothingHandedOutOrPrintedHoldsCodeBuyerOrKey) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    std::string all, code;
    for (int kind = 0; kind < 8; ++kind) {
        ChinaumsPlan plan;
        if (kind == 1) plan.start_delivery = Delivery::none;
        if (kind == 2) plan.start_delivery = Delivery::garbage;
        if (kind == 3) plan.start_code = "ZZ";
        if (kind == 4) plan.fate = ChinaumsPlan::Fate::refused;
        if (kind == 5) plan.lie = ChinaumsPlan::Lie::amount;
        if (kind == 6) plan.start_status = 502;
        if (kind == 7) plan.amounts_do_not_add_up = true;
        ChinaumsTill till;
        AttemptRequest request = till.request(till.gateway.code_for(plan));
        request.progress = [&](const Progress& progress) { all += progress.text; };
        code = request.code;
        const auto started = till.start(request);
        all += everything(started.refs, started.channel_code, started.channel_text);
        const auto asked = till.query();
        all += everything(asked.refs, asked.channel_code, asked.channel_text);
        const auto refunded = till.adapter->refund(till.attempt, till.refund_of("R1", 1));
        all += everything(refunded.refs, refunded.channel_code, refunded.channel_text);
        const auto reversed = till.reverse();
        all += everything(reversed.refs, reversed.channel_code, reversed.channel_text);
    }
    all += ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr();
    EXPECT_GT(all.size(), 500U) << "something was said at all";
    EXPECT_THAT(all, Not(HasSubstr(code.substr(0, 12))));
    EXPECT_THAT(all, Not(HasSubstr("otdJ")));
    EXPECT_THAT(all, Not(HasSubstr(ChinaumsSimulator::kAppKey)));
    EXPECT_THAT("payCode=" + code, HasSubstr(code.substr(0, 12))) << "control: the code would be seen";
}

// A gateway that takes its time: each answer costs 400 ms of the call's second.
class SlowGateway final : public HttpTransport {
  public:
    SlowGateway(ManualClock& clock, std::vector<std::int64_t>& deadlines) : clock_(clock), deadlines_(deadlines) {}
    HttpExchange exchange(const HttpRequest& request) override {
        deadlines_.push_back(request.deadline_ms);
        clock_.advance_ms(400);
        HttpExchange answered;
        answered.kind = HttpExchange::Kind::answered;
        answered.answer.status = 200;
        answered.answer.body = R"({"errCode":"00","queryResCode":"0","merchantOrderId":"A","originalTransactionAmount":1234})";
        return answered;
    }

  private:
    ManualClock& clock_;
    std::vector<std::int64_t>& deadlines_;
};

TEST(ChinaumsTime, AllRequestsOfACallShareItsDeadline) {
    ManualClock clock(UtcInstant{1'773'114'300'000});
    SeededRandom random(1);
    std::vector<std::int64_t> deadlines;
    ChinaumsOptions options;
    options.channel = "chinaums";
    options.start_deadline_ms = 1'000;
    ChinaumsAdapter adapter(options, std::make_unique<SlowGateway>(clock, deadlines), {clock, random});
    Attempt attempt;
    attempt.id = AttemptId("A");
    attempt.amount = Money::fen(1234);
    EXPECT_NE(adapter.reverse(attempt).outcome, ReverseOutcome::reversed);
    EXPECT_THAT(deadlines, ::testing::ElementsAre(1'000, 600, 200)) << "asked, voided, asked again";
}

}  // namespace
}  // namespace mulin::payment
