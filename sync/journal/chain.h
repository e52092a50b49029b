#pragma once
// ChainVerifier follows one till's chain entry by entry and refuses the first one that is not the
// true next: wrong place, wrong link, changed bytes, bad signature, running totals that do not follow.
// A genuine key_change moves on to the key it names. Knows no tables and no business rules. One thread at a time.

#include <optional>

#include "sync/journal/body.h"
#include "sync/journal/entry.h"
#include "sync/journal/keys.h"

namespace mulin::sync {

// Where a chain stands: all that is needed to continue it.
struct ChainHead {
    EntryKey key;
    std::string hash;
    Totals totals;
    friend bool operator==(const ChainHead&, const ChainHead&) = default;
};

class ChainVerifier {
  public:
    // From a till's very first entry. `key` comes from a source that is trusted apart from the
    // entries (enrolment), never from an entry.
    ChainVerifier(TillId till, PublicKey key);
    // Continues after a head that was verified before.
    ChainVerifier(PublicKey key, ChainHead head);

    // Moves on and returns what the entry says; or corrupt, naming the entry and what is wrong, and
    // stays where it was. A repeated, skipped or reordered entry is corrupt as well.
    Result<DecodedBody> accept(const Entry& entry);

    // Nothing before the first accepted entry.
    const std::optional<ChainHead>& head() const { return head_; }

    // In force after the head.
    const PublicKey& key() const { return key_; }

    // True end: corrupt when the chain stops short of, or elsewhere than, `expected`, a head kept
    // apart from the entries. This is what finds a cut-off tail.
    Status finish(const ChainHead& expected) const;

  private:
    Status check_place(const Entry& entry) const;
    Status check_seal(const Entry& entry) const;
    Status check_epoch(const Entry& entry, const EntryBody& body) const;
    Status change_key(const Entry& entry, const EntryBody& body);

    TillId till_;
    PublicKey key_;
    std::optional<ChainHead> head_;
    bool key_changed_ = false;  // by the entry at the head: an epoch must open now
};

}  // namespace mulin::sync
