#pragma once
// Slips that were promised and not printed yet. A row is written with the sale, void, refund or top-up
// itself, and removed when the printer has taken the slip; what a crash leaves behind is printed late,
// marked as such. A part of TerminalStore: same file, same mutex, same promises.

#include <vector>

#include "sync/store/terminal_store.h"

namespace mulin::sync {

struct WaitingSlip {
    EntryKey key;
    std::string kind;  // of the entry: "sale", "void", "refund", "top_up"
    UtcInstant queued;
};

class SlipQueue {
  public:
    explicit SlipQueue(TerminalStore::Impl& store) : store_(store) {}

    // Off until somebody who prints says so: the headless commands promise no slips.
    void enable(bool on);
    Result<std::vector<WaitingSlip>> waiting();  // oldest first
    Status printed(const EntryKey& key);         // unknown ones are no error

  private:
    TerminalStore::Impl& store_;
};

}  // namespace mulin::sync
