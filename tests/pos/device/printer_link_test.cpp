#include "pos/device/printer_link.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace mulin::pos {
namespace {

// A printer at the other end of a pseudo terminal. Answers DLE EOT where a command may begin: before
// and after the job, whose length it is told, since a picture may hold any bytes.
class PretendedPrinter {
  public:
    struct Ways {
        int offline = 0x12;  // answer to DLE EOT 2; -1 is silence
        int paper = 0x12;    // answer to DLE EOT 4
        bool dies_in_job = false;
    };

    PretendedPrinter(Ways ways, std::size_t job_size) : ways_(ways), job_size_(job_size) {
        master_ = posix_openpt(O_RDWR | O_NOCTTY);
        grantpt(master_);
        unlockpt(master_);
        std::array<char, 64> name{};
        ptsname_r(master_, name.data(), name.size());
        device_ = name.data();
        keep_open_ = open(device_.c_str(), O_RDWR | O_NOCTTY);
        paper_ = std::thread([this] { run(); });
    }
    ~PretendedPrinter() {
        ending_ = true;
        paper_.join();
        close(keep_open_);
        close(master_);
    }
    const std::string& device() const { return device_; }
    std::string job() {
        ending_ = true;
        while (!ended_) usleep(1000);
        return job_;
    }

  private:
    void run() {
        while (true) {
            pollfd waiting{master_, POLLIN, 0};
            if (poll(&waiting, 1, 20) == 1) {
                std::array<char, 4096> piece{};
                const ssize_t n = read(master_, piece.data(), piece.size());
                for (ssize_t i = 0; i < n; ++i) take(piece[static_cast<std::size_t>(i)]);
            } else if (ending_) {
                break;
            }
        }
        ended_ = true;
    }

    void take(char c) {
        const bool in_job = !job_.empty() && job_.size() < job_size_;
        if (in_job || (job_.empty() && question_.empty() && c != '\x10')) {
            job_ += c;
            return;
        }
        question_ += c;
        if (question_.size() < 3) return;
        const int answer = question_[2] == 2 ? ways_.offline : ways_.paper;
        question_.clear();
        if (answer < 0 || (ways_.dies_in_job && !job_.empty())) return;
        const char byte = static_cast<char>(answer);
        EXPECT_EQ(write(master_, &byte, 1), 1);
    }

    Ways ways_;
    std::size_t job_size_;
    int master_ = -1;
    int keep_open_ = -1;
    std::string device_, question_, job_;
    std::atomic<bool> ending_ = false;
    std::atomic<bool> ended_ = false;
    std::thread paper_;
};

std::string sample_job() {
    std::string job = "\x1B@";
    for (int i = 0; i < 3000; ++i) job += static_cast<char>(i * 7);
    return job;
}

TEST(PrinterLink, SendsEveryByteUnchanged) {
    PretendedPrinter printer({}, sample_job().size());
    const auto sent = send_to_printer(printer.device(), sample_job(), 2000);
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(printer.job(), sample_job());
}

TEST(PrinterLink, APrinterThatNeverAnswersStillPrints) {
    PretendedPrinter printer({.offline = -1, .paper = -1}, sample_job().size());
    EXPECT_TRUE(send_to_printer(printer.device(), sample_job(), 2000));
    EXPECT_EQ(printer.job(), sample_job());
}

TEST(PrinterLink, OutOfPaperIsSaidBeforeAnythingIsSent) {
    PretendedPrinter printer({.paper = 0x72}, sample_job().size());
    const auto sent = send_to_printer(printer.device(), sample_job(), 2000);
    ASSERT_FALSE(sent);
    EXPECT_NE(sent.error().message.find("out of paper"), std::string::npos);
    EXPECT_TRUE(sent.error().retry);
    EXPECT_EQ(printer.job(), "");
}

TEST(PrinterLink, AnOpenCoverIsNamed) {
    PretendedPrinter printer({.offline = 0x16}, sample_job().size());
    const auto sent = send_to_printer(printer.device(), sample_job(), 2000);
    ASSERT_FALSE(sent);
    EXPECT_NE(sent.error().message.find("cover"), std::string::npos);
}

TEST(PrinterLink, APrinterThatGoesSilentDuringTheJobIsNotTakenForPrinted) {
    PretendedPrinter printer({.dies_in_job = true}, sample_job().size());
    const auto sent = send_to_printer(printer.device(), sample_job(), 2000);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, payment::ErrorCode::timeout);
    EXPECT_NE(sent.error().message.find("reprint"), std::string::npos);
}

}  // namespace
}  // namespace mulin::pos
