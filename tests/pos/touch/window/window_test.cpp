// The real window on a virtual display, with real pointer and key events. Run under xvfb-run.
#include "pos/touch/window.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <pthread.h>

namespace mulin::pos::touch {
namespace {

using payment::MonotonicInstant;

volatile std::sig_atomic_t stop = 0;

class WindowTest : public testing::Test {
  protected:
    void SetUp() override {
        WindowOptions options;
        options.hit_map_file = map_;
        options.stop = &stop;
        stop = 0;
        auto opened = Window::open(options, clock_);
        ASSERT_TRUE(opened) << opened.error().message;
        window_ = std::move(*opened);
        run_for(400);
    }
    void TearDown() override {
        window_.reset();
        std::filesystem::remove(map_);
    }

    void draw() {
        Ui& ui = window_->begin_frame();
        ui.set_screen("test");
        ui.text({100, 20, 600, 60}, "王秀英 𠅤𬱖㛃", {.size = TextSize::name, .bold = true});
        if (ui.key("pay", {100, 100, 200, 90}, "收款", KeyStyle::primary)) ++taps_;
        if (ui.key("undo", {400, 100, 200, 90}, "撤销一步")) ++undos_;
        typed_ += ui.typed();
        if (ui.pressed(KeyboardKey::enter)) ++enters_;
        window_->end_frame();
    }
    MonotonicInstant in_ms(std::int64_t ms) const { return {clock_.monotonic().ms + ms}; }
    // Serves the window as the till does.
    void run_for(std::int64_t ms) {
        const MonotonicInstant end = in_ms(ms);
        while (clock_.monotonic() < end) {
            ASSERT_TRUE(window_->wait(end));
            for (const std::string& code : window_->take_scans()) scans_.push_back(code);
            draw();
        }
    }
    void run(const std::string& command) { ASSERT_EQ(std::system(command.c_str()), 0) << command; }
    // The tool runs beside the window, as a hand does.
    void act(const std::string& command, std::int64_t ms = 900) {
        std::thread hand([&] { run(command); });
        run_for(ms);
        hand.join();
        run_for(200);
    }

    payment::SystemClock clock_;
    std::filesystem::path map_ = std::filesystem::path(testing::TempDir()) / ("map-" + std::to_string(::getpid()) + ".json");
    std::unique_ptr<Window> window_;
    int taps_ = 0;
    int undos_ = 0;
    int enters_ = 0;
    std::string typed_;
    std::vector<std::string> scans_;
};

TEST_F(WindowTest, AnIdleTillDrawsNothing) {
    const std::uint64_t before = window_->frames_drawn();
    ASSERT_TRUE(window_->wait(in_ms(2000)));
    EXPECT_EQ(window_->frames_drawn(), before);
    EXPECT_GE(clock_.monotonic().ms, in_ms(0).ms - 5);
}

TEST_F(WindowTest, APointerThatOnlyMovesDrawsNothing) {
    std::thread hand([&] { run("xdotool mousemove 10 10 mousemove 500 500 mousemove 150 140"); });
    const std::uint64_t before = window_->frames_drawn();
    ASSERT_TRUE(window_->wait(in_ms(1200)));
    hand.join();
    EXPECT_EQ(window_->frames_drawn(), before);
}

TEST_F(WindowTest, AWorkerWakesIt) {
    std::thread worker([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        window_->wake();
    });
    const std::int64_t start = clock_.monotonic().ms;
    ASSERT_TRUE(window_->wait(in_ms(5000)));
    worker.join();
    EXPECT_LT(clock_.monotonic().ms - start, 3000);
}

TEST_F(WindowTest, ASignalHandlersWishToStopIsSeen) {
    std::signal(SIGUSR1, [](int) { stop = 1; });
    const pthread_t self = pthread_self();
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        pthread_kill(self, SIGUSR1);
    });
    const std::int64_t start = clock_.monotonic().ms;
    EXPECT_FALSE(window_->wait(std::nullopt));
    other.join();
    EXPECT_LT(clock_.monotonic().ms - start, 3000);
}

TEST_F(WindowTest, AClickTapsOnceAndADoubleClickTapsOnce) {
    act("xdotool mousemove 200 140 click 1");
    EXPECT_EQ(taps_, 1);
    act("xdotool mousemove 200 140 click --repeat 2 --delay 80 1");
    EXPECT_EQ(taps_, 2);
    act("xdotool mousemove 200 140 click --repeat 2 --delay 500 1", 1600);
    EXPECT_EQ(taps_, 4) << "slow taps all count";
}

TEST_F(WindowTest, AScannerIsAScanAndFingersAreTyping) {
    // On a busy machine the tool may stumble and be taken for fingers; a scanner that is never
    // recognised is a fault.
    for (int i = 0; i < 4 && scans_.empty(); ++i) {
        typed_.clear();
        act("xdotool key --delay 4 6 2 2 5 8 8 1 2 3 4 Return");
    }
    ASSERT_EQ(scans_.size(), 1U);
    EXPECT_EQ(scans_[0], "6225881234");
    EXPECT_EQ(typed_, "");
    const std::size_t scans = scans_.size();
    act("xdotool type --delay 120 2716301 && xdotool key Return", 2500);
    EXPECT_EQ(typed_, "2716301");
    EXPECT_EQ(scans_.size(), scans);
}

TEST_F(WindowTest, WhatWasTappedWhileTheTillWasStuckConfirmsNothing) {
    std::thread hand([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        run("xdotool mousemove 200 140 click 1");
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    hand.join();
    run_for(500);
    EXPECT_EQ(taps_, 0);
    EXPECT_EQ(window_->take_dropped_input(), 1);
    act("xdotool mousemove 200 140 click 1");
    EXPECT_EQ(taps_, 1) << "the next tap counts";
}

TEST_F(WindowTest, ThePictureIsSavedAsItIsSeen) {
    const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "window-test.png";
    ASSERT_TRUE(window_->save_png(path));
    EXPECT_GT(std::filesystem::file_size(path), 5000U);
    EXPECT_FALSE(window_->save_png("/nowhere/picture.png"));
    std::filesystem::remove(path);
}

TEST_F(WindowTest, TheHitMapTellsWhereToTap) {
    std::ifstream file(map_);
    const std::string json((std::istreambuf_iterator<char>(file)), {});
    EXPECT_NE(json.find(R"("screen":"test")"), std::string::npos) << json;
    EXPECT_NE(json.find(R"({"id":"pay","x":100,"y":100,"w":200,"h":90,"enabled":true,"text":"收款"})"), std::string::npos) << json;
}

TEST_F(WindowTest, ClosingEndsTheLoop) {
    window_->close();
    EXPECT_FALSE(window_->wait(std::nullopt));
}

TEST(WithoutDisplay, OpeningFailsWithASentence) {
    const std::string display = std::getenv("DISPLAY");
    ::unsetenv("DISPLAY");
    payment::SystemClock clock;
    const auto window = Window::open({}, clock);
    ::setenv("DISPLAY", display.c_str(), 1);
    ASSERT_FALSE(window);
    EXPECT_NE(window.error().message.find("No display"), std::string::npos) << window.error().message;
}

}  // namespace
}  // namespace mulin::pos::touch
