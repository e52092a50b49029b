#pragma once
// The cash drawer: one pulse opens it. Called for cash only, after the commit, from a worker.

#include <filesystem>
#include <memory>
#include <string>

#include "payment/base/clock.h"
#include "payment/base/result.h"

namespace mulin::pos {

class Drawer {
  public:
    virtual ~Drawer() = default;
    // why: one word for the log ("sale", "void", "test").
    virtual payment::Status kick(const std::string& why) = 0;
};

// Appends "<RFC 3339 time> kick <why>" to a file.
std::unique_ptr<Drawer> make_file_drawer(std::filesystem::path log, const payment::Clock& clock);
// The drawer hangs on the printer's connector: ESC p to its device file.
std::unique_ptr<Drawer> make_printer_drawer(std::filesystem::path device, int deadline_ms = 2000);
std::unique_ptr<Drawer> make_null_drawer();

}  // namespace mulin::pos
