#include "tests/fuzz/unionpay_target.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "payment/base/check.h"
#include "payment/unionpay/emv_qr.h"
#include "payment/unionpay/unionpay_messages.h"
#include "payment/unionpay/unionpay_signature.h"
#include "payment/wire/redact.h"
#include "payment/wire/signature.h"

namespace mulin::tests {
namespace {

using namespace payment;  // NOLINT: the target speaks the room's words throughout

const UnionpayShop kFuzzShop{"777290058110048", "49000002", "69026276696", "http://127.0.0.1/backRcv", "08"};
const UnionpayOrder kFuzzOrder{"SH0120260101000001", "20260101120000"};
const Money kFuzzPrice = Money::fen(1200);
// An authority whose key was thrown away when it was made.
constexpr const char* kNobody =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdzCCAR2gAwIBAgIUVo+Uxxf1dhGv2DIge4EtBxjZ3hgwCgYIKoZIzj0EAwIw\n"
    "ETEPMA0GA1UEAwwGTm9ib2R5MB4XDTI2MTEyMzIxMjMyNVoXDTM2MTEyMDIxMjMy\n"
    "NVowETEPMA0GA1UEAwwGTm9ib2R5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"
    "QRhcPfz1GOJJbiWVqd6iWT5GhQR/m60gM+XfoyeVxKQ35V8V2xdAu338SNKbcZXU\n"
    "9Ah4uHZCey0d274VNCIHiKNTMFEwHQYDVR0OBBYEFApA5dVdWbDic8Ljlori4sTv\n"
    "RGpVMB8GA1UdIwQYMBaAFApA5dVdWbDic8Ljlori4sTvRGpVMA8GA1UdEwEB/wQF\n"
    "MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgQGBZbIRw8KsDfRqEwFjAI4v4c314rJXt\n"
    "LXBrOMPTiDICIQCWthxGexRW9D2PEk8XSMUASSyqDCT3aqyO4Zktc8+MJQ==\n"
    "-----END CERTIFICATE-----\n";

int try_text(std::string_view bytes) {
    int read = 0;
    for (const auto& fields : {parse_emv_text(bytes), parse_emv_template(bytes)}) {
        if (!fields) continue;
        std::size_t size = 0;
        for (const auto& one : *fields) size += 4 + one.value.size();
        MULIN_CHECK(size == bytes.size());
        ++read;
    }
    return read;
}

int try_tags(std::string_view bytes) {
    int read = 0;
    if (const auto tags = parse_emv_tags(bytes)) {
        MULIN_CHECK(parse_emv_tags(build_emv_tags(*tags)) == *tags);
        ++read;
    }
    if (const auto tags = parse_emv_payer_code(base64(bytes))) {
        MULIN_CHECK(parse_emv_payer_code(build_emv_payer_code(*tags)) == *tags);
        ++read;
    }
    return read + (parse_emv_payer_code(bytes) ? 1 : 0);
}

int try_coupons(std::string_view bytes) {
    const auto coupons = unionpay_coupons(bytes, kFuzzPrice);
    if (!coupons) return 0;
    Money sum;
    for (const auto& one : *coupons) {
        MULIN_CHECK(one.amount > Money() && !one.sponsor.empty());
        sum += one.amount;
    }
    MULIN_CHECK(sum <= kFuzzPrice);
    return 1;
}

void must_hide_numbers(const AttemptResult& result) {
    std::size_t run = 0;
    for (const char c : result.channel_text) {
        run = c >= '0' && c <= '9' ? run + 1 : 0;
        MULIN_CHECK(run <= 12);
    }
}

int try_fields(const FormFields& fields) {
    const AttemptResult started = unionpay_read_start(fields, kFuzzShop, kFuzzOrder, kFuzzPrice);
    const AttemptResult asked = unionpay_read_payment(fields, kFuzzShop, kFuzzOrder, kFuzzPrice);
    must_hide_numbers(started);
    must_hide_numbers(asked);
    MULIN_CHECK(started.outcome != Outcome::approved);
    const bool ours = field(fields, "orderId") == kFuzzOrder.id && field(fields, "txnTime") == kFuzzOrder.time &&
                      field(fields, "merId") == kFuzzShop.merchant;
    const bool money = field(fields, "txnAmt") == "1200" && field(fields, "currencyCode") == "156";
    if (asked.outcome == Outcome::approved) MULIN_CHECK(ours && money && field(fields, "respCode") == "00");
    if (asked.outcome == Outcome::declined || started.outcome == Outcome::declined) MULIN_CHECK(ours);
    return asked.outcome == Outcome::approved ? 1 : 0;
}

}  // namespace

int try_unionpay(std::string_view bytes) {
    static const UnionpayTrust trust = UnionpayTrust::load(kNobody, "Nobody").value();
    MULIN_CHECK(!trust.open(bytes, UtcInstant{1'773'114'300'000}).has_value());
    int read = try_text(bytes) + try_tags(bytes) + try_coupons(bytes);
    for (const auto& fields : {form_split(bytes), form_decode(bytes, Plus::is_plus), form_decode(bytes, Plus::is_space)})
        if (fields) read += try_fields(*fields);
    MULIN_CHECK(without_long_numbers(bytes).size() <= 200);
    (void)parse_unionpay_time(bytes);
    (void)unionpay_code(bytes);
    return read;
}

}  // namespace mulin::tests

#ifdef MULIN_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mulin::tests::try_unionpay(std::string_view(reinterpret_cast<const char*>(data), size));
    return 0;
}
#endif
