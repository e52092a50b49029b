#pragma once
// Slips that were promised: which wait for the printer, which are done, and what stands on them beside the
// sale's own figures. A row is written with the sale, void, refund or top-up itself; what a crash leaves
// waiting is printed late, marked as such. A part of TerminalStore: same file, same mutex, same promises.

#include <optional>
#include <string>
#include <vector>

#include "sync/store/terminal_store.h"

namespace mulin::sync {

struct WaitingSlip {
    EntryKey key;
    std::string kind;  // of the entry: "sale", "void", "refund", "top_up", "shift_close"
    UtcInstant queued;
    bool done = false;        // the printer has it, or it is too old to be waited for
    std::int64_t copies = 0;  // marked copies printed so far
};

class SlipQueue {
  public:
    explicit SlipQueue(TerminalStore::Impl& store) : store_(store) {}

    // Off until somebody who prints says so: the headless commands promise no slips.
    void enable(bool on);
    Result<std::vector<WaitingSlip>> waiting();  // oldest first
    Result<std::optional<WaitingSlip>> find(const EntryKey& key);
    // Of the newest entry that has a slip, done or not; of this kind only, where one is named.
    Result<std::optional<WaitingSlip>> newest(const std::string& kind = {});
    // Done with. `copies`: how many marked copies there are now; never fewer than before. Unknown ones are
    // no error.
    Status printed(const EntryKey& key, std::int64_t copies = 0);

    // Sentences for the slip of a sale, written before the sale is; replaces what stood under the ref. Of a
    // top-up: what its slip says of the balance, so that a copy says the same.
    Status keep_notes(const std::string& ref, const std::vector<std::string>& notes);
    Result<std::vector<std::string>> notes(const std::string& ref);
    // The order came to nothing. Notes of a sale that is in the journal stay.
    Status drop_notes(const std::string& ref);

  private:
    TerminalStore::Impl& store_;
};

}  // namespace mulin::sync
