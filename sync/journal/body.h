#pragma once
// What a journal entry says: one event at the till, as canonical JSON text (FORMAT.md, "Body").
// The text is what gets hashed and signed; it is kept for ever byte by byte and never re-made from
// tables. Names a diner only by id: no name, number, birth date or aid class ever enters a body.
// Plain functions, any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sync/journal/proofs.h"
#include "sync/model/lease.h"
#include "sync/model/refund_record.h"
#include "sync/model/sale.h"
#include "sync/model/top_up.h"

namespace mulin::sync {

inline constexpr int kBodyVersion = 1;
inline constexpr int kCryptoSuite = 1;  // SHA-256 and Ed25519

// Bounds, both ways, on what a body may hold, so that adding up its amounts, also a hostile one's,
// stays inside Money: one amount (ten million yuan), a running total, any other whole number.
inline constexpr std::int64_t kMaxAmountFen = 1'000'000'000;
inline constexpr std::int64_t kMaxTotalFen = Money::kMaxFen / 2;
inline constexpr std::int64_t kMaxNumber = (1LL << 53) - 1;

// Sums over everything the till ever journalled, over all epochs; never reset, never going down.
// A void adds to `voids` and takes nothing back; refunds and top-ups repeat what was before. Training
// sales count nowhere.
struct Totals {
    std::int64_t sales = 0;
    std::int64_t voids = 0;
    Money list;  // goods and delivery
    Money benefit;
    Money paid;
    friend bool operator==(const Totals&, const Totals&) = default;
};

// The entry that an epoch continues from.
struct EpochParent {
    EpochId epoch;
    std::int64_t seq = 0;
    std::string hash;  // 64 hex
    friend bool operator==(const EpochParent&, const EpochParent&) = default;
};

// First entry of every epoch. A till opens one whenever its process starts to write.
struct EpochOpen {
    std::string reason;  // "first", "start", "enrolled", "restored", "amnesia", "key_change"
    std::optional<EpochParent> parent;  // none only for a till's very first epoch
    std::string public_key;             // 64 hex: Ed25519 key that signs this epoch
    std::string software;               // version, for evidence
    friend bool operator==(const EpochOpen&, const EpochOpen&) = default;
};

struct ShiftOpen {
    ShiftId shift;
    Date business_date;
    UtcInstant at;
    SiteId site;
    StaffId cashier;
    Money drawer_float;  // cash in the drawer at the start
    friend bool operator==(const ShiftOpen&, const ShiftOpen&) = default;
};

// What one shift sold, voided sales left out; cash_due = float + cash taken - cash given back.
struct ShiftTotals {
    std::int64_t sales = 0;
    std::int64_t voids = 0;
    Money list;
    Money benefit;
    Money paid;
    Money cash_due;
    friend bool operator==(const ShiftTotals&, const ShiftTotals&) = default;
};

struct ShiftClose {
    ShiftId shift;
    Date business_date;
    UtcInstant at;
    StaffId cashier;
    std::optional<Money> cash_counted;  // none when nobody counted
    ShiftTotals totals;
    friend bool operator==(const ShiftClose&, const ShiftClose&) = default;
};

// Anything else worth evidence: "clock_change", "diner_registered" (text is the commitment), ...
struct Note {
    std::string kind;
    std::string text;
    friend bool operator==(const Note&, const Note&) = default;
};

using EntryBody = std::variant<EpochOpen, Sale, VoidRecord, ShiftOpen, ShiftClose, Note, RefundRecord, TopUpRecord,
                               LeaseReturn, KeyChange, Countersigned, DistrictRoot>;

// When it was written, by the till's own clocks.
struct BodyStamp {
    UtcInstant at;
    std::int64_t mono_ms = 0;  // monotonic; comparable within one epoch
    Date business_date;
    friend bool operator==(const BodyStamp&, const BodyStamp&) = default;
};

struct DecodedBody {
    EntryBody body;
    BodyStamp stamp;
    Totals totals;  // including this entry
};

// "epoch_open", "sale", "void", "shift_open", "shift_close", "note", "refund", "top_up", "lease_return",
// "key_change", "countersigned", "district_root".
const char* kind_of(const EntryBody& body);

// The totals after an entry, given those before it.
Totals totals_after(const Totals& before, const EntryBody& body);

// invalid_input when a text in it is not UTF-8 or a number is out of bounds.
Result<std::string> encode_body(const EntryBody& body, const BodyStamp& stamp, const Totals& totals);

// Accepts exactly what encode_body writes, byte for byte; anything else is corrupt.
Result<DecodedBody> decode_body(std::string_view text);

}  // namespace mulin::sync
