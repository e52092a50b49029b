#include "tests/fuzz/zvt_target.h"

#include <algorithm>
#include <string>

#include "payment/base/check.h"
#include "payment/card_terminal/card_terminal_messages.h"
#include "payment/card_terminal/serial_frame.h"

namespace mulin::tests {
namespace {

using namespace payment::zvt;

bool holds_card_number(const std::string& text) {
    std::size_t run = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9') ++run;
        else if (c != ' ' && c != '-') run = 0;
        if (run >= kShortestCardNumber) return true;
    }
    return false;
}

int try_apdus(View bytes) {
    int read = 0;
    while (!bytes.empty()) {
        const auto parsed = parse_front(bytes);
        if (parsed.kind != Parsed::Kind::whole) break;
        MULIN_CHECK(parsed.used >= 3 && parsed.used <= bytes.size());
        MULIN_CHECK(parse_whole(encode(parsed.apdu)) == parsed.apdu);
        if (const auto report = parse_report(parsed.apdu)) {
            MULIN_CHECK(report->card_last4.size() <= 4);
            MULIN_CHECK(!holds_card_number(report->text) && !holds_card_number(report->card_name));
            ++read;
        }
        (void)parse_status(parsed.apdu);
        (void)parse_intermediate(parsed.apdu);
        (void)abort_code(parsed.apdu);
        bytes = bytes.subspan(parsed.used);
        ++read;
    }
    return read;
}

int try_serial(View bytes) {
    FrameReader reader;
    int read = 0;
    for (const auto byte : bytes) {
        if (reader.take(byte) != FrameReader::Event::whole) continue;
        const Bytes apdu = reader.apdu();
        FrameReader again;
        auto last = FrameReader::Event::none;
        for (const auto back : frame(apdu)) last = again.take(back);
        MULIN_CHECK(last == FrameReader::Event::whole && again.apdu() == apdu);
        ++read;
    }
    return read;
}

}  // namespace

int try_zvt(std::span<const std::uint8_t> bytes) {
    int read = try_apdus(bytes) + try_serial(bytes);
    if (const auto fields = parse_fields(bytes)) {
        MULIN_CHECK(fields->card_last4.size() <= 4);
        for (const std::uint8_t secret : {0x22, 0x23, 0x24, 0x2D, 0x2E, 0x3A, 0x0E}) {
            MULIN_CHECK(fields->bitmaps.count(secret) == 0);
        }
        for (const auto& [tag, value] : fields->bitmaps) {
            MULIN_CHECK(value.size() <= bytes.size());
            MULIN_CHECK(!holds_card_number(fields->text(tag)));
        }
        ++read;
    }
    if (const auto tlv = parse_tlv(bytes)) {
        MULIN_CHECK(tlv->size() <= kMaxTlvObjects && tlv->count(0x5A) == 0);
        ++read;
    }
    return read;
}

}  // namespace mulin::tests

#ifdef MULIN_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mulin::tests::try_zvt({data, size});
    return 0;
}
#endif
