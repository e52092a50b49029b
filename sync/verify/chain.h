#pragma once
// Walks the lines of an export, of one till or of many mixed, and says what the first wrong line of
// each till is. Holds one state per till and the little that later entries may contradict (which
// sales were voided or refunded, how much of them is left). Knows keys only from outside.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sync/verify/canonical_json.h"

namespace mulin::verify {

// Names are stable; each is one kind of damage.
enum class Damage {
    malformed_line,     // not spelled as an export line
    unknown_till,       // no key was given for it
    broken_chain,       // prev is not the hash of the entry before
    wrong_sequence,     // seq neither follows nor starts an epoch
    wrong_hash,
    wrong_signature,
    malformed_body,     // not canonical, or not the keys of its kind
    misplaced_epoch,    // epoch_open elsewhere than at seq 1, or another kind there
    wrong_parent,
    wrong_key,          // the epoch names another key than the till's
    wrong_totals,
    unbalanced,         // amounts within the entry do not add up
    repeated_epoch,     // an epoch that was left is taken up again
    unknown_target,     // a void or refund of a sale that is not in the chain
    taken_back_twice,   // a second void, or more refunded than was sold
    missing_end,        // the export stops before a head that is known from elsewhere
    wrong_key_change,   // the new key has not signed, or another key goes on
    wrong_countersignature,  // not the district's, or of no close of this chain
    wrong_root,         // a root that is not signed, not the next, or not that of its points
    root_conflict,      // a till is a witness of another root than the district shows, or of two that exclude each other
    missing_entry,      // a root covers an entry that the export does not have
};
const char* name_of(Damage damage);

struct Finding {
    Damage damage = Damage::malformed_line;
    std::string till;   // empty when the line does not say
    std::string entry;  // "till/epoch/seq", as far as known
    std::string what;   // one sentence
};

struct Totals {
    std::int64_t benefit_fen = 0, list_fen = 0, paid_fen = 0, sales = 0, voids = 0;
    friend bool operator==(const Totals&, const Totals&) = default;
};

// What is left of a sale that later entries may take back.
struct Standing {
    std::int64_t value_fen = 0;  // list and delivery
    std::int64_t paid_fen = 0;
    bool voided = false;
    bool refunded = false;
};

struct TillState {
    std::string key;        // 64 hex: in force
    std::string first_key;  // that the chain began with, from outside
    std::string epoch;
    std::int64_t seq = 0;
    std::string hash = std::string(64, '0');
    Totals totals;
    std::set<std::string> epochs;
    std::map<std::pair<std::string, std::int64_t>, Standing> sales;  // by epoch and seq
    std::map<std::pair<std::string, std::int64_t>, std::string> closes;  // hash of each shift_close
    bool key_changed = false;       // by the entry before: the new key's epoch must follow
    std::int64_t root_number = 0;   // newest district_root
    std::string root_digest;
    struct {
        std::set<std::string> epochs;
        std::string epoch;
        std::int64_t seq = 0;
    } earlier;  // where the state stood that this was taken up from
    bool resumed = false;  // taken up from a state: lines from before its head are passed over
    bool broken = false;  // nothing after its first finding can be trusted
    std::int64_t entries = 0;
};

// What the district has put its name to, as far as this run knows it.
struct District {
    std::string key;                             // 64 hex; empty: not known
    std::map<std::int64_t, std::string> roots;   // digests by number
};

struct Line {
    std::string till, epoch, prev, hash, sig, body;
    std::int64_t seq = 0;
};
std::optional<Line> read_line(std::string_view text, std::string& problem);

class Verifier {
  public:
    // The key that the till's chain begins with. Before the first line. Refused when it is not 64 hex digits, or
    // not the one known before.
    bool trust(const std::string& till, const std::string& key_hex);
    // A head known from elsewhere: the export must reach it, with this hash.
    void expect(const std::string& till, const std::string& epoch, std::int64_t seq, const std::string& hash);

    // The district's public key; without it nothing that the district signed is checked. Before the first line.
    bool trust_district(const std::string& key_hex);
    // One line of the district's roots, before the first entry; from number 1, without a gap.
    std::optional<Finding> take_root(std::string_view line);

    // One line, without its line feed. Nothing when it holds, when its till is broken already, or when
    // an earlier run has checked it (load).
    std::optional<Finding> take(std::string_view line);
    // After the last line: which expected heads and which entries under a root were not seen.
    std::vector<Finding> finish() const;

    const std::map<std::string, TillState>& tills() const { return tills_; }
    // For going on another day: the state as text, and back. False when the text is not one.
    std::string save() const;
    bool load(const std::string& text);

  private:
    struct Head {
        std::string till, epoch, hash;
        std::int64_t seq = 0;
        bool seen = false;
    };
    // An entry under a root; its place is till, epoch, seq.
    using Place = std::pair<std::pair<std::string, std::string>, std::int64_t>;
    struct Point {
        std::string hash;
        std::int64_t root = 0;
    };
    void see_point(const Line& line);

    std::map<std::string, TillState> tills_;
    std::vector<Head> heads_;
    District district_;
    std::map<Place, Point> points_;  // not seen yet
};

}  // namespace mulin::verify
