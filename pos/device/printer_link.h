#pragma once
// A connection to an ESC/POS printer's device file for one job: opened, used, closed, so that two
// tills may share a printer. Character devices are asked for their state before and after; other
// files are only written. Blocking, on a worker.

#include <filesystem>
#include <string>

#include "payment/base/result.h"

namespace mulin::pos {

// timeout when the device takes nothing for deadline_ms.
payment::Status send_to_printer(const std::filesystem::path& device, const std::string& bytes, int deadline_ms);

}  // namespace mulin::pos
