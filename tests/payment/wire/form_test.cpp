// Forms and JSON as they come over a wire: strict, and exact about bytes.

#include "payment/wire/form.h"

#include <gtest/gtest.h>

#include "payment/base/id.h"
#include "payment/wire/json.h"

namespace mulin::payment {
namespace {

TEST(Form, EncodesAndDecodesEveryByte) {
    std::string every;
    for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
    const FormFields fields = {{"a", every}, {"b c", ""}, {"长", "者"}};
    EXPECT_EQ(form_decode(form_encode(fields), Plus::is_space), fields);
    EXPECT_EQ(form_decode(form_encode(fields), Plus::is_plus), fields);
    EXPECT_EQ(percent_encode("a b+c/~"), "a%20b%2Bc%2F~");
    EXPECT_EQ(percent_decode("a+b", Plus::is_space), "a b");
    EXPECT_EQ(percent_decode("a+b", Plus::is_plus), "a+b");
}

TEST(Form, RefusesWhatIsBrokenOrDouble) {
    for (const char* text : {"a=1&a=2", "a", "a=%", "a=%4", "a=%zz", "a=1&&b=2", "=%G0"}) {
        EXPECT_FALSE(form_decode(text, Plus::is_space)) << text;
    }
    EXPECT_TRUE(form_decode("", Plus::is_space)->empty());
    EXPECT_EQ(field(*form_split("sig=a=b==&x=+"), "sig"), "a=b==");
    EXPECT_FALSE(form_split("a=1&a=2"));
}

TEST(Form, SortedLineLeavesOutWhatIsEmptyOrNamed) {
    EXPECT_EQ(sorted_line({{"b", "2"}, {"a", "1"}, {"B", "0"}, {"sign", "x"}, {"c", ""}}, {"sign"}), "B=0&a=1&b=2");
}

TEST(Json, KeepsNumbersAsTheyWereSent) {
    const auto json = Json::parse(R"({"a":12.30,"b":"12.30","c":12,"d":1e2,"e":-5,"f":99999999999999999999,"g":true})");
    ASSERT_TRUE(json);
    EXPECT_EQ((*json)["a"].plain(), "12.30");
    EXPECT_EQ((*json)["b"].plain(), "12.30");
    EXPECT_EQ((*json)["c"].whole(), 12);
    EXPECT_FALSE((*json)["a"].whole());
    EXPECT_FALSE((*json)["d"].whole());
    EXPECT_EQ((*json)["e"].whole(), -5);
    EXPECT_FALSE((*json)["f"].whole());
    EXPECT_EQ((*json)["g"].flag(), true);
    EXPECT_TRUE((*json)["missing"]["deeper"].is_null());
}

TEST(Json, RefusesWhatCanBeReadTwoWays) {
    for (const std::string& text : {std::string(R"({"a":1,"a":2})"), std::string("{\"a\":1} x"), std::string("{\"a\":\"\xff\"}"),
                                   std::string(40, '[') + std::string(40, ']'), std::string("{'a':1}"), std::string()}) {
        EXPECT_FALSE(Json::parse(text)) << text;
    }
    std::string many = "{";
    for (int i = 0; i < 5000; ++i) many += "\"k" + std::to_string(i) + "\":0,";
    EXPECT_FALSE(Json::parse(many + "\"z\":0}"));
}

TEST(Json, FindsTheExactBytesOfAMember) {
    const std::string body = "{ \"x\" : [1,\"}\\\"\"] ,\"node\":{\"a\" : \"\\u957f\\/\", \"b\":{}} , \"sign\":\"s\"}";
    EXPECT_EQ(raw_member(body, "node"), "{\"a\" : \"\\u957f\\/\", \"b\":{}}");
    EXPECT_EQ(raw_member(body, "x"), "[1,\"}\\\"\"]");
    EXPECT_EQ(raw_member(body, "sign"), "\"s\"");
    EXPECT_EQ(raw_member("{\"a\":1}", "a"), "1");
    EXPECT_FALSE(raw_member(body, "b"));
    EXPECT_FALSE(raw_member(R"({"node":{},"node":{"code":"10000"}})", "node"));
    EXPECT_FALSE(raw_member(R"([{"node":1}])", "node"));
}

// Whatever is cut out is again the value of that member.
TEST(Json, RawMemberHoldsForRandomDocuments) {
    SeededRandom random(7);
    const std::string letters = "{}[]\",:\\ ab1.\n";
    for (int round = 0; round < 20'000; ++round) {
        std::string value;
        for (std::uint64_t i = random.below(12); i > 0; --i) value += letters[random.below(letters.size())];
        if (!Json::parse(value)) value = json_quoted(value);
        const std::string body = "{\"a\":" + value + ",\"b\": " + value + " }";
        const auto a = raw_member(body, "a"), b = raw_member(body, "b");
        ASSERT_TRUE(a && b) << body;
        const auto trim = [](std::string_view text) {
            const auto from = text.find_first_not_of(" \n");
            return std::string(text.substr(from, text.find_last_not_of(" \n") - from + 1));
        };
        EXPECT_EQ(std::string(*a), trim(value));
        EXPECT_EQ(*a, *b);
    }
}

}  // namespace
}  // namespace mulin::payment
