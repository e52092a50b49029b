#include "pos/device/receipt_printer.h"

#include <utility>

#include "pos/device/escpos.h"
#include "pos/device/output_file.h"
#include "pos/device/printer_link.h"

namespace mulin::pos {
namespace {

using payment::ErrorCode;
using payment::fail;
using payment::Status;

bool is_job_name(const std::string& job) {
    return !job.empty() && job.size() <= 120 && job[0] != '.' &&
           job.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
               std::string::npos;
}

Status check_job(const std::string& job, const Raster& slip) {
    if (!is_job_name(job)) return fail(ErrorCode::invalid_input, "The print job has no usable name: " + job + ".");
    if (slip.height() == 0) return fail(ErrorCode::invalid_input, "The slip " + job + " is empty.");
    return payment::ok();
}

class FilePrinter final : public ReceiptPrinter {
  public:
    explicit FilePrinter(std::filesystem::path directory) : directory_(std::move(directory)) {}
    Status print(const std::string& job, const Raster& slip) override {
        MULIN_TRY_STATUS(check_job(job, slip));
        std::error_code ignored;  // a failure shows when the file is written
        std::filesystem::create_directories(directory_, ignored);
        MULIN_TRY(const std::string png, png_bytes(slip));
        MULIN_TRY_STATUS(write_whole_file(directory_ / (job + ".escpos"), escpos_print(slip)));
        return write_whole_file(directory_ / (job + ".png"), png);
    }

  private:
    std::filesystem::path directory_;
};

class DevicePrinter final : public ReceiptPrinter {
  public:
    DevicePrinter(std::filesystem::path device, int deadline_ms)
        : device_(std::move(device)), deadline_ms_(deadline_ms) {}
    Status print(const std::string& job, const Raster& slip) override {
        MULIN_TRY_STATUS(check_job(job, slip));
        return send_to_printer(device_, escpos_print(slip), deadline_ms_);
    }

  private:
    std::filesystem::path device_;
    int deadline_ms_;
};

class NullPrinter final : public ReceiptPrinter {
  public:
    Status print(const std::string& job, const Raster& slip) override { return check_job(job, slip); }
};

}  // namespace

std::unique_ptr<ReceiptPrinter> make_file_printer(std::filesystem::path directory) {
    return std::make_unique<FilePrinter>(std::move(directory));
}
std::unique_ptr<ReceiptPrinter> make_device_printer(std::filesystem::path device, int deadline_ms) {
    return std::make_unique<DevicePrinter>(std::move(device), deadline_ms);
}
std::unique_ptr<ReceiptPrinter> make_null_printer() { return std::make_unique<NullPrinter>(); }

}  // namespace mulin::pos
