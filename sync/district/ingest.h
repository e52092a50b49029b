#pragma once
// What the district does with a till's upload. A correctly signed entry is never refused: it is
// stored once, in order; doubts become findings beside it. What is not correctly signed goes to
// quarantine and does not block what follows. Nothing here knows HTTP, threads or a clock.

#include <optional>
#include <string>
#include <vector>

#include "sync/district/ledger_store.h"
#include "sync/wire/messages.h"

namespace mulin::sync::server {

// One line of an upload after the expensive part: parsing, hash, signature. Pure and independent of
// any store, so it may run on any thread, and does run on several, before the batch's transaction begins.
struct CheckedLine {
    std::string raw;
    std::optional<Entry> entry;          // none: the line cannot be read
    bool genuine = false;                // hash and signature are right, by one of the till's keys
    std::string signed_by;               // 64 hex: by which; whether it might, only ingest knows
    std::optional<DecodedBody> decoded;  // none: the body cannot be read
};

// All keys that the till ever had; a genuine key_change among the lines adds the one it names.
std::vector<CheckedLine> check_lines(const std::vector<std::string>& lines, const std::vector<std::string>& signing_keys);
inline std::vector<CheckedLine> check_lines(const std::vector<std::string>& lines, const std::string& only_key) {
    return check_lines(lines, std::vector<std::string>{only_key});
}

struct IngestOutcome {
    std::vector<ChainPoint> epochs;  // as UploadReply::epochs
    std::optional<ChainPoint> want;
    std::int64_t accepted = 0;
    std::int64_t known = 0;
    std::int64_t quarantined = 0;
    std::int64_t forked = 0;
};

// Call inside one transaction and commit only when it succeeds: then all of it happened, else
// nothing. A revoked till's lines all go to quarantine.
Result<IngestOutcome> ingest(LedgerStore& store, const TillRecord& till, const UploadRequest& request,
                             const std::vector<CheckedLine>& lines, UtcInstant now);

// A till that was revoked is taken back: what it sent meanwhile leaves quarantine and counts. Inside the
// caller's transaction. Answers how many lines found their place.
Result<std::int64_t> release(LedgerStore& store, const TillRecord& till, const std::vector<std::string>& signing_keys,
                             UtcInstant now);

}  // namespace mulin::sync::server
