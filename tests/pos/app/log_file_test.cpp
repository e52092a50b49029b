#include "pos/app/log_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace mulin::pos {
namespace {

class LogFiles : public ::testing::Test {
  protected:
    LogFiles() : folder_(std::filesystem::path(::testing::TempDir()) / ("log-" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()))) {
        std::filesystem::remove_all(folder_);
    }
    ~LogFiles() override { std::filesystem::remove_all(folder_); }
    std::string kept(const char* name = "channels.log") const {
        std::ifstream file(folder_ / name);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    payment::ManualClock clock_{payment::UtcInstant{1'773'114'300'000}};
    std::filesystem::path folder_;
};

TEST_F(LogFiles, ALineHasItsInstantAndChannelAndNoCode) {
    LogFile log(folder_, clock_);
    log.write("alipay", "no answer to 281234567890123402, sign=MIIEvQIBADANBgkqhkiG9w0BAQEFAASC");
    const std::string text = kept();
    EXPECT_TRUE(text.starts_with("2026-03-10T11:45:00+08:00 alipay no answer")) << text;
    EXPECT_EQ(text.find("28123456"), std::string::npos);
    EXPECT_EQ(text.find("MIIEvQ"), std::string::npos);
    struct stat info{};
    ASSERT_EQ(::stat((folder_ / "channels.log").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(LogFiles, TheFilesAreBoundedAndTheOldestGoes) {
    LogFile log(folder_, clock_, 2000);
    for (int i = 0; i < 400; ++i) {
        clock_.advance_ms(60'000);
        log.write("wechat", "line " + std::to_string(i) + std::string(60, '.'));
    }
    std::uintmax_t bytes = 0;
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder_)) {
        bytes += file.file_size();
        ++files;
    }
    EXPECT_EQ(files, LogFile::kFiles);
    EXPECT_LE(bytes, LogFile::kFiles * 2000);
    EXPECT_NE(kept().find("line 399"), std::string::npos);
    EXPECT_EQ(kept().find("line 0."), std::string::npos);
}

TEST_F(LogFiles, AChannelThatTalksTooMuchIsCounted) {
    LogFile log(folder_, clock_);
    for (int i = 0; i < LogFile::kLinesAMinute + 30; ++i) log.write("alipay", "again");
    log.write("wechat", "still heard");
    clock_.advance_ms(60'000);
    log.write("alipay", "calm");
    const std::string text = kept();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), LogFile::kLinesAMinute + 3);
    EXPECT_NE(text.find("30 lines left out"), std::string::npos);
    EXPECT_NE(text.find("wechat still heard"), std::string::npos);
}

TEST_F(LogFiles, WithoutAFolderLinesAreLostAndComeAgain) {
    std::ofstream(folder_) << "in the way";
    LogFile log(folder_, clock_);
    log.write("alipay", "lost");
    std::filesystem::remove(folder_);
    log.write("alipay", "kept");
    EXPECT_NE(kept().find("kept"), std::string::npos);
    EXPECT_EQ(kept().find("lost"), std::string::npos);
}

}  // namespace
}  // namespace mulin::pos
