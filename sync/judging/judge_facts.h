#pragma once
// What judging a sale needs of the district beside the sale: the rules that were ever in force, places,
// what was known of a person and from when on. Read through and remembered for one step of work. One
// thread at a time.

#include <map>
#include <string>

#include "sync/district/directory.h"
#include "sync/judging/judge.h"

namespace mulin::sync::server {

class JudgeFacts {
  public:
    // At the start of a step: rules are read again when there are newer ones, places always.
    Status refresh(database::Database& database);
    const std::vector<Release>& releases() const { return releases_; }
    // None: not in the directory.
    Result<const QuoteSite*> site(Directory& directory, const SiteId& id);
    static Result<std::vector<FactsVersion>> person(database::Database& database, const DinerId& diner);

  private:
    std::vector<Release> releases_;  // as of the newest id below
    std::int64_t newest_release_ = -1;
    std::map<std::string, QuoteSite> sites_;
};

// The id the district knows somebody by whom a till registered.
Result<std::string> known_as(database::Database& database, const TillId& till, const std::string& sent);

// The sale with the diner, and counters, named as the district does.
Result<Sale> with_known_diner(database::Database& database, const TillId& till, const Sale& told);

}  // namespace mulin::sync::server
