#include "pos/text/catalogue.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace mulin::pos::text {
namespace {

namespace fs = std::filesystem;

const fs::path kWords = "assets/text";

class CatalogueTest : public testing::Test {
  protected:
    void SetUp() override {
        copy_ = fs::path(testing::TempDir()) / ("words-" + std::to_string(::getpid()));
        fs::remove_all(copy_);
        fs::copy(kWords, copy_, fs::copy_options::recursive);
    }
    void TearDown() override { fs::remove_all(copy_); }

    void rewrite(const std::string& file, const std::string& from, const std::string& to) {
        const fs::path path = copy_ / "en" / file;
        std::ifstream in(path);
        std::string text((std::istreambuf_iterator<char>(in)), {});
        const auto at = text.find(from);
        ASSERT_NE(at, std::string::npos);
        text.replace(at, from.size(), to);
        std::ofstream(path) << text;
    }

    fs::path copy_;
};

std::set<std::string> placeholders(std::string_view words) {
    std::set<std::string> found;
    for (std::size_t at = words.find('{'); at != std::string_view::npos; at = words.find('{', at + 1))
        found.insert(std::string(words.substr(at, 3)));
    return found;
}

TEST_F(CatalogueTest, BothLanguagesSayEverything) {
    for (const Language language : {Language::zh_cn, Language::en}) {
        const auto words = Catalogue::load(kWords, language);
        ASSERT_TRUE(words) << words.error().message;
        EXPECT_EQ(words->language(), language);
    }
}

TEST_F(CatalogueTest, BothLanguagesFillInTheSameThings) {
    const auto zh = Catalogue::load(kWords, Language::zh_cn);
    const auto en = Catalogue::load(kWords, Language::en);
    ASSERT_TRUE(zh && en);
    for (std::size_t i = 0; i < kMessageCount; ++i) {
        const auto message = static_cast<Msg>(i);
        EXPECT_EQ(placeholders((*zh)(message)), placeholders((*en)(message)))
            << message_key(message).screen << "." << message_key(message).name;
    }
}

TEST_F(CatalogueTest, NamesTheKeyThatLacksWords) {
    rewrite("shell.json", "\"lunch\"", "\"luncheon\"");
    const auto words = Catalogue::load(copy_, Language::en);
    ASSERT_FALSE(words);
    EXPECT_NE(words.error().message.find("shell.json: lunch is missing"), std::string::npos) << words.error().message;
}

TEST_F(CatalogueTest, RefusesWordsThatBelongToNoMessage) {
    rewrite("shell.json", "\"lunch\"", "\"brunch\": \"Brunch\", \"lunch\"");
    const auto words = Catalogue::load(copy_, Language::en);
    ASSERT_FALSE(words);
    EXPECT_NE(words.error().message.find("brunch"), std::string::npos) << words.error().message;
}

TEST_F(CatalogueTest, RefusesAKeyTwiceAndBrokenJson) {
    rewrite("shell.json", "\"lunch\"", "\"dinner\": \"Supper\", \"lunch\"");
    EXPECT_FALSE(Catalogue::load(copy_, Language::en));
    std::ofstream(copy_ / "en" / "shell.json") << "{ \"lunch\": ";
    EXPECT_FALSE(Catalogue::load(copy_, Language::en));
    std::ofstream(copy_ / "en" / "shell.json") << "[]";
    EXPECT_FALSE(Catalogue::load(copy_, Language::en));
}

TEST_F(CatalogueTest, FillsInInAnyOrderAndKeepsBraces) {
    rewrite("shell.json", "\"Cashier {0}\"", "\"{1} is {0}, {1} {x} {2}\"");
    const auto words = Catalogue::load(copy_, Language::en);
    ASSERT_TRUE(words) << words.error().message;
    EXPECT_EQ(words->format(Msg::shell_cashier, "here", 7), "7 is here, 7 {x} ");
}

TEST(Languages, AreNamedAsOnTheCommandLine) {
    EXPECT_EQ(parse_language("zh-CN"), Language::zh_cn);
    EXPECT_EQ(parse_language("en"), Language::en);
    EXPECT_EQ(parse_language("de"), std::nullopt);
}

}  // namespace
}  // namespace mulin::pos::text
