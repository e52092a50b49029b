#pragma once
// The simulated gateway's ledger on disk: one JSON object per line, appended and flushed to disk.
// Not the till's journal: it stands for what a real channel would know. One process owns the file.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "payment/base/result.h"

namespace mulin::payment {

struct LedgerLine {
    std::string event;  // "start", "charged", "refused", "closed", "returned"
    std::string payment_id;
    std::string order_ref;  // these three with "start" only
    std::int64_t amount_fen = 0;
    int script = 0;
};

class LedgerFile {
  public:
    // Opens or creates the file and reads it into `lines`. An unfinished last line (the process was
    // killed while writing) is cut off; any other damage is ErrorCode::corrupt.
    static Result<std::unique_ptr<LedgerFile>> open(const std::string& path, std::vector<LedgerLine>& lines);
    ~LedgerFile();
    LedgerFile(const LedgerFile&) = delete;
    LedgerFile& operator=(const LedgerFile&) = delete;

    // Returns when the line is on the disk.
    Status append(const LedgerLine& line);

  private:
    explicit LedgerFile(int file) : file_(file) {}
    int file_;
};

}  // namespace mulin::payment
