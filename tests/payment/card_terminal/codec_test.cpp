// Bytes as published, and the rules of the codec around them.

#include <gtest/gtest.h>


#include "payment/base/id.h"
#include "payment/card_terminal/card_terminal_messages.h"
#include "payment/card_terminal/serial_frame.h"

namespace mulin::payment::zvt {
namespace {

Bytes bytes_of(const std::string& hex) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 3) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

struct Published {
    const char* name;
    const char* apdu;
    const char* frame;
};

// From the unit tests of a public library (README.md); "reset" is computed.
constexpr Published kPublished[] = {
    {"registration", "06 00 06 12 34 56 BA 09 78", "10 02 06 00 06 12 34 56 BA 09 78 10 03 24 C3"},
    {"initialisation", "06 93 03 12 34 56", "10 02 06 93 03 12 34 56 10 03 CA A4"},
    {"authorisation", "06 01 0A 04 00 00 00 01 10 00 49 09 78", "10 02 06 01 0A 04 00 00 00 01 10 10 00 49 09 78 10 03 F2 FF"},
    {"diagnosis", "06 70 00", "10 02 06 70 00 10 03 D9 F9"},
    {"ack", "80 00 00", "10 02 80 00 00 10 03 F5 1F"},
    {"please wait", "84 9C 00", "10 02 84 9C 00 10 03 C3 41"},
    {"reset", "06 18 00", "10 02 06 18 00 10 03 56 3A"},
    {"status enquiry", "05 01 03 12 34 56", "10 02 05 01 03 12 34 56 10 03 E0 43"},
    {"version", "06 0F 0B F0 F0 F7 32 2E 31 34 2E 31 35 00", "10 02 06 0F 0B F0 F0 F7 32 2E 31 34 2E 31 35 00 10 03 B1 11"},
};

TEST(ZvtCodec, FramesAsPublished) {
    for (const auto& one : kPublished) {
        const auto apdu = bytes_of(one.apdu);
        EXPECT_EQ(hex_text(frame(apdu)), one.frame) << one.name;
        FrameReader reader;
        auto last = FrameReader::Event::none;
        for (const auto byte : bytes_of(one.frame)) last = reader.take(byte);
        EXPECT_EQ(last, FrameReader::Event::whole) << one.name;
        EXPECT_EQ(hex_text(reader.apdu()), one.apdu) << one.name;
        const auto parsed = parse_whole(apdu);
        ASSERT_TRUE(parsed) << one.name;
        EXPECT_EQ(hex_text(encode(*parsed)), one.apdu) << one.name;
    }
}

TEST(ZvtCodec, CommandsAsPublished) {
    TerminalSettings settings{.password = "123456", .currency = 978, .config = 0xBA};
    EXPECT_EQ(hex_text(encode(registration(settings))), kPublished[0].apdu);
    EXPECT_EQ(hex_text(encode(authorisation(settings, Money::fen(11'000)))), kPublished[2].apdu);
    EXPECT_EQ(hex_text(encode(positive())), kPublished[4].apdu);
    EXPECT_EQ(hex_text(encode(negative(0x9C))), kPublished[5].apdu);
    EXPECT_EQ(hex_text(encode(status_enquiry(settings))), kPublished[7].apdu);
    const auto status = parse_status(*parse_whole(bytes_of(kPublished[8].apdu)));
    ASSERT_TRUE(status);
    EXPECT_EQ(status->software, "2.14.15");
    EXPECT_EQ(status->status, 0);
}

TEST(ZvtCodec, TheYuanIsTheDefaultCurrency) {
    EXPECT_EQ(hex_text(encode(authorisation({}, Money::fen(1'234)))), "06 01 0A 04 00 00 00 00 12 34 49 01 56");
    EXPECT_EQ(hex_text(encode(reversal({.password = "000000"}, 42))), "06 30 06 00 00 00 87 00 42");
    EXPECT_EQ(hex_text(encode(repeat_receipt({}))), "06 20 03 00 00 00");
    EXPECT_EQ(hex_text(encode(end_of_day({}))), "06 50 03 00 00 00");
    EXPECT_EQ(hex_text(encode(abort_command())), "06 B0 00");
}

TEST(ZvtCodec, EveryFlippedBitOfAFrameIsNoticed) {
    const auto good = bytes_of(kPublished[2].frame);
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            auto bad = good;
            bad[at] = static_cast<std::uint8_t>(bad[at] ^ (1 << bit));
            FrameReader reader;
            for (const auto byte : bad) {
                if (reader.take(byte) == FrameReader::Event::whole) {
                    EXPECT_NE(hex_text(reader.apdu()), kPublished[2].apdu) << at << "." << bit;
                    ADD_FAILURE() << "a damaged frame passed: byte " << at << " bit " << bit;
                }
            }
        }
    }
}

TEST(ZvtCodec, LongApdusUseTwoLengthBytesLowFirst) {
    for (const std::size_t size : {0U, 1U, 254U, 255U, 256U, 4'096U}) {
        const Apdu apdu{0x06, 0xD3, Bytes(size, 0x41)};
        const auto bytes = encode(apdu);
        EXPECT_EQ(bytes.size(), size + (size < 255 ? 3 : 5));
        EXPECT_EQ(parse_whole(bytes), apdu);
        for (std::size_t cut = 0; cut < bytes.size(); cut += 1 + bytes.size() / 50) {
            EXPECT_EQ(parse_front(View(bytes).first(cut)).kind, Parsed::Kind::too_short) << size << " cut at " << cut;
        }
    }
    EXPECT_EQ(parse_front(Bytes{0x06, 0x0F, 0xFF, 0x01, 0x10}).kind, Parsed::Kind::wrong) << "4097 bytes announced";
    EXPECT_FALSE(parse_whole(bytes_of("80 00 00 00")));
}

TEST(ZvtFields, ReadsAReport) {
    const auto report = parse_report({0x04, 0x0F, bytes_of(
        "27 00 04 00 00 00 00 12 34 0B 00 40 02 0C 11 45 30 0D 03 10 29 52 50 00 41 49 01 56 87 00 02 8B F0 F4 56 69 73 61 06 05 1F 07 02 00 01")});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->result_code, 0);
    EXPECT_EQ(report->amount_fen, 1'234);
    EXPECT_EQ(report->trace, 4'002);
    EXPECT_EQ(report->receipt, 2);
    EXPECT_EQ(report->currency, 156);
    EXPECT_EQ(report->terminal_id, "52500041");
    EXPECT_EQ(report->time, "0310-114530");
    EXPECT_EQ(report->card_name, "Visa");
}

// One card number in every place where terminals put one.
TEST(ZvtFields, NoCardNumberComesThrough) {
    const std::string pan = "6217001234567890";
    Bytes data = bitmap(0x27, Bytes{0});
    const auto add = [&data](const Bytes& more) { data.insert(data.end(), more.begin(), more.end()); };
    const Bytes packed = to_bcd(6'217'001'234'567'890, 8);
    const Bytes plain(pan.begin(), pan.end());
    add(variable_bitmap(0x22, packed, 2));
    add(variable_bitmap(0x23, packed, 2));
    add(variable_bitmap(0x24, packed, 3));
    add(variable_bitmap(0x2D, plain, 2));
    add(variable_bitmap(0x3C, plain, 3));
    add(variable_bitmap(0x8B, plain, 2));
    Bytes tlv = {0x5A, 0x08};
    tlv.insert(tlv.end(), packed.begin(), packed.end());
    data.push_back(0x06);
    data.push_back(static_cast<std::uint8_t>(tlv.size()));
    add(tlv);
    const auto fields = parse_fields(data);
    ASSERT_TRUE(fields);
    EXPECT_EQ(fields->card_last4, "7890");
    for (const auto& [tag, value] : fields->bitmaps) {
        EXPECT_EQ(hex_text(value).find("62 17 00 12 34 56"), std::string::npos) << int{tag};
    }
    EXPECT_TRUE(fields->tlv.empty());
    EXPECT_EQ(fields->text(0x3C), "************7890");
    const auto report = parse_report({0x04, 0x0F, data});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->card_name, "************7890");
    EXPECT_EQ(without_card_numbers("A 6217 0012-3456 7890 B 12345"), "A **** ****-**** 7890 B 12345");
}

TEST(ZvtFields, AMaskedCardNumberKeepsItsLastFour) {
    const auto fields = parse_fields(bytes_of("22 F1 F0 62 17 00 EE EE EE EE 78 90 FF"));
    ASSERT_TRUE(fields);
    EXPECT_EQ(fields->card_last4, "7890");
}

TEST(ZvtFields, NothingIsHalfRead) {
    for (const char* bad : {"27", "04 00 00 00", "22 F0", "22 F0 F9 12", "22 08 12", "06 82 FF FF 00", "06 03 1F", "5B 00",
                            "06 84 00 00 00 01 00", "3C F0 F0", "22 FA F1 00"}) {
        EXPECT_FALSE(parse_fields(bytes_of(bad))) << bad;
    }
    EXPECT_FALSE(parse_report({0x04, 0x0F, bytes_of("27 00 04 0A 00 00 00 12 34")})) << "a hexadecimal amount";
    // Five containers deep.
    EXPECT_FALSE(parse_tlv(bytes_of("2F 08 2F 06 2F 04 2F 02 01 00")));
    EXPECT_TRUE(parse_tlv(bytes_of("2F 04 2F 02 01 00")));
}

TEST(ZvtCodes, OnlyClearRefusalsAreRefusals) {
    EXPECT_FALSE(is_clear_refusal(0x00));
    for (const int vague : {0x7D, 0x91, 0x96, 0x68 + 0x100, 0xFF, 0x9B, 0xA0, -1}) EXPECT_FALSE(is_clear_refusal(vague)) << vague;
    for (const std::uint8_t vague : {0x7D, 0x9B, 0xA0, 0xFF, 0x66, 0x05}) EXPECT_FALSE(is_clear_abort(vague)) << int{vague};
    EXPECT_TRUE(is_clear_abort(0x6C));
    EXPECT_TRUE(is_busy(0x9C));
}

}  // namespace
}  // namespace mulin::payment::zvt
