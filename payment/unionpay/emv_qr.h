#pragma once
// EMVCo QR codes as text: the merchant-presented kind (two-digit ids, two-digit lengths, a CRC at the
// end) and the customer-presented kind (base64 of BER-TLV). Bytes into fields and back; which fields a
// payment needs is the caller's. Hostile input is an error, never more than one pass over it.
//
// Source: the public EMVCo field tables and samples (README.md). In the published Chinese sample the
// length counts characters while the CRC runs over the bytes, so both are done here.
// A customer-presented code holds a card number: none of it belongs into a log.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/result.h"

namespace mulin::payment {

struct EmvField {
    std::string id;     // two digits
    std::string value;  // bytes; at most 99 characters
    friend bool operator==(const EmvField&, const EmvField&) = default;
};

// CRC-16/CCITT-FALSE as four upper-case hex digits.
std::string emv_crc(std::string_view bytes);

// A whole merchant-presented code, its CRC checked: begins with 00 "01", ends with 63, no id twice.
// UTF-8, or GBK where the bytes are no UTF-8. The CRC field is among the result.
Result<std::vector<EmvField>> parse_emv_text(std::string_view text);
// The fields within a template (02-51, 62, 64, 80-99): no CRC, any first id.
Result<std::vector<EmvField>> parse_emv_template(std::string_view value);
// The fields in their order, with the CRC behind them (not among `fields`). Refused when an id is not
// two digits or a value is longer than 99 characters.
Result<std::string> build_emv_text(const std::vector<EmvField>& fields);
Result<std::string> build_emv_template(const std::vector<EmvField>& fields);
// The value of the first field with this id; empty when there is none.
std::string emv_value(const std::vector<EmvField>& fields, std::string_view id);

struct EmvTag {
    std::uint32_t tag = 0;  // as its bytes stand: 0x85, 0x5F2D, 0x9F26
    std::string value;      // of a primitive tag
    std::vector<EmvTag> inside;  // of a constructed one
    bool constructed() const;
    friend bool operator==(const EmvTag&, const EmvTag&) = default;
};

// A whole customer-presented code: 85 "CPV01" first, then at least one application template (61).
Result<std::vector<EmvTag>> parse_emv_payer_code(std::string_view base64_text);
Result<std::vector<EmvTag>> parse_emv_tags(std::string_view bytes);
// The tags as BER-TLV, shortest lengths.
std::string build_emv_tags(const std::vector<EmvTag>& tags);
std::string build_emv_payer_code(const std::vector<EmvTag>& tags);
// Whether a scanned text is of the customer-presented kind at all, by how it begins.
bool looks_like_emv_payer_code(std::string_view scanned);

}  // namespace mulin::payment
