#include "payment/card_terminal/slip_book.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "payment/base/id.h"

namespace mulin::payment::zvt {
namespace {

class Book : public ::testing::Test {
  protected:
    Book() { std::filesystem::remove(file); }
    ~Book() override { std::filesystem::remove(file); }
    std::string text() {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    const std::string file = ::testing::TempDir() + "mulin-slip-book-" + std::to_string(::getpid());
    const SlipMark before{7, 4'007, 900, 156, 0, "52500041"};
    const SlipMark slip{8, 4'008, 1'234, 156, 0, "52500041"};
};

TEST_F(Book, KeepsEverythingOverARestart) {
    {
        auto book = SlipBook::open(file);
        ASSERT_TRUE(book);
        ASSERT_TRUE(book->asked("A", 1'234, before));
        ASSERT_TRUE(book->decided("A", "approved", slip));
        ASSERT_TRUE(book->undo_asked("A", slip));
        ASSERT_TRUE(book->asked("B", 500, SlipMark{}));
        EXPECT_FALSE(book->asked("B", 500, SlipMark{})) << "asked for once";
    }
    auto book = SlipBook::open(file);
    ASSERT_TRUE(book);
    const auto a = book->find("A");
    ASSERT_TRUE(a);
    EXPECT_EQ(a->amount_fen, 1'234);
    EXPECT_EQ(a->before, before);
    EXPECT_EQ(a->outcome, "approved");
    EXPECT_EQ(a->slip, slip);
    EXPECT_EQ(a->before_undo, slip);
    EXPECT_FALSE(a->undone);
    ASSERT_TRUE(book->after("A"));
    EXPECT_EQ(book->after("A")->id, "B");
    EXPECT_FALSE(book->after("B"));
    EXPECT_FALSE(book->find("C"));
    ASSERT_TRUE(book->undone("A"));
    EXPECT_TRUE(SlipBook::open(file)->find("A")->undone);
}

// Cut at every byte: what was whole stays, what was not is as if never written.
TEST_F(Book, AnUnfinishedLineIsDropped) {
    {
        auto book = SlipBook::open(file);
        ASSERT_TRUE(book->asked("A", 1'234, before));
        ASSERT_TRUE(book->decided("A", "approved", slip));
    }
    const std::string whole = text();
    const auto first = whole.find('\n') + 1;
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        std::ofstream(file, std::ios::binary | std::ios::trunc) << whole.substr(0, cut);
        const auto book = SlipBook::open(file);
        ASSERT_TRUE(book) << cut;
        EXPECT_EQ(book->find("A").has_value(), cut >= first) << cut;
        if (cut < first) continue;
        EXPECT_EQ(book->find("A")->outcome, cut == whole.size() ? "approved" : "") << cut;
    }
}

TEST_F(Book, DamageIsRefused) {
    for (const char* bad : {"asked A x\n", "decided A approved 1 1 1 1 1 -\n", "hello\n", "asked A 1 1 1 1 1\n", "\n"}) {
        std::ofstream(file, std::ios::binary | std::ios::trunc) << bad;
        const auto book = SlipBook::open(file);
        ASSERT_FALSE(book) << bad;
        EXPECT_EQ(book.error().code, ErrorCode::corrupt);
    }
    SeededRandom random(5);
    for (int i = 0; i < 100; ++i) {
        std::string noise(random.below(200), '\0');
        for (auto& c : noise) c = static_cast<char>(random.below(256));
        std::ofstream(file, std::ios::binary | std::ios::trunc) << noise;
        (void)SlipBook::open(file);
    }
}

TEST_F(Book, StaysSmallAndKeepsTheNewest) {
    {
        std::ofstream out(file, std::ios::binary);
        for (int i = 0; i < 1'200; ++i) out << "asked P" << i << " 100 7 4007 900 156 0 52500041\n";
    }
    ASSERT_TRUE(SlipBook::open(file));
    const auto book = SlipBook::open(file);
    ASSERT_TRUE(book);
    EXPECT_FALSE(book->find("P0"));
    EXPECT_TRUE(book->find("P1199"));
}

TEST_F(Book, ADiskThatTakesNothingIsNamedBeforeAnythingIsAsked) {
    auto book = SlipBook::open("/dev/full");
    if (book) {
        const auto asked = book->asked("A", 1, before);
        ASSERT_FALSE(asked);
        EXPECT_EQ(asked.error().code, ErrorCode::disk_full);
        EXPECT_FALSE(book->find("A"));
    }
}

}  // namespace
}  // namespace mulin::payment::zvt
