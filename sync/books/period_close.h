#pragma once
// Closing a month: two persons freeze the bytes of its report. What is found out later about its meals
// is booked in the first open month after it, as adjustments; a closed month is never opened again.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sync/district/district.h"

namespace mulin::sync::server {

struct ClosedMonth {
    std::string month;
    UtcInstant closed;
    std::string person;
    std::string approver;
    std::string sha256;  // of json
    std::string json;
    std::string csv;
};

struct CloseRequest {
    std::string month;     // "2026-03"
    std::string person;
    std::string approver;  // another person
    bool unfinished = false;  // also before its last day is over
};

Result<std::optional<ClosedMonth>> closed_month(database::Database& database, const std::string& month);
// Without the texts, in order.
Result<std::vector<ClosedMonth>> closed_months(database::Database& database);

// Settles everything that waits, then closes. refused: not two persons, an earlier month with claims
// is open, or the month is not over. Closing again answers what was closed and changes nothing. `also`
// is written in the same transaction as the close, or neither is.
Result<ClosedMonth> close_month(District& district, const CloseRequest& request,
                                const std::function<Status(District::Access&)>& also = {});

}  // namespace mulin::sync::server
