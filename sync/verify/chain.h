#pragma once
// Walks the lines of an export, of one till or of many mixed, and says what the first wrong line of
// each till is. Where a chain branches (a copy of the till went on, or a backup of it) it follows every
// branch and says so. Holds for each branch what later entries may contradict: which sales were voided
// or refunded, how much of them is left. Some 100 bytes an entry. Knows keys only from outside.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/verify/canonical_json.h"
#include "sync/verify/till_state.h"

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
    forgotten_root,     // a till holds a root whose number the district left out after it was restored
    branch,             // two entries follow the same one: a clone or a restored till; both are followed
};
const char* name_of(Damage damage);

struct Finding {
    Damage damage = Damage::malformed_line;
    std::string till;   // empty when the line does not say
    std::string entry;  // "till/epoch/seq", as far as known
    std::string what;   // one sentence
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
    // an earlier run has checked it (load). A branch is said once, at its first line, which holds.
    std::optional<Finding> take(std::string_view line);
    // After the last line: which expected heads and which entries under a root were not seen.
    std::vector<Finding> finish() const;

    const std::map<std::string, TillState>& tills() const { return tills_; }
    // Further ones, of tills whose chain branches.
    const std::map<std::string, std::vector<TillState>>& branches() const { return branches_; }
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
    void see_head(const Line& line);
    std::vector<TillState*> states_of(const std::string& till);
    std::optional<Finding> follow(TillState& main, TillState& state, const Line& line);
    std::optional<Finding> follow_branch(TillState& main, const std::vector<TillState*>& states, const Line& line);

    std::map<std::string, TillState> tills_;
    std::map<std::string, std::vector<TillState>> branches_;
    std::vector<Head> heads_;
    District district_;
    std::map<Place, Point> points_;  // not seen yet
};

}  // namespace mulin::verify
