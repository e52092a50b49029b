#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "pos/device/drawer.h"
#include "pos/device/escpos.h"
#include "pos/device/receipt_printer.h"
#include "pos/device/voice.h"
#include "tests/pos/device/device_fixture.h"
#include "tests/support/device_escpos.h"

namespace mulin::pos {
namespace {

using payment::Money;

TEST(Drawer, LogsEveryKick) {
    const ScratchFolder folder("drawer");
    const payment::ManualClock clock(*payment::parse_rfc3339("2026-03-10T11:45:00+08:00"));
    const auto drawer = make_file_drawer(folder.path() / "drawer.log", clock);
    ASSERT_TRUE(drawer->kick("sale"));
    ASSERT_TRUE(drawer->kick("test"));
    EXPECT_EQ(read_file(folder.path() / "drawer.log"),
              "2026-03-10T11:45:00+08:00 kick sale\n2026-03-10T11:45:00+08:00 kick test\n");
}

TEST(Drawer, ThePulseIsOneDrawerCommand) {
    const auto paper = tests::run_escpos(escpos_drawer_pulse());
    EXPECT_EQ(paper.error, "");
    EXPECT_EQ(paper.drawer_pulses, 1);
    EXPECT_TRUE(paper.rows.empty());
}

TEST(DevicePrinter, SendsTheWholeJob) {
    const ScratchFolder folder("device");
    const auto device = folder.path() / "lp0";
    ASSERT_EQ(mkfifo(device.c_str(), 0600), 0);
    const int reader = open(device.c_str(), O_RDONLY | O_NONBLOCK);
    Raster raster(576, 2000);
    raster.fill(10, 10, 500, 1900);
    std::string received;
    std::thread paper([&] {
        std::array<char, 4096> piece{};
        const std::size_t whole = escpos_print(raster).size();
        for (int tries = 0; received.size() < whole && tries < 5000; ++tries) {
            const ssize_t n = read(reader, piece.data(), piece.size());
            if (n > 0) received.append(piece.data(), static_cast<std::size_t>(n));
            else std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    const auto printed = make_device_printer(device)->print("job", raster);
    paper.join();
    close(reader);
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_EQ(received, escpos_print(raster));
}

TEST(DevicePrinter, APrinterThatTakesNothingIsGivenUp) {
    const ScratchFolder folder("stuck");
    const auto device = folder.path() / "lp0";
    ASSERT_EQ(mkfifo(device.c_str(), 0600), 0);
    const int reader = open(device.c_str(), O_RDONLY | O_NONBLOCK);  // never reads
    const auto printed = make_device_printer(device, 50)->print("job", Raster(576, 4000));
    close(reader);
    ASSERT_FALSE(printed);
    EXPECT_EQ(printed.error().code, payment::ErrorCode::timeout);
    EXPECT_NE(printed.error().message.find("paper"), std::string::npos);
}

TEST(DevicePrinter, AMissingPrinterIsNamed) {
    const auto printed = make_device_printer("/nonexistent/lp7")->print("job", Raster(576, 10));
    ASSERT_FALSE(printed);
    EXPECT_NE(printed.error().message.find("/nonexistent/lp7"), std::string::npos);
    EXPECT_FALSE(make_printer_drawer("/nonexistent/lp7")->kick("sale"));
}

std::string waited_for(const std::filesystem::path& path, const std::string& part) {
    for (int i = 0; i < 500; ++i) {
        const std::string text = read_file(path);
        if (text.find(part) != std::string::npos) return text;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return read_file(path);
}

// A stand-in for espeak-ng: notes what it is asked to say, then runs `then`.
std::string fake_speaker(const ScratchFolder& folder, const std::string& then) {
    const auto path = folder.path() / "speaker";
    std::ofstream(path) << "#!/bin/sh\necho \"$@\" >> " << (folder.path() / "said").string() << "\n" << then << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path.string();
}

TEST(Voice, HandsChineseOverAsPinyin) {
    const ScratchFolder folder("voice");
    const auto voice = make_espeak_voice(SlipLanguage::chinese, fake_speaker(folder, "true"));
    voice->say(spoken_due(Money::fen(1250), SlipLanguage::chinese));
    const std::string said = waited_for(folder.path() / "said", "yuan2");
    EXPECT_NE(said.find("cmn-latn-pinyin"), std::string::npos);
    EXPECT_NE(said.find("qing3 fu4 shi2 er4 yuan2 wu3 jiao3"), std::string::npos) << said;
}

TEST(Voice, NeverMakesTheCallerWaitAndDropsTheOldest) {
    const ScratchFolder folder("busy_voice");
    {
        const auto voice = make_espeak_voice(SlipLanguage::english, fake_speaker(folder, "exec sleep 0.3"));
        voice->say("first");
        waited_for(folder.path() / "said", "first");
        const auto before = std::chrono::steady_clock::now();
        for (int i = 0; i < 1000; ++i) voice->say("number " + std::to_string(i));
        EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(200));
        waited_for(folder.path() / "said", "number 999");
    }
    const std::string said = read_file(folder.path() / "said");
    EXPECT_NE(said.find("number 999"), std::string::npos);
    EXPECT_EQ(said.find("number 10\n"), std::string::npos);
}

TEST(Voice, EndsASpeakerThatHangs) {
    const ScratchFolder folder("hung_voice");
    auto voice = make_espeak_voice(SlipLanguage::english, fake_speaker(folder, "exec sleep 60"));
    voice->say("hello");
    waited_for(folder.path() / "said", "hello");
    const auto before = std::chrono::steady_clock::now();
    voice.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

TEST(Voice, AMissingProgramIsSilence) {
    const auto voice = make_espeak_voice(SlipLanguage::chinese, "/nonexistent/espeak-ng");
    voice->say("您好");
    make_null_voice()->say("您好");
}

TEST(Spoken, AmountsSoundAsPeopleSayThem) {
    const auto zh = [](int fen) { return spoken_amount(Money::fen(fen), SlipLanguage::chinese); };
    EXPECT_EQ(zh(0), "零元");
    EXPECT_EQ(zh(1000), "十元");
    EXPECT_EQ(zh(1250), "十二元五角");
    EXPECT_EQ(zh(1005), "十元零五分");
    EXPECT_EQ(zh(1145), "十一元四角五分");
    EXPECT_EQ(zh(10500), "一百零五元");
    EXPECT_EQ(zh(11000), "一百一十元");
    EXPECT_EQ(zh(100100), "一千零一元");
    EXPECT_EQ(zh(1'000'500'00), "一百万零五百元");
    EXPECT_EQ(zh(50), "零元五角");
    EXPECT_EQ(spoken_amount(Money::fen(1250), SlipLanguage::english), "12 yuan 50");
    EXPECT_EQ(spoken_done(Money::fen(0), SlipLanguage::chinese), "已付，谢谢。");
    EXPECT_EQ(spoken_due(Money::fen(0), SlipLanguage::chinese), "不用付钱。");
}

}  // namespace
}  // namespace mulin::pos
