#pragma once
// The settlement of a month: what was claimed, and what became of it, by payer, vendor, site and
// reason, with what later periods changed of months that were closed before. Read from rows that are
// kept with every verdict; a closed month is what two persons closed, byte by byte.

#include <optional>
#include <string>
#include <vector>

#include "sync/district/district.h"
#include "sync/settlement/parts.h"

namespace mulin::sync::server {

struct SettlementRow {
    std::string payer, vendor, site, reason;
    std::string of_month;  // of an adjustment
    std::int64_t claims = 0;
    settlement::Part part;
};

struct Settlement {
    std::vector<SettlementRow> rows;      // claims of these days, as far as their month is open
    std::vector<SettlementRow> adjusted;  // in this month, of months that were closed before
    std::int64_t claims = 0;
    std::int64_t awaiting_person = 0;
    settlement::Part total;       // of rows
    settlement::Part adjustment;  // of adjusted
};

// Claims of these business days; adjustments only when `month` names the period they are booked in.
Result<Settlement> settlement_of(database::Database& database, Date from, Date until, const std::string& month);

// The value of "settlement" in a report: one JSON object.
std::string settlement_json(const Settlement& settlement);
// Lines of a report's CSV, and their head.
std::string settlement_csv(const Settlement& settlement);

// As it stands, whether or not it was closed. Inside a transaction of the caller, or alone.
Result<std::string> open_month_report(database::Database& database, const std::string& month, bool csv);

// A month as it stands, or as it was closed; settle_all first.
Result<std::string> month_report(District& district, const std::string& month, bool csv);
Result<std::string> day_report(District& district, Date day, bool csv);

}  // namespace mulin::sync::server
