#include "pos/device/receipt.h"

#include <cstdio>

#include <gtest/gtest.h>

#include "pos/device/escpos.h"
#include "pos/device/glyph_painter.h"
#include "pos/device/output_file.h"
#include "pos/device/receipt_printer.h"
#include "tests/pos/device/device_fixture.h"
#include "tests/support/device_escpos.h"

namespace mulin::pos {
namespace {

ReceiptTypesetter typesetter(SlipLanguage language = SlipLanguage::chinese) {
    auto opened = ReceiptTypesetter::open(language);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
}

// What zbarimg reads in the picture, without the trailing line end.
std::string decode_code(const Raster& raster, const ScratchFolder& folder) {
    const auto png = folder.path() / "code.png";
    EXPECT_TRUE(write_whole_file(png, *png_bytes(raster)));
    const std::string command = "zbarimg -q --raw '" + png.string() + "'";
    FILE* pipe = popen(command.c_str(), "r");
    std::string out;
    for (int c = 0; pipe != nullptr && (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
    if (pipe != nullptr) pclose(pipe);
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

void expect_same_dots(const tests::EscposPaper& paper, const Raster& raster) {
    ASSERT_EQ(paper.error, "");
    ASSERT_GE(static_cast<int>(paper.rows.size()), raster.height());
    for (int y = 0; y < raster.height(); ++y) {
        for (int x = 0; x < raster.width(); ++x)
            ASSERT_EQ(paper.rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)], raster.black(x, y));
    }
    for (auto y = static_cast<std::size_t>(raster.height()); y < paper.rows.size(); ++y) {
        for (const bool dot : paper.rows[y]) ASSERT_FALSE(dot);
    }
}

TEST(Receipt, PrintsExactlyWhatWasLaidOut) {
    const Raster raster = typesetter().lay_out(sample_slip());
    EXPECT_EQ(raster.width(), 576);
    const auto paper = tests::run_escpos(escpos_print(raster));
    expect_same_dots(paper, raster);
    EXPECT_EQ(paper.cuts, 1);
    EXPECT_EQ(paper.drawer_pulses, 0);
}

TEST(Receipt, ADamagedJobDoesNotPassTheComparison) {
    const Raster raster = typesetter().lay_out(sample_slip());
    std::string bytes = escpos_print(raster);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
    const auto paper = tests::run_escpos(bytes);
    bool differs = !paper.error.empty();
    for (int y = 0; !differs && y < raster.height(); ++y) {
        for (int x = 0; x < raster.width(); ++x)
            differs = differs || paper.rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] != raster.black(x, y);
    }
    EXPECT_TRUE(differs);
}

TEST(Receipt, TheCodeNamesTheEntryAndItsHash) {
    const ScratchFolder folder("code");
    const SaleSlip slip = sample_slip();
    const std::string text = decode_code(typesetter().lay_out(slip), folder);
    EXPECT_EQ(text, "MULIN1 T1 01J8ZQ4W 127 " + slip.entry.hash);
}

TEST(Receipt, TheCodeOnAVoidSlipNamesTheVoid) {
    const ScratchFolder folder("void_code");
    const VoidSlip slip = sample_void();
    EXPECT_EQ(decode_code(typesetter().lay_out(slip), folder), slip_code_text(slip.entry));
}

TEST(Receipt, AReprintDiffersFromTheOriginalAndFromTheNextReprint) {
    auto setter = typesetter();
    SaleSlip slip = sample_slip();
    const Raster original = setter.lay_out(slip);
    EXPECT_EQ(setter.lay_out(slip), original);
    slip.reprint = 1;
    const Raster first = setter.lay_out(slip);
    slip.reprint = 2;
    const Raster second = setter.lay_out(slip);
    EXPECT_NE(first, second);
    EXPECT_GT(first.height(), original.height() + 2 * 40);
    for (int y = 2; y < 6; ++y) EXPECT_TRUE(first.black(0, y) && first.black(575, y)) << "no band at the top";
    EXPECT_FALSE(original.black(0, 3));
}

TEST(Receipt, TrainingSlipsAreMarked) {
    auto setter = typesetter();
    SaleSlip slip = sample_slip();
    slip.sale.training = true;
    EXPECT_TRUE(setter.lay_out(slip).black(0, 3));
}

TEST(Receipt, SpeaksEnglishToo) {
    EXPECT_NE(typesetter(SlipLanguage::english).lay_out(sample_slip()), typesetter().lay_out(sample_slip()));
}

TEST(Receipt, TheAidClassOfNobodyCanChangeASlip) {
    auto setter = typesetter();
    SaleSlip slip = sample_slip();
    const Raster plain = setter.lay_out(slip);
    slip.sale.benefits[1].rule = "dibao-allowance";
    slip.sale.benefits[1].payers = {{"civil-affairs-dibao", slip.sale.benefits[1].amount}};
    slip.sale.uses = {{"dibao|D000013", 1, {}}};
    slip.sale.operator_amounts = {{"dibao", "city", payment::Money::fen(200)}};
    EXPECT_EQ(setter.lay_out(slip), plain);
}

TEST(Receipt, VeryLongNamesWrapInsteadOfRunningOffThePaper) {
    auto setter = typesetter();
    SaleSlip slip = sample_slip();
    slip.diner_name = "阿卜杜热西提·阿卜杜克里木·买买提依明·吐尔逊江";
    slip.sale.lines[0].name_zh = "特别丰盛的重阳节敬老团圆套餐红烧狮子头清蒸鲈鱼配青菜米饭例汤";
    const Raster raster = setter.lay_out(slip);
    for (int y = 0; y < raster.height(); ++y) {
        for (const int x : {0, 1, 2, 573, 574, 575}) ASSERT_FALSE(raster.black(x, y)) << x << "," << y;
    }
    EXPECT_GT(raster.height(), setter.lay_out(sample_slip()).height());
}

TEST(GlyphPainter, KnowsTheRareCharactersOfNames) {
    auto painter = GlyphPainter::open();
    ASSERT_TRUE(painter);
    for (const char32_t c : U"王单仇曾𠅤𬱖㛃䶮𠮷㐂燚赟玥¥−×·") {
        if (c == 0) continue;  // the literal's end
        EXPECT_TRUE(painter->knows(c)) << std::hex << static_cast<unsigned>(c);
    }
    EXPECT_FALSE(painter->knows(0xE000));
}

TEST(GlyphPainter, RareCharactersDifferFromEachOtherAndFromTheBox) {
    auto painter = GlyphPainter::open();
    ASSERT_TRUE(painter);
    const auto drawn = [&](std::string_view text) {
        Raster raster(200, 60);
        painter->draw(raster, 0, 0, text, {48, false});
        return raster;
    };
    EXPECT_NE(drawn("𠅤"), drawn("𬱖"));
    EXPECT_NE(drawn("𠅤"), Raster(200, 60));
    EXPECT_NE(drawn("\xEE\x80\x80"), drawn("\xEE\x80\x81")) << "boxes name their code point";
    EXPECT_GT(painter->width("\xEE\x80\x80", {48, false}), painter->width("王", {48, false}));
}

TEST(GlyphPainter, BrokenTextBecomesReplacementCharacters) {
    EXPECT_EQ(code_points("a\xFFz"), U"a\xFFFDz");
    EXPECT_EQ(code_points("\xE7\x8E"), U"\xFFFD\xFFFD");
    EXPECT_EQ(code_points("𠅤"), U"\x20164");
}

TEST(FilePrinter, LeavesAPictureAndTheBytes) {
    const ScratchFolder folder("printer");
    const auto printer = make_file_printer(folder.path() / "receipts");
    const Raster raster = typesetter().lay_out(sample_slip());
    ASSERT_TRUE(printer->print("T1-127", raster));
    expect_same_dots(tests::run_escpos(read_file(folder.path() / "receipts/T1-127.escpos")), raster);
    EXPECT_EQ(read_file(folder.path() / "receipts/T1-127.png").substr(1, 3), "PNG");
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "receipts/T1-127.png.part"));
}

TEST(FilePrinter, RefusesNamesThatCouldLeaveItsFolder) {
    const ScratchFolder folder("names");
    const auto printer = make_file_printer(folder.path());
    const Raster raster(576, 10);
    for (const char* job : {"", "../x", "a/b", ".hidden", "a b"}) EXPECT_FALSE(printer->print(job, raster)) << job;
    EXPECT_TRUE(printer->print("ok-1.a_b", raster));
}

TEST(FilePrinter, AFolderThatCannotBeWrittenIsAnErrorToActOn) {
    const auto printer = make_file_printer("/proc/nowhere");
    const auto printed = printer->print("a", Raster(576, 10));
    ASSERT_FALSE(printed);
    EXPECT_EQ(printed.error().code, payment::ErrorCode::disk);
    EXPECT_TRUE(printed.error().retry);
}

}  // namespace
}  // namespace mulin::pos
