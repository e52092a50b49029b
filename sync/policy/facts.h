#pragma once
// Facts: everything a condition may ask about, for one request under one policy. Made once per
// quote; changing policy is cheap. Asks counters only when a condition needs them.

#include <array>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include "sync/policy/document.h"
#include "sync/policy/quote.h"

namespace mulin::sync::policy {

struct Facts {
    Facts(const QuoteRequest& asked, const UsageView& seen,
          std::pmr::memory_resource* memory = std::pmr::get_default_resource());

    const QuoteRequest& request;
    const UsageView& usage;
    const Policy* policy = nullptr;  // set by under()
    Date date;
    int minute = 0;
    int weekday = 1;
    int age = -1;  // completed years by the policy's rule; -1 unknown
    Money list;
    std::pmr::vector<const std::string*> granted;  // ids of rules that gave a benefit so far

    // "2026-03-10", "2026-03-10/lunch", "w2026-03-09", "2026-03", "2026", "all": the window this
    // sale falls into, made when first asked for. Not for releases.
    const std::string& window(Window kind) const;

    // The policy whose rules are asked next.
    void under(const Policy& next);

    // How many meals this diner had before this one in the window; nothing for a guest.
    std::optional<std::int64_t> earlier_meals(Window kind) const;

  private:
    mutable std::array<std::string, 8> windows_;
};

bool holds(const Condition& condition, const Facts& facts);
bool selects(const ItemSelector& selector, const QuoteLine& line);

// Who hears it: at the counter a sentence never names an aid class, a disability, a care level or how
// somebody lives; a manager may see it.
enum class Audience { counter, manager };

// What to say: the phrase that explains why the condition holds, or does not. It is the condition's
// own where it can be; one that is joined from several is put into `made`.
const Words& why(const Condition& condition, const Facts& facts, Audience audience, Words& made);
const Words& why_not(const Condition& condition, const Facts& facts, Audience audience, Words& made);

// It asks for a working day or holiday of a year without calendar.
bool lacks_calendar(const Condition& condition, const Facts& facts);

// Keys under which served meals are counted when a policy asks for the nth meal.
std::string meal_key(const Facts& facts, Window kind);

}  // namespace mulin::sync::policy
