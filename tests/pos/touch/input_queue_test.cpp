#include "pos/touch/input_queue.h"

#include <gtest/gtest.h>

namespace mulin::pos::touch {
namespace {

using Kind = PointerEvent::Kind;

TEST(InputQueue, OneFrameTakesOneTapAndTheNextTheNext) {
    InputQueue queue(700);
    for (const float x : {10.0F, 20.0F}) {
        queue.pointer(Kind::press, {x, 5}, 1000);
        queue.pointer(Kind::release, {x, 5}, 1010);
    }
    EXPECT_EQ(queue.take(1020).pointer.size(), 2U);
    EXPECT_TRUE(queue.pending(1020));
    const FrameInput second = queue.take(1030);
    ASSERT_EQ(second.pointer.size(), 2U);
    EXPECT_EQ(second.pointer[0].at.x, 20);
    EXPECT_FALSE(queue.pending(1030));
}

TEST(InputQueue, APointerThatOnlyPassesByWakesNothing) {
    InputQueue queue(700);
    queue.pointer(Kind::move, {10, 10}, 1000);
    EXPECT_FALSE(queue.pending(1000));
}

TEST(InputQueue, ADragIsSeenBeforeItsRelease) {
    InputQueue queue(700);
    queue.pointer(Kind::press, {10, 10}, 1000);
    queue.pointer(Kind::move, {10, 40}, 1010);
    queue.pointer(Kind::move, {10, 90}, 1012);
    queue.pointer(Kind::release, {10, 90}, 1020);
    const FrameInput first = queue.take(1030);
    ASSERT_EQ(first.pointer.size(), 2U);
    EXPECT_EQ(first.pointer[1].at.y, 90);
    EXPECT_EQ(queue.take(1031).pointer.size(), 1U);
}

TEST(InputQueue, WhatWaitedTooLongConfirmsNothing) {
    InputQueue queue(700);
    queue.pointer(Kind::press, {10, 10}, 1000);
    queue.pointer(Kind::release, {10, 10}, 1050);
    const FrameInput input = queue.take(1800);
    EXPECT_TRUE(input.pointer.empty());
    EXPECT_TRUE(input.cancelled);
    EXPECT_EQ(queue.take_dropped(), 1);
    EXPECT_EQ(queue.take_dropped(), 0);
}

TEST(InputQueue, WhatWaitedALittleStillCounts) {
    InputQueue queue(700);
    queue.pointer(Kind::press, {10, 10}, 1000);
    queue.pointer(Kind::release, {10, 10}, 1050);
    EXPECT_EQ(queue.take(1700).pointer.size(), 2U);
    EXPECT_EQ(queue.take_dropped(), 0);
}

TEST(InputQueue, AfterAStallNothingOfItIsLeft) {
    InputQueue queue(700);
    queue.pointer(Kind::press, {10, 10}, 5000);
    queue.pointer(Kind::release, {10, 10}, 5000);
    queue.key(KeyboardKey::enter, 5000);
    for (const char32_t c : std::u32string(U"12345678")) queue.character(c, 5000);
    queue.key(KeyboardKey::enter, 5000);
    queue.drop_all();
    EXPECT_GE(queue.take_dropped(), 3);
    const FrameInput input = queue.take(5001);
    EXPECT_TRUE(input.pointer.empty());
    EXPECT_TRUE(input.keys.empty());
    EXPECT_EQ(input.typed, "");
    EXPECT_TRUE(input.cancelled);
    EXPECT_TRUE(queue.take_scans().empty());
}

TEST(InputQueue, AScanNeverReachesTheTypedText) {
    InputQueue queue(700);
    for (const char32_t c : std::u32string(U"6225881234")) queue.character(c, 1000);
    queue.key(KeyboardKey::enter, 1002);
    EXPECT_TRUE(queue.pending(1002));
    const FrameInput input = queue.take(1003);
    EXPECT_EQ(input.typed, "");
    EXPECT_TRUE(input.keys.empty());
    EXPECT_EQ(queue.take_scans(), std::vector<std::string>{"6225881234"});
}

}  // namespace
}  // namespace mulin::pos::touch
