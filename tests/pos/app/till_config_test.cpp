// mulin.toml: defaults without a file, and every mistake named with its line.

#include "pos/app/till_config.h"

#include <fstream>

#include <gtest/gtest.h>

namespace mulin::pos {
namespace {

class TillConfigTest : public ::testing::Test {
  protected:
    void SetUp() override {
        dir_ = std::filesystem::path(::testing::TempDir()) /
               ("till_config_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::create_directories(dir_);
    }
    void TearDown() override { std::filesystem::remove_all(dir_); }
    payment::Result<TillConfig> load(const std::string& text) {
        std::ofstream(dir_ / "mulin.toml") << text;
        return load_till_config(dir_);
    }
    void expect_refused(const std::string& text, const std::string& part) {
        const auto config = load(text);
        ASSERT_FALSE(config);
        EXPECT_EQ(config.error().code, payment::ErrorCode::invalid_input);
        EXPECT_NE(config.error().message.find(part), std::string::npos) << config.error().message;
    }
    std::filesystem::path dir_;
};

TEST_F(TillConfigTest, WithoutAFileEverythingHasADefault) {
    const auto config = load_till_config(dir_);
    ASSERT_TRUE(config);
    EXPECT_EQ(config->devices.printer, "file:receipts");
    EXPECT_EQ(config->cash.unit, payment::RoundingUnit::fen);
    EXPECT_FALSE(config->code_rules.empty());
}

TEST_F(TillConfigTest, ReadsWhatIsThere) {
    const auto config = load("[cash]\nunit = \"jiao\"\nrounding = \"down\"\n[simulated]\nlatency_ms = 5\n"
                             "[[code]]\nprefix_from = 62\nmin_length = 18\nmax_length = 19\nwallet = \"unionpay\"\nchannel = \"simulated\"\n");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->cash.unit, payment::RoundingUnit::jiao);
    EXPECT_EQ(config->cash.mode, payment::Rounding::down);
    EXPECT_EQ(config->simulated.latency_ms, 5);
    ASSERT_EQ(config->code_rules.size(), 1U);
    EXPECT_EQ(config->code_rules[0].wallet, "unionpay");
}

TEST_F(TillConfigTest, NamesTheLineOfEveryMistake) {
    expect_refused("[cash]\nunit = \"mao\"\n", "line 2");
    expect_refused("[cash]\nuint = \"jiao\"\n", "\"uint\"");
    expect_refused("[csh]\nunit = \"jiao\"\n", "[csh]");
    expect_refused("[simulated]\nlatency_ms = \"fast\"\n", "latency_ms must be a whole number");
    expect_refused("[cash\n", "line 1");
    expect_refused("[[code]]\nprefix_from = 62\n", "needs a channel");
}

}  // namespace
}  // namespace mulin::pos
