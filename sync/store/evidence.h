#pragma once
// What a till writes down about itself and its district, beside what it sells: that its file went back in
// time, that it changed its key, that the district signed a close, what the district's root was on a day.
// Each call is one durable transaction. Any thread. Signatures are checked by whoever calls, except the till's own.

#include "sync/journal/body.h"
#include "sync/store/terminal_store.h"

namespace mulin::sync {

class Evidence {
  public:
    explicit Evidence(TerminalStore::Impl& store) : store_(store) {}

    // Opens a new epoch now, for this reason, and says in a note what was seen.
    Status begin_anew(const std::string& reason, const std::string& what);

    // A new signing key, named under the former one; the new epoch opens in the same transaction. The key file
    // is replaced afterwards; if that fails, the next start does it.
    Status change_key(Date business_date);
    // The key that the chain began with: the district knows the till by it. Nothing before the first entry.
    Result<std::optional<std::string>> first_key();

    // Whether this close is newer than every one that is countersigned already.
    Result<bool> wants(const Countersigned& close);
    Status keep(const Countersigned& close);

    // The newest root this till is a witness of.
    Result<std::optional<DistrictRoot>> root();
    // What contradicts the root before is kept as well, and then true: the district must explain itself.
    Result<bool> keep(const DistrictRoot& root);

  private:
    TerminalStore::Impl& store_;
};

}  // namespace mulin::sync
