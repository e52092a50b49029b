#include "pos/settings/settings.h"

#include <gtest/gtest.h>

namespace mulin::pos::settings {
namespace {

SettingsArrived arrived(bool may_train) {
    SettingsArrived out;
    out.language = "zh-CN";
    out.devices = {{"printer", DeviceState::ready, ""}};
    out.may_train = may_train;
    return out;
}

TEST(Settings, LanguageAppliesOnceAndOnlyWhatExists) {
    State state;
    update(state, arrived(false));
    EXPECT_TRUE(update(state, SetLanguage{"zh-CN"}).empty());
    EXPECT_TRUE(update(state, SetLanguage{"xx"}).empty());
    EXPECT_EQ(update(state, SetLanguage{"en"}).size(), 1U);
    EXPECT_TRUE(update(state, SetLanguage{"en"}).empty());
}

TEST(Settings, TrainingIsTheManagersAndSwitchesOnce) {
    State state;
    update(state, arrived(false));
    EXPECT_TRUE(update(state, ToggleTraining{}).empty());
    update(state, arrived(true));
    auto effects = update(state, ToggleTraining{});
    ASSERT_EQ(effects.size(), 1U);
    EXPECT_TRUE(std::get<ApplyTraining>(effects[0]).training);
    EXPECT_TRUE(update(state, ToggleTraining{}).empty());
    EXPECT_FALSE(state.training) << "only what was really switched is shown";
    update(state, TrainingChanged{true, ""});
    EXPECT_TRUE(state.training);
}

TEST(Settings, OneDeviceIsTestedAtATime) {
    State state;
    update(state, arrived(false));
    EXPECT_TRUE(update(state, TestDevice{"nothing"}).empty());
    EXPECT_EQ(update(state, TestDevice{"printer"}).size(), 1U);
    EXPECT_TRUE(update(state, TestDevice{"printer"}).empty());
    update(state, DeviceTested{{"printer", DeviceState::trouble, "没纸了"}});
    EXPECT_EQ(state.devices[0].state, DeviceState::trouble);
    EXPECT_EQ(update(state, TestDevice{"printer"}).size(), 1U);
}

}  // namespace
}  // namespace mulin::pos::settings
