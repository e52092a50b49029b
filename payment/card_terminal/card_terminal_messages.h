#pragma once
// What is said between till and card terminal: commands as APDUs, and the terminal's reports as plain
// records. Pure translation: no line, no waiting, no decision when to ask (conversation.h).
// Amounts are in fen, as the terminal counts them in the smallest unit. Sources: README.md.

#include <cstdint>
#include <optional>
#include <string>

#include "payment/card_terminal/fields.h"
#include "payment/money/money.h"
#include "payment/port/attempt.h"

namespace mulin::payment::zvt {

struct TerminalSettings {
    std::string password = "000000";  // six digits, of the till at this terminal
    int currency = 156;               // ISO 4217 number: 156 is the yuan
    // 02 till prints payment receipts, 08 intermediate statuses wanted, 10 till starts payments,
    // 20 till starts administration, 80 receipts as print lines, 04 also administrative ones.
    std::uint8_t config = 0xBE;
};

inline constexpr std::int64_t kMaxAmountFen = 999'999'999'999;  // six bytes of packed digits

Apdu registration(const TerminalSettings& settings);
Apdu authorisation(const TerminalSettings& settings, Money amount);
Apdu reversal(const TerminalSettings& settings, std::int64_t receipt);
Apdu repeat_receipt(const TerminalSettings& settings);
Apdu end_of_day(const TerminalSettings& settings);
Apdu status_enquiry(const TerminalSettings& settings);
Apdu abort_command();
Apdu positive();                      // 80 00 00
Apdu negative(std::uint8_t why);      // 84 xx 00
std::optional<std::uint8_t> negative_code(const Apdu& apdu);  // of 84 xx 00; 84 00 is positive

// 04 0F: what became of a payment or reversal. A number that is absent is -1.
struct Report {
    int result_code = -1;  // 00 is yes
    std::int64_t amount_fen = -1;
    int currency = -1;
    std::int64_t trace = -1;
    std::int64_t original_trace = -1;  // of the payment that a reversal undoes
    std::int64_t receipt = -1;
    std::int64_t turnover = -1;
    std::string terminal_id;
    std::string time;  // "MMDD-HHMMSS" by the terminal's clock
    std::string card_name;
    std::string card_last4;
    std::string text;
    friend bool operator==(const Report&, const Report&) = default;
};
// Nothing unless it is a well-formed 04 0F.
std::optional<Report> parse_report(const Apdu& apdu);

// 04 FF
struct Intermediate {
    std::uint8_t status = 0;
    bool auto_reversal = false;  // the terminal takes back what it may have done
    Progress progress;
};
std::optional<Intermediate> parse_intermediate(const Apdu& apdu);

// 06 0F after a status enquiry: software version and what the terminal is doing.
struct TerminalStatus {
    std::string software;
    int status = -1;  // 00 ready
};
std::optional<TerminalStatus> parse_status(const Apdu& apdu);

// 06 1E: why the terminal ended a command.
std::optional<std::uint8_t> abort_code(const Apdu& apdu);

// The lists of clear refusals: result codes of 04 0F (the issuer or acquirer said no), and codes of
// 06 1E or 84 xx with which the terminal says that nothing was sent to the host.
bool is_clear_refusal(int result_code);
bool is_clear_abort(std::uint8_t code);
bool is_busy(std::uint8_t code);
// One sentence for the cashier.
std::string words_for(int code);

}  // namespace mulin::payment::zvt
