#include "payment/simulated/simulated_gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace mulin::payment {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class GatewayFile : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = ::testing::TempDir() + "mulin-gateway-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        path_ = folder_ + "/ledger.jsonl";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string text() const {
        std::ifstream file(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void append(const std::string& bytes) const {
        std::ofstream(path_, std::ios::app | std::ios::binary) << bytes;
    }

    std::string folder_;
    std::string path_;
};

TEST(Script, IsChosenByTheLastTwoDigits) {
    EXPECT_EQ(script_of_code("131234567890123400"), Script::approve);
    EXPECT_EQ(script_of_code("131234567890123401"), Script::decline);
    EXPECT_EQ(script_of_code("301234567890123404"), Script::late_success);
    EXPECT_EQ(script_of_code("622573505320161512"), Script::request_late);
    EXPECT_EQ(script_of_code("131234567890123499"), Script::approve) << "not named";
    EXPECT_EQ(script_of_code("7"), Script::approve);
    EXPECT_EQ(script_of_code("abc"), Script::approve);
}

TEST_F(GatewayFile, KnowsItsPaymentsAfterTheProcessIsGone) {
    {
        auto gateway = SimulatedGateway::open(path_).value();
        (void)gateway->pay("P1", "sale-1", Money::fen(1200), Script::approve);
        (void)gateway->pay("P2", "sale-2", Money::fen(900), Script::pending_forever);
        (void)gateway->pay("P3", "sale-3", Money::fen(500), Script::approve);
        (void)gateway->reverse("P3");
        (void)gateway->pay("P4", "sale-4", Money::fen(100), Script::decline);
        (void)gateway->reverse("P5");
    }
    auto gateway = SimulatedGateway::open(path_).value();
    EXPECT_EQ(gateway->query("P1").status, GatewayStatus::paid);
    EXPECT_EQ(gateway->query("P1").amount, Money::fen(1200));
    EXPECT_EQ(gateway->query("P2").status, GatewayStatus::waiting);
    EXPECT_EQ(gateway->query("P3").status, GatewayStatus::returned);
    EXPECT_EQ(gateway->query("P4").status, GatewayStatus::refused);
    EXPECT_EQ(gateway->query("P5").status, GatewayStatus::closed);
    EXPECT_EQ(gateway->net_of_order("sale-1"), Money::fen(1200));
    EXPECT_EQ(gateway->net_of_order("sale-3"), Money());
    EXPECT_EQ(gateway->payments().size(), 5U);
}

// What was answered is on the disk: a child is killed right after its answer.
TEST_F(GatewayFile, SurvivesBeingKilled) {
    const pid_t child = ::fork();
    if (child == 0) {
        auto gateway = SimulatedGateway::open(path_).value();
        (void)gateway->pay("P1", "sale-1", Money::fen(1200), Script::approve);
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(SimulatedGateway::open(path_).value()->net_of_order("sale-1"), Money::fen(1200));
}

TEST_F(GatewayFile, AnUnfinishedLastLineIsDropped) {
    { (void)SimulatedGateway::open(path_).value()->pay("P1", "sale-1", Money::fen(1200), Script::approve); }
    const std::string whole = text();
    append("{\"event\":\"retur");
    {
        auto gateway = SimulatedGateway::open(path_).value();
        EXPECT_EQ(gateway->find("P1")->returns, 0);
        EXPECT_EQ(text(), whole);
        (void)gateway->reverse("P1");
    }
    EXPECT_EQ(SimulatedGateway::open(path_).value()->find("P1")->returns, 1);
}

TEST_F(GatewayFile, OtherDamageIsRefused) {
    for (const char* damage :
         {"garbage\n", "{\"event\":\"charged\",\"payment\":\"nobody\"}\n", "[]\n", "\n",
          "{\"event\":\"paid\",\"payment\":\"P1\"}\n", "{\"event\":1,\"payment\":\"P1\"}\n",
          "{\"event\":\"start\",\"payment\":\"P9\",\"amount_fen\":1e300}\n",
          "{\"event\":\"start\",\"payment\":\"P9\",\"amount_fen\":99999999999999999}\n"}) {
        std::filesystem::remove(path_);
        {
            (void)SimulatedGateway::open(path_).value()->pay("P1", "sale-1", Money::fen(1200),
                                                             Script::approve);
        }
        append(damage);
        const auto opened = SimulatedGateway::open(path_);
        ASSERT_FALSE(opened) << damage;
        EXPECT_EQ(opened.error().code, ErrorCode::corrupt) << damage;
    }
}

TEST_F(GatewayFile, AFolderThatIsNotThereIsAnOperatingError) {
    EXPECT_EQ(SimulatedGateway::open(folder_ + "/none/ledger").error().code, ErrorCode::disk);
}

TEST_F(GatewayFile, TheSecondRequestWithOneIdIsCountedAndTakesNothing) {
    SimulatedGateway gateway;
    (void)gateway.pay("P1", "sale-1", Money::fen(1200), Script::approve);
    (void)gateway.pay("P1", "sale-1", Money::fen(1200), Script::approve);
    EXPECT_EQ(gateway.find("P1")->starts, 2);
    EXPECT_EQ(gateway.find("P1")->charges, 1);
}

TEST(SimulatedGateway, AStragglerFindsItsPaymentClosed) {
    SimulatedGateway gateway;
    (void)gateway.pay("P1", "sale-1", Money::fen(1200), Script::request_late);
    EXPECT_EQ(gateway.query("P1").status, GatewayStatus::no_such_payment);
    EXPECT_EQ(gateway.reverse("P1").status, GatewayStatus::closed);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(gateway.query("P1").status, GatewayStatus::closed);
    EXPECT_EQ(gateway.find("P1")->starts, 1) << "it did arrive";
    EXPECT_EQ(gateway.find("P1")->charges, 0);
}

TEST(SimulatedGateway, FaultsHitTheCallTheyAreDrawnFor) {
    SimulatedGateway gateway;
    std::string calls;
    gateway.set_faults([&](const char* call) {
        calls += std::string(call) + " ";
        return SimulatedGateway::Fault::answer_lost;
    });
    EXPECT_FALSE(gateway.pay("P1", "sale-1", Money::fen(1200), Script::approve).answered);
    EXPECT_FALSE(gateway.query("P1").answered);
    EXPECT_EQ(gateway.find("P1")->charges, 1) << "charged although nobody heard it";
    EXPECT_FALSE(gateway.reverse("P1").answered);
    EXPECT_EQ(gateway.find("P1")->returns, 1);
    EXPECT_EQ(calls, "pay query reverse ");
}

}  // namespace
}  // namespace mulin::payment
