#include "pos/touch/hit_map.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mulin::pos::touch {
namespace {

namespace fs = std::filesystem;

Widget widget(const char* id, Rect rect, bool enabled = true) { return {id, rect, rect, enabled, std::string("text of ") + id}; }

TEST(HitMapAt, AMissOfLessThanTheSlopTakesTheNearestKey) {
    HitMap map;
    map.add(widget("left", {0, 0, 100, 60}));
    map.add(widget("right", {112, 0, 100, 60}));
    EXPECT_EQ(map.at({105, 30}, 7)->id, "left");
    EXPECT_EQ(map.at({107, 30}, 7)->id, "right");
    EXPECT_EQ(map.at({50, 70}, 7), nullptr);
}

TEST(HitMapAt, ADisabledKeyIsNeverTakenAndKeepsItsNeighboursOut) {
    HitMap map;
    map.add(widget("on", {0, 0, 100, 60}));
    map.add(widget("off", {102, 0, 100, 60}, false));
    EXPECT_EQ(map.at({103, 30}, 7), nullptr);
    EXPECT_EQ(map.at({101, 30}, 7)->id, "on");
}

TEST(HitMapAt, WhatWasDrawnLaterLiesOnTop) {
    HitMap map;
    map.add(widget("card", {0, 0, 200, 200}));
    map.add(widget("close", {150, 0, 50, 50}));
    EXPECT_EQ(map.at({160, 20}, 7)->id, "close");
    EXPECT_EQ(map.at({20, 20}, 7)->id, "card");
}

TEST(HitMapAt, NothingBeneathASheetCanBeTapped) {
    HitMap map;
    map.add(widget("beneath", {0, 0, 100, 60}));
    EXPECT_NE(map.at({50, 30}, 7), nullptr);
    map.raise(1);
    EXPECT_EQ(map.at({50, 30}, 7), nullptr);
}

TEST(HitMapJson, HasTheShapeThatScriptsRead) {
    HitMap map;
    map.set_screen("serve");
    map.add(widget("serve.pay.cash", {10.4F, 20.6F, 100, 60}));
    Widget label = widget("serve.due", {0, 0, 50, 20}, false);
    label.target = false;
    label.text = "¥11.45 \"x\"\n\xff";
    map.add(label);
    const auto json = nlohmann::json::parse(map.json(7));
    EXPECT_EQ(json["frame"], 7);
    EXPECT_EQ(json["screen"], "serve");
    const auto& first = json["widgets"][0];
    EXPECT_EQ(first["id"], "serve.pay.cash");
    EXPECT_EQ(first["x"], 10);
    EXPECT_EQ(first["y"], 21);
    EXPECT_EQ(first["w"], 100);
    EXPECT_EQ(first["h"], 60);
    EXPECT_EQ(first["enabled"], true);
    EXPECT_EQ(first["text"], "text of serve.pay.cash");
    EXPECT_EQ(json["widgets"][1]["enabled"], false);
    EXPECT_EQ(first.size(), 7U);
    EXPECT_EQ(json.size(), 3U);
}

class HitMapFileTest : public testing::Test {
  protected:
    fs::path folder_ = fs::path(testing::TempDir()) / ("hit-map-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder_); }
    void TearDown() override { fs::remove_all(folder_); }
    std::uint64_t frame_in_file() const {
        std::ifstream file(folder_ / "map.json");
        return nlohmann::json::parse(file)["frame"];
    }
};

TEST_F(HitMapFileTest, IsRewrittenOnlyWhenTheLayoutChanged) {
    HitMapFile file(folder_ / "map.json");
    HitMap map;
    map.add(widget("a", {0, 0, 10, 10}));
    ASSERT_TRUE(file.write_if_changed(map, 1));
    EXPECT_EQ(frame_in_file(), 1U);
    ASSERT_TRUE(file.write_if_changed(map, 2));
    EXPECT_EQ(frame_in_file(), 1U);
    map.add(widget("b", {20, 0, 10, 10}));
    ASSERT_TRUE(file.write_if_changed(map, 3));
    EXPECT_EQ(frame_in_file(), 3U);
    EXPECT_FALSE(fs::exists(folder_ / "map.json.new"));
}

TEST_F(HitMapFileTest, AFolderThatDoesNotExistIsAnErrorWithASentence) {
    HitMapFile file(folder_ / "nowhere" / "map.json");
    const auto written = file.write_if_changed(HitMap(), 1);
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace mulin::pos::touch
