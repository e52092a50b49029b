#include "tests/support/device_escpos.h"

#include <algorithm>

namespace mulin::tests {
namespace {

constexpr int kDotsPerFeedLine = 34;  // a sixth of an inch at 203 dpi

class Interpreter {
  public:
    explicit Interpreter(const std::string& bytes) : bytes_(bytes) {}

    EscposPaper run() {
        while (at_ < bytes_.size() && paper_.error.empty()) step();
        return paper_;
    }

  private:
    int byte(std::size_t offset) {
        if (at_ + offset < bytes_.size()) return static_cast<unsigned char>(bytes_[at_ + offset]);
        paper_.error = "bytes end inside a command at " + std::to_string(at_);
        return -1;
    }

    void step() {
        const int lead = byte(0), command = byte(1);
        if (lead == 0x1B && command == '@') return skip(2);
        if (lead == 0x1B && command == 'J') return feed(byte(2), 3);
        if (lead == 0x1B && command == 'd') return feed(byte(2) * kDotsPerFeedLine, 3);
        if (lead == 0x1B && command == 'p') return pulse();
        if (lead == 0x1D && command == 'V') return cut();
        if (lead == 0x1D && command == 'v') return picture();
        if (paper_.error.empty()) paper_.error = "no such command at " + std::to_string(at_);
    }

    void skip(std::size_t count) { at_ += count; }

    void feed(int dots, std::size_t length) {
        for (int i = 0; i < dots; ++i) paper_.rows.emplace_back(static_cast<std::size_t>(paper_.width), false);
        skip(length);
    }

    void pulse() {
        if (byte(4) < 0) return;
        ++paper_.drawer_pulses;
        skip(5);
    }

    void cut() {
        const int mode = byte(2);
        ++paper_.cuts;
        skip(mode == 65 || mode == 66 ? 4 : 3);
    }

    void picture() {
        if (byte(2) != '0' || byte(3) != 0) {
            paper_.error = "only plain pictures are understood, at " + std::to_string(at_);
            return;
        }
        const int columns = byte(4) + 256 * byte(5), rows = byte(6) + 256 * byte(7);
        if (!paper_.error.empty()) return;
        paper_.width = std::max(paper_.width, columns * 8);
        for (int row = 0; row < rows; ++row) {
            std::vector<bool> dots;
            for (int column = 0; column < columns; ++column) {
                const int value = byte(static_cast<std::size_t>(8 + row * columns + column));
                if (value < 0) return;
                for (int bit = 7; bit >= 0; --bit) dots.push_back((value >> bit & 1) != 0);
            }
            paper_.rows.push_back(std::move(dots));
        }
        skip(static_cast<std::size_t>(8 + rows * columns));
    }

    const std::string& bytes_;
    std::size_t at_ = 0;
    EscposPaper paper_;
};

}  // namespace

EscposPaper run_escpos(const std::string& bytes) { return Interpreter(bytes).run(); }

}  // namespace mulin::tests
