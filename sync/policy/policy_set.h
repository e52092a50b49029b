#pragma once
// PolicySet: the published rules, read once and then only asked. It prices a request into a quote;
// it never looks at a clock, a file or a database, so till and district get the same answer.
// Immutable after load and cheap to copy: threads may share one.
// What stands in the files is described in FORMAT.md.

#include <memory>
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
enum class Explain { yes, no };

namespace policy {
struct Book;
}

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

  private:
    std::shared_ptr<const policy::Book> book_;
};

// Whether amounts, quantities and weights are inside what can be priced at all.
Status check_request(const QuoteRequest& request);

}  // namespace mulin::sync
