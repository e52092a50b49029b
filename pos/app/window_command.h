#pragma once
// `mulin-pos --data DIR`: opens the till's window and runs it until it is closed or told to stop.

#include <iosfwd>
#include <string>

namespace mulin::pos {

struct WindowArguments {
    std::string data;
    std::string size = "1366x768";
    bool kiosk = false;
    std::string language;  // empty: Chinese
    std::string hit_map;   // empty: none is written
};

// Returns the exit code: 0 after closing, 2 for wrong arguments, 3 when there is no display or the
// till's data cannot be opened.
int run_window(const WindowArguments& arguments, std::ostream& err);

}  // namespace mulin::pos
