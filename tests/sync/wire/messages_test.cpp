#include "sync/wire/messages.h"

#include <functional>

#include <gtest/gtest.h>

#include "sync/wire/limits.h"
#include "tests/support/wire_samples.h"

namespace mulin::sync {
namespace {

using namespace test;

// Printing what was parsed gives the same text: nothing is lost on the way.
TEST(Messages, EveryMessageSurvivesTheWire) {
    EXPECT_EQ(print(*parse_enroll_request(print(sample_enroll_request()))), print(sample_enroll_request()));
    EXPECT_EQ(print(*parse_enroll_reply(print(sample_enroll_reply()))), print(sample_enroll_reply()));
    EXPECT_EQ(print(*parse_upload_request(print(sample_upload_request()))), print(sample_upload_request()));
    EXPECT_EQ(print(*parse_upload_reply(print(sample_upload_reply()))), print(sample_upload_reply()));
    EXPECT_EQ(print(*parse_head_reply(print(sample_head_reply()))), print(sample_head_reply()));
    EXPECT_EQ(print(*parse_diners_request(print(sample_diners_request()))), print(sample_diners_request()));
    EXPECT_EQ(print(*parse_diners_reply(print(sample_diners_reply()))), print(sample_diners_reply()));
    EXPECT_EQ(print(*parse_signed_bundle(print(sample_signed_bundle()))), print(sample_signed_bundle()));
}

TEST(Messages, ValuesArriveAsTheyWereSent) {
    const auto diners = parse_diners_request(print(sample_diners_request()));
    ASSERT_TRUE(diners);
    EXPECT_EQ(diners->diners, sample_diners_request().diners);
    const auto reply = parse_enroll_reply(print(sample_enroll_reply()));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->hash_key, std::string("k\0\xff", 3));
    const auto upload = parse_upload_request(print(sample_upload_request()));
    ASSERT_TRUE(upload);
    EXPECT_EQ(upload->lines, sample_upload_request().lines);
    EXPECT_EQ(upload->utc, sample_time());
    EXPECT_EQ(upload->acked, sample_upload_request().acked);
}

TEST(Messages, AnUploadMayBeEmpty) {
    auto request = sample_upload_request();
    request.lines.clear();
    request.head.reset();
    request.acked.reset();
    const auto read = parse_upload_request(print(request));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->head);
    EXPECT_TRUE(read->lines.empty());
}

TEST(Messages, UploadCountsItsLines) {
    const std::string text = print(sample_upload_request());
    EXPECT_FALSE(parse_upload_request(text + "three\n"));
    EXPECT_FALSE(parse_upload_request(text.substr(0, text.size() - 4)));
    EXPECT_FALSE(parse_upload_request(text.substr(0, text.size() - 1)));
    auto many = sample_upload_request();
    many.lines.assign(kMaxEntriesPerUpload + 1, "x");
    EXPECT_FALSE(parse_upload_request(print(many)));
    many.lines.pop_back();
    EXPECT_TRUE(parse_upload_request(print(many)));
}

TEST(Messages, TheFirstProblemIsNamed) {
    const auto read = parse_upload_reply(R"({"v":1,"till":"T1","incarnation":"x","server_time":"2026-03-10T11:45:00+08:00",
        "change":1,"epochs":[{"epoch":"E","seq":-1,"hash":""}],"accepted":0,"known":0,"quarantined":0,"forked":0})");
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("epochs[0].seq"), std::string::npos) << read.error().message;
}

TEST(Messages, AnotherVersionIsRefused) {
    EXPECT_FALSE(parse_head_reply(R"({"v":2})"));
    const auto read = parse_wire_refusal(R"({"v":9,"code":"revoked","message":"no"})");
    ASSERT_TRUE(read) << "a refusal must be readable whatever the version";
}

TEST(Messages, NumbersMustBeWholeAndInRange) {
    const char* shape = R"({"v":1,"diners":[],"change":%s})";
    for (const char* bad : {"1.0", "1e3", "-1", "99999999999999999999", "18446744073709551615", "\"1\"", "true", "null", "[]"}) {
        char text[128];
        std::snprintf(text, sizeof text, shape, bad);
        EXPECT_FALSE(parse_diners_reply(text)) << text;
    }
}

// Any parser, any bytes: an answer, never a crash; and what is accepted can be printed again.
using Parser = std::function<bool(const std::string&)>;

template <class T>
Parser parser_of(Result<T> (*parse)(std::string_view)) {
    return [parse](const std::string& text) {
        const auto value = parse(text);
        if (!value) return !value.error().message.empty();
        return !print(*value).empty();
    };
}

std::string mutate(std::string text, payment::Random& random) {
    static const std::string pieces[] = {"{", "}", "[", "]", "\"", "\\", "\n", ",", ":", "null", "-", "1e999", "\xff",
                                         "\\ud800", "9223372036854775808", std::string(1, '\0'), "{\"v\":1}"};
    const auto rounds = 1 + random.below(4);
    for (std::uint64_t i = 0; i < rounds; ++i) {
        const std::size_t at = text.empty() ? 0 : random.below(text.size());
        switch (random.below(5)) {
            case 0: text.erase(at, 1 + random.below(8)); break;
            case 1: text.insert(at, pieces[random.below(std::size(pieces))]); break;
            case 2: if (!text.empty()) text[at] = static_cast<char>(random.below(256)); break;
            case 3: text.insert(at, text.substr(at, random.below(64))); break;
            default: text.resize(at); break;
        }
    }
    return text;
}

TEST(Messages, DamagedTextIsAnsweredNotSuffered) {
    const std::pair<Parser, std::string> all[] = {
        {parser_of(parse_enroll_request), print(sample_enroll_request())},
        {parser_of(parse_enroll_reply), print(sample_enroll_reply())},
        {parser_of(parse_upload_request), print(sample_upload_request())},
        {parser_of(parse_upload_reply), print(sample_upload_reply())},
        {parser_of(parse_head_reply), print(sample_head_reply())},
        {parser_of(parse_diners_request), print(sample_diners_request())},
        {parser_of(parse_diners_reply), print(sample_diners_reply())},
        {parser_of(parse_signed_bundle), print(sample_signed_bundle())},
        {[](const std::string& text) {
             const auto bundle = parse_bundle(text);
             return bundle ? !bundle_text(*bundle).empty() : !bundle.error().message.empty();
         },
         bundle_text(sample_bundle())},
    };
    payment::SeededRandom random(20260310);
    for (const auto& [parse, good] : all) {
        ASSERT_TRUE(parse(good));
        for (int i = 0; i < 3000; ++i) {
            const std::string text = mutate(good, random);
            EXPECT_TRUE(parse(text)) << text;
        }
    }
}

TEST(Messages, DeepNestingDoesNotExhaustTheStack) {
    const std::string deep = "{\"v\":" + std::string(500'000, '[');
    EXPECT_FALSE(parse_head_reply(deep));
    EXPECT_FALSE(parse_bundle("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}"));
}

}  // namespace
}  // namespace mulin::sync
