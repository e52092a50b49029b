#pragma once
// The receipt printer: takes a finished raster, knows nothing of sales. Calls block until the bytes
// are handed over (never longer than the driver's deadline), so they belong on a worker, after the
// commit. Opens, prints, closes: two tills may share one printer.

#include <filesystem>
#include <memory>
#include <string>

#include "pos/device/raster.h"
#include "payment/base/result.h"

namespace mulin::pos {

class ReceiptPrinter {
  public:
    virtual ~ReceiptPrinter() = default;
    // job names the slip ("T1-E1-12", "T1-E1-12-reprint-1"): letters, digits, '-', '_' and '.' only.
    virtual payment::Status print(const std::string& job, const Raster& slip) = 0;
};

// Writes <job>.png and <job>.escpos into a directory, each whole or not at all.
std::unique_ptr<ReceiptPrinter> make_file_printer(std::filesystem::path directory);
// Sends ESC/POS to a device file such as /dev/usb/lp0; gives up after deadline_ms without progress.
std::unique_ptr<ReceiptPrinter> make_device_printer(std::filesystem::path device, int deadline_ms = 5000);
// Accepts everything and prints nothing.
std::unique_ptr<ReceiptPrinter> make_null_printer();

}  // namespace mulin::pos
