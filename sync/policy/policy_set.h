#pragma once
// PolicySet: the published rules, read once and then only asked. It prices a request into a quote;
// it never looks at a clock, a file or a database, so till and district get the same answer.
// Immutable after load and cheap to copy: threads may share one.
// What stands in the files is described in FORMAT.md.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sync/policy/quote.h"

namespace mulin::sync {

// One document: a policy or a calendar. The name is only for messages.
struct PolicyFile {
    std::string name;
    std::string text;
};

// Whether the quote carries the sentences of Quote::why. Amounts are the same either way.
// `manager` adds what the counter must not hear: see Reason.
enum class Explain { yes, no, manager };

namespace policy {
struct Book;
}

// What a keeper of counters may want to know of a limit. Its keys begin with prefix and "|".
struct LimitFacts {
    std::string prefix;
    bool is_pool = false;    // everybody's
    bool is_shared = false;  // several persons': a pool, one per site, or by marks that two may share
    bool looks_back = false; // asks for earlier windows than that of the sale
    std::optional<std::int64_t> max_uses;
    std::optional<Money> max_amount;
};

// A pool as it stands in its window: at most so much may be used in all under this key. With leftovers
// that carry on it grows at `until`, and a lapsed release allows nothing.
struct PoolNow {
    std::string key;  // CounterUse::key
    std::optional<std::int64_t> max_uses;
    std::optional<Money> max_amount;
    std::optional<UtcInstant> until;  // then key or maxima change; none: never
};

class PolicySet {
  public:
    // No rules at all: everything is sold at list price.
    PolicySet();

    // Fails with the first schema error, naming file and line. Order of files does not matter.
    static Result<PolicySet> load(std::span<const PolicyFile> files);

    // Which version of each policy counts is chosen by request.at (its date in China). A request
    // that check_request refuses comes back refused with code "invalid_request" and zero amounts.
    Quote price(const QuoteRequest& request, const UsageView& usage, Explain explain = Explain::yes) const;

    // Of the uses a sale took, those that its policy gives back when the sale is voided.
    std::vector<CounterUse> given_back_on_void(const std::vector<CounterUse>& uses) const;

    // Twelve hex digits over the contents: equal files, in any order, give an equal version.
    std::string version() const;

    // For looking at a draft before its day: the same rules, with every policy that has no version
    // before `date` in force from `date` on. `moved` gets the ids of those; version() stays.
    PolicySet begun_by(Date date, std::vector<std::string>* moved = nullptr) const;
    // Every limit of every version, for those who keep its counters.
    std::vector<LimitFacts> limits() const;
    // The pools of the policies in force at `at`, for the lease of parts of them.
    std::vector<PoolNow> pools(UtcInstant at, Meal meal) const;

  private:
    std::shared_ptr<const policy::Book> book_;
};

// Whether amounts, quantities and weights are inside what can be priced at all.
Status check_request(const QuoteRequest& request);

}  // namespace mulin::sync
