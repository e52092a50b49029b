#pragma once
// The anchor: what a store leaves beside its database when it is closed in good order, and takes away when
// it is opened again. Only if it fits the very file, machine and end of the journal does this process go
// on where the last one stopped. A copied, restored or rolled-back file has none that fits, nor has one
// that was in use when the power went. It protects no secret and decides only whether leases stay open.

#include <filesystem>
#include <optional>
#include <string>

#include "payment/base/clock.h"
#include "sync/model/sale.h"

namespace mulin::sync {

struct Anchor {
    std::string file_identity;  // device, inode, machine
    EntryKey head;
    std::string head_hash;
    UtcInstant known_time;  // LeaseStore::known_time when it was closed
    friend bool operator==(const Anchor&, const Anchor&) = default;
};

// Device and inode of `file` and this machine's id; empty when the file cannot be looked at.
std::string identity_of(const std::filesystem::path& file);

// Reads the anchor and removes it for good; nothing when there is none, or it cannot be removed.
std::optional<Anchor> take_anchor(const std::filesystem::path& dir);
// Best effort: without it the next process starts without leases.
void leave_anchor(const std::filesystem::path& dir, const Anchor& anchor);

}  // namespace mulin::sync
