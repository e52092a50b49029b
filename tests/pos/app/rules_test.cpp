// A till that is sent rules it cannot read goes on pricing by the last good ones.

#include "pos/app/rules.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/support/store_fixtures.h"

namespace mulin::pos {
namespace {

std::string good_rules() {
    std::ifstream file("assets/policies/p06-yangpu-228.json");
    return {std::istreambuf_iterator<char>(file), {}};
}

struct RulesTest : ::testing::Test {
    test::StoreBench bench;
    sync::TerminalStore& store() { return *bench.store; }
    void publish(const std::string& text) {
        const std::vector<sync::PolicyText> policies{{"p.json", text}};
        ASSERT_TRUE(store().replace_policies(policies));
    }
};

TEST_F(RulesTest, PackingKeepsEveryByte) {
    const std::vector<sync::PolicyText> policies{{"a.json", "x\ny\n"}, {"b.json", ""}, {"c.json", "\n3\nabc"}};
    const auto back = unpack_policies(pack_policies(policies));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, policies);
    for (const char* broken : {"a", "a\n", "a\nx\n", "a\n9\nshort", "a\n-1\n"}) EXPECT_FALSE(unpack_policies(broken)) << broken;
}

TEST_F(RulesTest, ABadFileFromAboveLeavesTheFormerRulesInForce) {
    ASSERT_TRUE(store().replace_policies({}));
    const auto none = load_rules(store());
    ASSERT_TRUE(none) << none.error().message;
    publish(good_rules());
    const auto good = load_rules(store());
    ASSERT_TRUE(good) << good.error().message;
    EXPECT_NE(good->policies.version(), none->policies.version());
    publish("{ this is no policy");
    const auto after = load_rules(store());
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(after->policies.version(), good->policies.version());
    EXPECT_FALSE(after->problem.empty());
    publish(good_rules());
    EXPECT_TRUE(load_rules(store())->problem.empty());
}

TEST_F(RulesTest, ATillThatNeverHadGoodRulesSaysWhatIsWrong) {
    publish("{ this is no policy");
    EXPECT_FALSE(load_rules(store()));
}

}  // namespace
}  // namespace mulin::pos
