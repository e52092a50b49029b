#pragma once
// TerminalLine: APDUs to and from a card terminal over one open connection, TCP or serial. The serial
// one frames, answers ACK or NAK and repeats; the TCP one needs neither. It knows no command.
//
// Threads: one at a time; stop() from any. Units: milliseconds. Errors: refused means that nothing at
// all was sent (no connection, or the very first byte did not go); network and timeout mean that the
// other side may have got some of it.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "payment/base/result.h"
#include "payment/card_terminal/apdu.h"

namespace mulin::payment::zvt {

// The waiting times of the transport (README.md). Configurable, so that tests need not wait.
struct Timings {
    std::int64_t t1_ms = 200;      // between two bytes of a frame
    std::int64_t t2_ms = 15'000;   // one APDU, over a serial line its repeats included
    std::int64_t t3_ms = 5'000;    // for ACK after a frame, and for the answer to a command
    std::int64_t t4_ms = 180'000;  // for the terminal's next word while a command runs
    std::int64_t connect_ms = 3'000;
    int repeats = 3;               // of a frame that was not acknowledged
};

class TerminalLine {
  public:
    virtual ~TerminalLine() = default;
    virtual Status send(const Apdu& apdu) = 0;
    // timeout when nothing came; peer when what came cannot be an APDU.
    virtual Result<Apdu> receive(std::int64_t wait_ms) = 0;
};

struct LineSettings {
    std::string host;    // TCP when not empty
    int port = 20007;
    std::string device;  // else a serial device, 9600 baud, 8 data bits, no parity, 2 stop bits
    std::int64_t baud = 9600;
    Timings timings;
};

// `stop` outlives the line; once set, every wait ends with an error soon.
Result<std::unique_ptr<TerminalLine>> open_line(const LineSettings& settings, const std::atomic<bool>& stop);

}  // namespace mulin::payment::zvt
