#include "payment/card_terminal/card_terminal_messages.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "payment/base/check.h"

namespace mulin::payment::zvt {
namespace {

struct CodeWords {
    int code;
    const char* words;
};

// 01 to 99 come from issuer or acquirer, the others from the terminal itself.
constexpr CodeWords kWords[] = {
    {0x00, "Approved."},
    {0x05, "The card's bank declined the payment."},
    {0x13, "The card's bank asks for the card to be inserted."},
    {0x14, "The card's bank does not know this card."},
    {0x51, "There is not enough money on the card's account."},
    {0x54, "The card has expired."},
    {0x55, "The PIN was wrong."},
    {0x64, "The terminal could not read the card."},
    {0x65, "The terminal found no card."},
    {0x66, "The terminal could not work with the card."},
    {0x6B, "The terminal does not know this till; register it at the terminal."},
    {0x6C, "The payment was cancelled at the terminal, or nobody showed a card in time."},
    {0x6F, "The terminal is set to another currency."},
    {0x71, "There is not enough money on the card."},
    {0x77, "The terminal cannot close its day now."},
    {0x78, "The card has expired."},
    {0x7A, "The terminal does not take this kind of card."},
    {0x7D, "The terminal cannot reach the bank."},
    {0x83, "The terminal cannot do this now."},
    {0x9C, "The terminal is busy with something else; finish that at the terminal first."},
    {0xA0, "The terminal is not ready."},
};

Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

Bytes password(const TerminalSettings& settings) {
    std::int64_t digits = 0;
    for (const char c : settings.password) {
        MULIN_CHECK(c >= '0' && c <= '9');
        digits = digits * 10 + (c - '0');
    }
    return to_bcd(digits, 3);
}

Bytes currency_code(const TerminalSettings& settings) { return to_bcd(settings.currency, 2); }

}  // namespace

Apdu registration(const TerminalSettings& settings) {
    return {0x06, 0x00, joined({password(settings), {settings.config}, currency_code(settings)})};
}

Apdu authorisation(const TerminalSettings& settings, Money amount) {
    MULIN_CHECK(amount > Money() && amount.in_fen() <= kMaxAmountFen);
    return {0x06, 0x01, joined({bitmap(0x04, to_bcd(amount.in_fen(), 6)), bitmap(0x49, currency_code(settings))})};
}

Apdu reversal(const TerminalSettings& settings, std::int64_t receipt) {
    return {0x06, 0x30, joined({password(settings), bitmap(0x87, to_bcd(receipt, 2))})};
}

Apdu repeat_receipt(const TerminalSettings& settings) { return {0x06, 0x20, password(settings)}; }
Apdu end_of_day(const TerminalSettings& settings) { return {0x06, 0x50, password(settings)}; }
Apdu status_enquiry(const TerminalSettings& settings) { return {0x05, 0x01, password(settings)}; }
Apdu abort_command() { return {0x06, 0xB0, {}}; }
Apdu positive() { return {0x80, 0x00, {}}; }
Apdu negative(std::uint8_t why) { return {0x84, why, {}}; }

std::optional<std::uint8_t> negative_code(const Apdu& apdu) {
    if (apdu.cls != 0x84 || apdu.instr == 0x00) return std::nullopt;
    return apdu.instr;
}

std::optional<Report> parse_report(const Apdu& apdu) {
    if (!apdu.is(0x04, 0x0F)) return std::nullopt;
    const auto fields = parse_fields(apdu.data);
    if (!fields) return std::nullopt;
    Report report;
    if (const auto at = fields->bitmaps.find(0x27); at != fields->bitmaps.end()) report.result_code = at->second[0];
    // A number that is there but is no number makes the whole report unreadable.
    for (const std::uint8_t tag : {0x04, 0x49, 0x0B, 0x37, 0x87, 0x88, 0x29, 0x0C, 0x0D}) {
        if (fields->bitmaps.count(tag) > 0 && !fields->number(tag)) return std::nullopt;
    }
    report.amount_fen = fields->number(0x04).value_or(-1);
    report.currency = static_cast<int>(fields->number(0x49).value_or(-1));
    report.trace = fields->number(0x0B).value_or(-1);
    report.original_trace = fields->number(0x37).value_or(-1);
    report.receipt = fields->number(0x87).value_or(-1);
    report.turnover = fields->number(0x88).value_or(-1);
    char text[16];
    if (const auto id = fields->number(0x29)) {
        std::snprintf(text, sizeof text, "%08lld", static_cast<long long>(*id % 100'000'000));
        report.terminal_id = text;
    }
    if (fields->number(0x0C) && fields->number(0x0D)) {
        std::snprintf(text, sizeof text, "%04d-%06d", static_cast<int>(*fields->number(0x0D)),
                      static_cast<int>(*fields->number(0x0C)));
        report.time = text;
    }
    report.card_name = fields->text(0x8B);
    report.text = fields->text(0x3C);
    report.card_last4 = fields->card_last4;
    return report;
}

std::optional<Intermediate> parse_intermediate(const Apdu& apdu) {
    if (!apdu.is(0x04, 0xFF) || apdu.data.empty()) return std::nullopt;
    Intermediate news;
    news.status = apdu.data[0];
    switch (news.status) {
        case 0x05: case 0x08:
            news.auto_reversal = true;
            news.progress = {Phase::host, "The terminal takes the payment back."};
            break;
        case 0x01: case 0x0A: case 0x0B: case 0x10: case 0x11:
            news.progress = {Phase::waiting_payer, "Please show or insert the card."};
            break;
        case 0x02: case 0x03: case 0x12: case 0x13: case 0x14: case 0x07:
            news.progress = {Phase::password, "Please enter the PIN at the terminal."};
            break;
        case 0x0E: case 0x09: case 0x0F:
            news.progress = {Phase::card_inserted, "Please wait."};
            break;
        default:
            news.progress = {Phase::host, "The terminal asks the bank."};
    }
    return news;
}

std::optional<TerminalStatus> parse_status(const Apdu& apdu) {
    if (!apdu.is(0x06, 0x0F)) return std::nullopt;
    TerminalStatus status;
    View data(apdu.data);
    // Version: three length digits and text, then the status byte; or the status byte alone.
    if (data.size() >= 3 && (data[0] & 0xF0) == 0xF0 && (data[1] & 0xF0) == 0xF0 && (data[2] & 0xF0) == 0xF0) {
        std::size_t length = 0;
        for (const std::uint8_t digit : data.first(3)) {
            if ((digit & 0x0F) > 9) return std::nullopt;
            length = length * 10 + (digit & 0x0F);
        }
        data = data.subspan(3);
        if (length > data.size()) return std::nullopt;
        for (const std::uint8_t byte : data.first(length)) {
            if (byte >= 0x20 && byte < 0x7F) status.software += static_cast<char>(byte);
        }
        data = data.subspan(length);
    }
    if (!data.empty()) status.status = data[0];
    return status;
}

std::optional<std::uint8_t> abort_code(const Apdu& apdu) {
    if (!apdu.is(0x06, 0x1E)) return std::nullopt;
    return apdu.data.empty() ? std::uint8_t{0xFF} : apdu.data[0];
}

bool is_clear_refusal(int result_code) {
    static constexpr std::array kNo = {0x02, 0x04, 0x05, 0x12, 0x13, 0x14, 0x33, 0x34, 0x41, 0x43, 0x51, 0x54,
                                       0x55, 0x56, 0x57, 0x58, 0x61, 0x62, 0x64, 0x65, 0x67, 0x68, 0x6C, 0x6E,
                                       0x6F, 0x71, 0x72, 0x73, 0x75, 0x76, 0x78, 0x79, 0x7A, 0x7B, 0x7C};
    return std::find(kNo.begin(), kNo.end(), result_code) != kNo.end();
}

bool is_clear_abort(std::uint8_t code) {
    static constexpr std::array<std::uint8_t, 20> kNothingSent = {
        0x64, 0x65, 0x67, 0x68, 0x6A, 0x6B, 0x6C, 0x6E, 0x6F, 0x71,
        0x72, 0x73, 0x76, 0x78, 0x79, 0x7A, 0x7B, 0x7C, 0x83, 0x85};
    return std::find(kNothingSent.begin(), kNothingSent.end(), code) != kNothingSent.end();
}

bool is_busy(std::uint8_t code) { return code == 0x9C || code == 0xA0; }

std::string words_for(int code) {
    for (const CodeWords& known : kWords) {
        if (known.code == code) return known.words;
    }
    char text[64];
    std::snprintf(text, sizeof text, "The terminal answered with code %02X.", static_cast<unsigned>(code) & 0xFFU);
    return text;
}

}  // namespace mulin::payment::zvt
