#include "pos/device/drawer.h"

#include <fstream>
#include <utility>

#include "pos/device/escpos.h"
#include "pos/device/printer_link.h"

namespace mulin::pos {
namespace {

using payment::ErrorCode;
using payment::Status;

class FileDrawer final : public Drawer {
  public:
    FileDrawer(std::filesystem::path log, const payment::Clock& clock) : log_(std::move(log)), clock_(clock) {}
    Status kick(const std::string& why) override {
        std::ofstream file(log_, std::ios::app);
        file << payment::to_rfc3339(clock_.utc()) << " kick " << why << '\n';
        file.close();
        if (file) return payment::ok();
        return payment::fail(ErrorCode::disk, "Cannot write the drawer's log " + log_.string() + ".", true);
    }

  private:
    std::filesystem::path log_;
    const payment::Clock& clock_;
};

class PrinterDrawer final : public Drawer {
  public:
    PrinterDrawer(std::filesystem::path device, int deadline_ms)
        : device_(std::move(device)), deadline_ms_(deadline_ms) {}
    Status kick(const std::string&) override { return send_to_printer(device_, escpos_drawer_pulse(), deadline_ms_); }

  private:
    std::filesystem::path device_;
    int deadline_ms_;
};

class NullDrawer final : public Drawer {
  public:
    Status kick(const std::string&) override { return payment::ok(); }
};

}  // namespace

std::unique_ptr<Drawer> make_file_drawer(std::filesystem::path log, const payment::Clock& clock) {
    return std::make_unique<FileDrawer>(std::move(log), clock);
}
std::unique_ptr<Drawer> make_printer_drawer(std::filesystem::path device, int deadline_ms) {
    return std::make_unique<PrinterDrawer>(std::move(device), deadline_ms);
}
std::unique_ptr<Drawer> make_null_drawer() { return std::make_unique<NullDrawer>(); }

}  // namespace mulin::pos
