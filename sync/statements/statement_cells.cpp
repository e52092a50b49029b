// The small pieces of a bill: characters, times and amounts.

#include <algorithm>
#include <charconv>

#include <unicode/ucnv.h>

#include "sync/statements/statement.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Strict: one broken character and it is something else.
std::optional<std::u16string> to_utf16(std::string_view bytes, const char* encoding) {
    UErrorCode error = U_ZERO_ERROR;
    UConverter* converter = ucnv_open(encoding, &error);
    if (U_FAILURE(error)) return std::nullopt;
    ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
    std::u16string wide(bytes.size() * 2 + 16, u'\0');
    const auto length = ucnv_toUChars(converter, wide.data(), static_cast<std::int32_t>(wide.size()), bytes.data(),
                                      static_cast<std::int32_t>(bytes.size()), &error);
    ucnv_close(converter);
    if (U_FAILURE(error)) return std::nullopt;
    wide.resize(static_cast<std::size_t>(length));
    return wide;
}

std::optional<std::string> to_utf8(const std::u16string& wide) {
    UErrorCode error = U_ZERO_ERROR;
    UConverter* converter = ucnv_open("UTF-8", &error);
    if (U_FAILURE(error)) return std::nullopt;
    ucnv_setFromUCallBack(converter, UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
    std::string text(wide.size() * 3 + 16, '\0');
    const auto length = ucnv_fromUChars(converter, text.data(), static_cast<std::int32_t>(text.size()), wide.data(),
                                        static_cast<std::int32_t>(wide.size()), &error);
    ucnv_close(converter);
    if (U_FAILURE(error)) return std::nullopt;
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::optional<int> whole(std::string_view digits) {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

// Year, month, day, hour, minute, second.
std::optional<UtcInstant> instant_of(const std::vector<int>& parts) {
    const auto date = Date::from_ymd(parts[0], parts[1], parts[2]);
    const int second = parts.size() > 5 ? parts[5] : 0;
    if (!date || parts[0] < 2000 || parts[0] > 9998 || parts[3] > 23 || parts[4] > 59 || second > 59) return std::nullopt;
    const std::int64_t seconds = date->days_since_1970() * 86'400LL + parts[3] * 3'600 + parts[4] * 60 + second;
    return UtcInstant{seconds * 1'000 - payment::kChinaOffsetMs};
}

// Bytes of the character that begins here, in UTF-8.
std::size_t length_of_character(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
    return length;
}

std::string without_blanks_around(const std::string& cell) {
    const auto from = cell.find_first_not_of(' ');
    return from == std::string::npos ? std::string() : cell.substr(from, cell.find_last_not_of(' ') - from + 1);
}

}  // namespace

std::optional<StatementPlace> parse_statement_place(std::string_view text) {
    StatementPlace place;
    const auto colon = text.find(':');
    const auto cell = whole(text.substr(0, colon));
    if (!cell || *cell < 1) return std::nullopt;
    place.cell = static_cast<std::size_t>(*cell) - 1;
    if (colon == std::string_view::npos) return place;
    const auto dash = text.find('-', colon);
    if (dash == std::string_view::npos) return std::nullopt;
    const auto first = whole(text.substr(colon + 1, dash - colon - 1)), last = whole(text.substr(dash + 1));
    if (!first || !last || *first < 1 || *last < *first) return std::nullopt;
    place.from = static_cast<std::size_t>(*first) - 1;
    place.count = static_cast<std::size_t>(*last - *first) + 1;
    return place;
}

std::optional<std::vector<std::string>> split_fixed_widths(std::string_view line, const StatementLayout& layout, std::size_t needed) {
    std::vector<std::string> cells;
    for (const int width : layout.widths) {
        std::string cell;
        int taken = 0;
        while (taken < width && !line.empty()) {
            const std::size_t length = length_of_character(line);
            taken += length == 1 ? 1 : 2;
            cell += line.substr(0, length);
            line.remove_prefix(length);
        }
        // What an editor cut off at the end may only be blanks that nobody needs.
        if (taken > width || (taken < width && cells.size() < needed)) return std::nullopt;
        cells.push_back(without_blanks_around(cell));
        const std::size_t gap = std::min<std::size_t>(static_cast<std::size_t>(layout.gap), line.size());
        const bool last = cells.size() == layout.widths.size();
        if (!last && line.substr(0, gap).find_first_not_of(' ') != std::string_view::npos) return std::nullopt;
        if (!last) line.remove_prefix(gap);
    }
    if (line.find_first_not_of(' ') != std::string_view::npos) return std::nullopt;
    return cells;
}

const char* name_of(StatementKind kind) {
    switch (kind) {
        case StatementKind::pay: return "pay";
        case StatementKind::refund: return "refund";
        case StatementKind::revoke: return "revoke";
    }
    return "pay";
}

Result<StatementText> decode_statement(std::string_view bytes, const std::string& file) {
    if (bytes.size() > kMaxStatementBytes) return fail(ErrorCode::invalid_input, file + " is too large for a bill.");
    if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) bytes.remove_prefix(kByteOrderMark.size());
    if (to_utf16(bytes, "UTF-8")) return StatementText{std::string(bytes), "utf-8"};
    const auto wide = to_utf16(bytes, "gb18030");
    const auto text = wide ? to_utf8(*wide) : std::nullopt;
    if (!text) {
        return fail(ErrorCode::invalid_input, file + " is written neither in UTF-8 nor in GB18030; download it again, and unpack it first.");
    }
    return StatementText{*text, "gb18030"};
}

std::optional<UtcInstant> parse_statement_time(std::string_view text) {
    std::vector<std::string_view> chunks;
    for (std::size_t i = 0; i < text.size();) {
        if (!is_digit(text[i])) {
            if (std::string_view("-/: .T").find(text[i]) == std::string_view::npos) return std::nullopt;
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && is_digit(text[end])) ++end;
        chunks.push_back(text.substr(i, end - i));
        i = end;
    }
    std::string joined;
    if (chunks.size() <= 2) {  // without separators inside
        for (const auto chunk : chunks) joined += chunk;
        if (joined.size() != 14 || (chunks.size() == 2 && chunks[0].size() != 8)) return std::nullopt;
        const std::string_view all = joined;
        chunks = {all.substr(0, 4), all.substr(4, 2), all.substr(6, 2), all.substr(8, 2), all.substr(10, 2), all.substr(12, 2)};
    }
    if (chunks.size() < 5 || chunks.size() > 6 || chunks[0].size() != 4) return std::nullopt;
    std::vector<int> parts;
    for (const auto chunk : chunks) {
        const auto part = chunk.size() <= 4 ? whole(chunk) : std::nullopt;
        if (!part) return std::nullopt;
        parts.push_back(*part);
    }
    return instant_of(parts);
}

std::optional<Money> parse_statement_amount(std::string_view text, bool in_fen, bool round) {
    bool minus = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        minus = text[0] == '-';
        text.remove_prefix(1);
    }
    for (const std::string_view sign : {"¥", "￥"}) {
        if (text.substr(0, sign.size()) == sign) text.remove_prefix(sign.size());
    }
    const auto point = text.find('.');
    std::string digits;
    std::size_t since_comma = 0;
    bool commas = false;
    for (const char c : text.substr(0, point)) {
        if (c == ',') {
            if (digits.empty() || digits.size() > 3 + (commas ? 12 : 0) || (commas && since_comma != 3)) return std::nullopt;
            commas = true;
            since_comma = 0;
            continue;
        }
        if (!is_digit(c)) return std::nullopt;
        digits += c;
        ++since_comma;
    }
    std::string decimals(point == std::string_view::npos ? std::string_view() : text.substr(point + 1));
    const bool bare_point = point != std::string_view::npos && decimals.empty();
    if (digits.empty() || digits.size() > 12 || decimals.size() > 8 || bare_point || (commas && since_comma != 3)) return std::nullopt;
    if (!std::all_of(decimals.begin(), decimals.end(), is_digit)) return std::nullopt;
    decimals.resize(std::max<std::size_t>(decimals.size(), 2), '0');
    const std::string below = in_fen ? decimals : decimals.substr(2);
    const bool has_rest = below.find_first_not_of('0') != std::string::npos;
    if (has_rest && !round) return std::nullopt;
    std::int64_t fen = 0;
    const std::string whole_fen = in_fen ? digits : digits + decimals.substr(0, 2);
    if (std::from_chars(whole_fen.data(), whole_fen.data() + whole_fen.size(), fen).ec != std::errc()) return std::nullopt;
    if (has_rest && below[0] >= '5') ++fen;
    const auto amount = Money::from_fen_checked(minus ? -fen : fen);
    return amount;
}

}  // namespace mulin::sync::server
