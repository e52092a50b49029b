#pragma once
// Who looked at what, and who did what, in the district's office. Append-only: every line carries the
// hash of all lines before it, so that a line changed or taken out in the database is found by verify().
// A cut-off end is found beside the count and the newest hash that the server writes to its own log.

#include <mutex>
#include <string>
#include <vector>

#include "sync/database/database.h"
#include "sync/model/kinds.h"

namespace mulin::sync::console {

struct AuditLine {
    std::int64_t seq = 0;
    payment::UtcInstant at;
    std::string who;      // sign-in name; "operator" on the server's own command line
    std::string role;
    std::string source;   // address
    std::string action;   // "sign_in", "see_sale", "see_diner", ...
    std::string subject;  // what it was done to: an entry's key, a diner's id; never a name
    std::string reason;   // as given by the person
    std::string hash;     // 64 hex
};

struct AuditHead {
    std::int64_t lines = 0;
    std::string hash;
};

class AuditLog {
  public:
    explicit AuditLog(database::Database& database) : database_(database) {}
    // Inside a transaction of the caller; seq and hash are filled in here.
    payment::Status append(AuditLine line);
    // Newest first, those with seq < before (0: from the newest).
    payment::Result<std::vector<AuditLine>> page(std::int64_t before, std::int64_t at_most);
    payment::Result<AuditHead> head();
    // corrupt names the first line that was changed, or the gap where one is missing. With `known`, a
    // head that verify() gave before, only what came since is read, and that the log still runs through it.
    payment::Result<AuditHead> verify(const AuditHead& known = {});

  private:
    database::Database& database_;
};

// How far this process has checked the log, so that showing it costs what was added and not all of it.
// Any thread. What is changed later in lines checked before is found by `mulin-district audit verify`.
class AuditCheck {
  public:
    payment::Result<AuditHead> look(AuditLog& log);

  private:
    std::mutex mutex_;
    AuditHead known_;
};

}  // namespace mulin::sync::console
