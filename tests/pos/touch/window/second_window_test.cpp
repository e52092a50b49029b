// The diner's side on a virtual display: it shows what it is told, and everything that fingers and
// scanners do belongs to the till's own window. Run under xvfb-run.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "pos/touch/window.h"

namespace mulin::pos::touch {
namespace {

class SecondWindowTest : public testing::Test {
  protected:
    void SetUp() override {
        WindowOptions options;
        options.width = 800;
        options.height = 480;
        auto opened = Window::open(options, clock_);
        ASSERT_TRUE(opened) << opened.error().message;
        window_ = std::move(*opened);
        SecondOptions second;
        second.monitor = 7;  // there is none: it stands beside the till's window
        second.width = 500;
        second.height = 400;
        second.title = title_;
        second.hit_map_file = map_;
        const auto beside = window_->open_second(second);
        ASSERT_TRUE(beside) << beside.error().message;
        serve_for(400);
    }
    void TearDown() override {
        window_.reset();
        std::filesystem::remove(map_);
    }
    void serve_for(std::int64_t ms) {
        const payment::MonotonicInstant end{clock_.monotonic().ms + ms};
        while (clock_.monotonic() < end) {
            ASSERT_TRUE(window_->wait(end));
            for (const std::string& code : window_->take_scans()) scans_.push_back(code);
            Ui& ui = window_->begin_frame();
            ui.set_screen("test");
            if (ui.key("pay", {0, 0, 800, 480}, "收款")) ++taps_;
            window_->end_frame();
        }
    }
    void hand_does(const std::string& command, std::int64_t ms = 900) {
        std::thread hand([&] { EXPECT_EQ(std::system(command.c_str()), 0) << command; });
        serve_for(ms);
        hand.join();
        serve_for(200);
    }
    // New characters may take a second drawing, as in the till's loop.
    bool show(const std::string& due) {
        for (int i = 0; i < 3; ++i) {
            Ui& ui = window_->begin_second();
            ui.set_screen("display");
            ui.label("display.due", {20, 20, 400, 100}, due, {.size = TextSize::due});
            if (window_->end_second()) return true;
        }
        return false;
    }
    std::string map() const {
        std::ifstream file(map_);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static std::string output_of(const std::string& command) {
        std::string out;
        if (FILE* pipe = ::popen(command.c_str(), "r")) {
            char part[256];
            while (std::fgets(part, sizeof part, pipe) != nullptr) out += part;
            ::pclose(pipe);
        }
        return out;
    }

    payment::SystemClock clock_;
    const std::string title_ = "diner-" + std::to_string(::getpid());
    std::filesystem::path map_ = std::filesystem::path(testing::TempDir()) / (title_ + ".json");
    std::unique_ptr<Window> window_;
    int taps_ = 0;
    std::vector<std::string> scans_;
};

TEST_F(SecondWindowTest, ShowsWhatItIsToldInAHitMapOfItsOwn) {
    ASSERT_TRUE(show("¥11.45"));
    EXPECT_NE(map().find(R"("screen":"display")"), std::string::npos) << map();
    EXPECT_NE(map().find("¥11.45"), std::string::npos) << map();
    EXPECT_EQ(map().find("\"pay\""), std::string::npos) << "the till's own keys are not on it";
    ASSERT_TRUE(show("¥4.00"));
    EXPECT_EQ(map().find("¥11.45"), std::string::npos);
}

TEST_F(SecondWindowTest, StandsBesideTheTillWhereItsScreenIsMissing) {
    const std::string place = output_of("xdotool search --name '" + title_ + "' getwindowgeometry");
    EXPECT_NE(place.find("Position: 800,0"), std::string::npos) << place;
    EXPECT_NE(place.find("Geometry: 500x400"), std::string::npos) << place;
}

TEST_F(SecondWindowTest, ATapOnItIsNoTapAtTheTill) {
    ASSERT_TRUE(show("¥11.45"));
    hand_does("xdotool mousemove 1000 200 click 1");
    EXPECT_EQ(taps_, 0);
    hand_does("xdotool mousemove 400 200 click 1");
    EXPECT_EQ(taps_, 1) << "the control: beside it the till hears";
}

TEST_F(SecondWindowTest, AScanGoesToTheTillAlsoWhileThePointerLiesOnIt) {
    ASSERT_TRUE(show("¥11.45"));
    for (int i = 0; i < 4 && scans_.empty(); ++i) hand_does("xdotool mousemove 1000 200 key --delay 4 6 2 2 5 8 8 1 2 3 4 Return");
    ASSERT_FALSE(scans_.empty());
    EXPECT_EQ(scans_[0], "6225881234");
}

TEST_F(SecondWindowTest, IsDrawnAnewWhenItWasUncovered) {
    ASSERT_TRUE(show("¥11.45"));
    (void)window_->second_exposed();
    EXPECT_FALSE(window_->second_exposed()) << "nothing happened to it";
    hand_does("xdotool search --name '" + title_ + "' windowsize 460 380");
    EXPECT_TRUE(window_->second_exposed());
}

}  // namespace
}  // namespace mulin::pos::touch
