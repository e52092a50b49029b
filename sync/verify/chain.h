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
    std::string key;  // 64 hex
    std::string epoch;
    std::int64_t seq = 0;
    std::string hash = std::string(64, '0');
    Totals totals;
    std::set<std::string> epochs;
    std::map<std::pair<std::string, std::int64_t>, Standing> sales;  // by epoch and seq
    bool resumed = false;  // taken up from a state: lines from before its head are passed over
    bool broken = false;  // nothing after its first finding can be trusted
    std::int64_t entries = 0;
};

struct Line {
    std::string till, epoch, prev, hash, sig, body;
    std::int64_t seq = 0;
};
std::optional<Line> read_line(std::string_view text, std::string& problem);

class Verifier {
  public:
    // Before the first line. Refused when it is not 64 hex digits, or not the key known before.
    bool trust(const std::string& till, const std::string& key_hex);
    // A head known from elsewhere: the export must reach it, with this hash.
    void expect(const std::string& till, const std::string& epoch, std::int64_t seq, const std::string& hash);

    // One line, without its line feed. Nothing when it holds, when its till is broken already, or when
    // an earlier run has checked it (load).
    std::optional<Finding> take(std::string_view line);
    // After the last line: which expected heads were not seen.
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
    std::map<std::string, TillState> tills_;
    std::vector<Head> heads_;
};

}  // namespace mulin::verify
