#pragma once
// What the district last said beside its records (sync/model/district_word.h), and whether it still holds:
// the deny list, verdicts on this site's sales, how far the till may go alone. A part of TerminalStore: same
// file, same mutex, same promises. Written by TerminalStore::apply alone. It flags; it never refuses a sale.

#include <string>
#include <vector>

#include "sync/model/district_word.h"
#include "sync/store/terminal_store.h"

namespace mulin::sync {

// Settings of the store in which the word stands; instants in milliseconds of the district's clock.
namespace word {
inline constexpr const char* kHeard = "sync.word_ms";              // issued_at of the newest
inline constexpr const char* kHoldsUntil = "sync.word_until_ms";
inline constexpr const char* kOfflineHours = "sync.offline_hours";
inline constexpr const char* kOfflinePersons = "sync.offline_persons";
}  // namespace word

// How a sale at this moment would stand; both false on a till that belongs to no district.
struct WordStanding {
    bool rules_out_of_date = false;  // the newest word has run out
    bool provisional = false;        // the allowance without the district is used up
    friend bool operator==(const WordStanding&, const WordStanding&) = default;
};

class DistrictWord {
  public:
    explicit DistrictWord(TerminalStore::Impl& store) : store_(store) {}

    // now: as far as the till knows, without what its own clock is ahead.
    Result<WordStanding> standing(UtcInstant now);
    // Of a card also what was reported lost at this counter, as "lost".
    Result<std::optional<Denial>> denial(const std::string& kind, const std::string& subject);
    Result<std::vector<SiteVerdict>> verdicts(int limit);  // newest first

  private:
    TerminalStore::Impl& store_;
};

}  // namespace mulin::sync
