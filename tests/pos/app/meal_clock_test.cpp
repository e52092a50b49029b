#include "pos/app/meal_clock.h"

#include <vector>

#include <gtest/gtest.h>

namespace mulin::pos {
namespace {

using sync::Meal;

const std::vector<sync::ServingWindow> kWindows = {
    {Meal::breakfast, 390, 510}, {Meal::lunch, 630, 780}, {Meal::dinner, 990, 1110}};

TEST(MealClock, InsideAWindowItIsThatMeal) {
    EXPECT_EQ(meal_for(kWindows, 390), Meal::breakfast);
    EXPECT_EQ(meal_for(kWindows, 779), Meal::lunch);
    EXPECT_EQ(meal_for(kWindows, 1109), Meal::dinner);
}

TEST(MealClock, WhoComesLateForLunchStillHasLunch) {
    EXPECT_EQ(meal_for(kWindows, 780), Meal::lunch);
    EXPECT_EQ(meal_for(kWindows, 800), Meal::lunch);
    EXPECT_EQ(meal_for(kWindows, 885), Meal::lunch) << "half way, what has just closed";
    EXPECT_EQ(meal_for(kWindows, 886), Meal::dinner);
}

TEST(MealClock, AtNightItIsTheNearerEndOfTheDay) {
    EXPECT_EQ(meal_for(kWindows, 0), Meal::breakfast);
    EXPECT_EQ(meal_for(kWindows, 1439), Meal::dinner);
}

TEST(MealClock, WithoutWindowsItIsLunch) { EXPECT_EQ(meal_for({}, 700), Meal::lunch); }

}  // namespace
}  // namespace mulin::pos
