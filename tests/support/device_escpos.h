#pragma once
// A small ESC/POS printer in software: turns the bytes of a print job back into dots, as paper would
// show them. Shares nothing with the driver under test. Understands ESC @, GS v 0, ESC J, ESC d,
// GS V and ESC p; anything else is an error with its offset, as text on paper would be a defect.

#include <cstdint>
#include <string>
#include <vector>

namespace mulin::tests {

struct EscposPaper {
    int width = 0;
    std::vector<std::vector<bool>> rows;  // true is black; feeds are blank rows
    int cuts = 0;
    int drawer_pulses = 0;
    std::string error;  // empty when every byte was understood
};

EscposPaper run_escpos(const std::string& bytes);

}  // namespace mulin::tests
