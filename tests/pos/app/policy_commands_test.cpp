// `mulin-pos quote` and `mulin-pos policy lint` as an operator calls them.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "pos/app/lint_command.h"
#include "pos/app/quote_command.h"

namespace mulin::pos {
namespace {

namespace fs = std::filesystem;

struct Ran {
    int code = 0;
    std::vector<std::string> out;
    std::string err;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

Ran quote(const std::vector<std::string>& policies, const std::string& cases) {
    std::istringstream in(cases);
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_quote(policies, "", in, out, err);
    return {code, lines_of(out.str()), err.str()};
}

Ran lint(const std::vector<std::string>& paths) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_policy_lint(paths, out, err);
    return {code, lines_of(out.str()), err.str()};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string a_case(const std::string& id, const std::string& more = "") {
    return R"({"id":)" + id + R"(,"at":"2026-03-10T11:45:00+08:00","commit":true,"site":{"id":"S1","subdistrict":"310110013"},)" +
           R"("meal":"lunch","service":"dine_in","diner":{"id":"D1","birth_date":"1950-01-02","hukou":"310110013","cards":["jinglao"]},)" +
           R"("presented":"jinglao",)" + more + R"("lines":[{"item":"set-a","class":"set","unit_price_fen":2000,"quantity":1}]})" + "\n";
}

class Folder {
  public:
    Folder() : path_(fs::temp_directory_path() / ("mulin-policy-" + std::to_string(::getpid()))) {
        fs::remove_all(path_);
        fs::create_directories(path_);
    }
    ~Folder() { fs::remove_all(path_); }
    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
        return (path_ / name).string();
    }
    std::string path() const { return path_.string(); }

  private:
    fs::path path_;
};

const std::string kP06 = "assets/policies/p06-yangpu-228.json";

TEST(QuoteCommand, AnswersLineByLineInOrder) {
    const Ran ran = quote({kP06}, a_case("\"c1\"") + "\n" + a_case("7"));
    ASSERT_EQ(ran.code, 0) << ran.err;
    ASSERT_EQ(ran.out.size(), 2u);
    EXPECT_TRUE(has(ran.out[0], R"({"id":"c1","list_fen":2000,"paid_fen":1760,"delivery_fen":0,"benefits":[{"rule":"card-88","amount_fen":240,"payers":[{"payer":"vendor","amount_fen":240}])"))
        << ran.out[0];
    EXPECT_TRUE(has(ran.out[0], R"("operator":[],"refused":null,"why":[{"rule":"card-88","applied":true,"zh":")")) << ran.out[0];
    EXPECT_TRUE(has(ran.out[1], R"({"id":7,"list_fen":2000)"));
}

TEST(QuoteCommand, AMalformedCaseIsAnsweredAndTheRestGoesOn) {
    const std::string bad[] = {"{\"id\":\"x\",\"at\":17}", "not json", "[1,2]", "{\"id\":\"y\"}", "\"\xff\"",
                               "{\"id\":{\"a\":1}}", std::string(100'000, '['), "{\"id\":1e999}"};
    std::string cases;
    for (const auto& line : bad) cases += line + "\n";
    const Ran ran = quote({kP06}, cases + a_case("\"good\""));
    EXPECT_EQ(ran.code, 0);
    ASSERT_EQ(ran.out.size(), std::size(bad) + 1);
    for (std::size_t i = 0; i < std::size(bad); ++i) EXPECT_TRUE(has(ran.out[i], ",\"error\":\"")) << ran.out[i];
    EXPECT_TRUE(ran.out[0].starts_with("{\"id\":\"x\",\"error\":")) << ran.out[0];
    EXPECT_TRUE(ran.out[1].starts_with("{\"id\":null,\"error\":")) << ran.out[1];
    EXPECT_TRUE(has(ran.out.back(), "\"paid_fen\":1760"));
}

TEST(QuoteCommand, AmountsBeyondReasonAreMalformedNotACrash) {
    for (const char* more : {R"("delivery_fee_fen":-1,)", R"("delivery_fee_fen":99999999999,)", R"("delivery_fee_fen":1.5,)",
                             R"("delivery_fee_fen":99999999999999999999999,)"}) {
        const Ran ran = quote({kP06}, a_case("1", more));
        ASSERT_EQ(ran.out.size(), 1u);
        EXPECT_TRUE(has(ran.out[0], "\"error\"")) << more << ran.out[0];
    }
}

TEST(QuoteCommand, ALineWithoutEndIsNotHeldInMemory) {
    const Ran ran = quote({kP06}, std::string(3'000'000, 'x') + "\n" + a_case("\"after\""));
    ASSERT_EQ(ran.out.size(), 2u);
    EXPECT_TRUE(has(ran.out[0], "longer than 1 MB"));
    EXPECT_TRUE(has(ran.out[1], "\"after\""));
}

TEST(QuoteCommand, APolicyThatCannotBeLoadedIsInvalidInput) {
    const Folder folder;
    const Ran broken = quote({folder.file("broken.json", "{\n\"mulin_policy\": 1,\n\"ruls\": []\n}")}, a_case("1"));
    EXPECT_EQ(broken.code, 2);
    EXPECT_TRUE(broken.out.empty());
    EXPECT_TRUE(has(broken.err, "Line 3") && has(broken.err, "did you mean \"rules\"")) << broken.err;
    EXPECT_EQ(quote({folder.path() + "/nothing-here"}, "").code, 2);
    EXPECT_EQ(quote({}, "").code, 2);
}

TEST(QuoteCommand, AFolderStandsForItsPoliciesAndCalendarsComeAlong) {
    EXPECT_EQ(quote({"assets/policies"}, a_case("1")).code, 0);
    const Ran ran = quote({"assets/policies/p14-shenzhen-2025.json"}, a_case("1"));
    EXPECT_EQ(ran.code, 0) << ran.err;
}

TEST(QuoteCommand, ReadsCasesFromAFile) {
    const Folder folder;
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run_quote({kP06}, folder.file("cases.jsonl", a_case("1")), in, out, err), 0);
    EXPECT_TRUE(has(out.str(), "\"paid_fen\":1760"));
    EXPECT_EQ(run_quote({kP06}, folder.path() + "/none.jsonl", in, out, err), 2);
}

TEST(LintCommand, SaysCleanFindingsAndErrorsByExitCode) {
    EXPECT_EQ(lint({"assets/policies/p01-putuo-gross.json"}).code, 0);
    const Ran overlap = lint({"assets/policies/p21-yangzhou-as-printed.json"});
    EXPECT_EQ(overlap.code, 1);
    ASSERT_EQ(overlap.out.size(), 2u);
    EXPECT_TRUE(has(overlap.out[0], "\"code\":\"age_overlap\"") && has(overlap.out[0], "age 75")) << overlap.out[0];
    EXPECT_TRUE(has(overlap.out[1], "age 85")) << overlap.out[1];
    const Ran gap = lint({"assets/policies/p22-changchun-as-printed.json"});
    EXPECT_EQ(gap.code, 1);
    ASSERT_EQ(gap.out.size(), 1u);
    EXPECT_TRUE(has(gap.out[0], "\"code\":\"age_gap\"") && has(gap.out[0], "ages 80 to 89")) << gap.out[0];
    const Folder folder;
    const Ran broken = lint({folder.file("x.json", "{}")});
    EXPECT_EQ(broken.code, 2);
    EXPECT_TRUE(has(broken.out.at(0), "\"kind\":\"schema_error\"")) << broken.out[0];
    EXPECT_EQ(lint({folder.path() + "/none.json"}).code, 2);
}

}  // namespace
}  // namespace mulin::pos
