#pragma once
// Counts and amounts over the sales of some days, as the district has received them so far. Training
// sales count nowhere; a voided sale counts only as voided, whichever of the two arrived first.

#include <string>
#include <vector>

#include "sync/server/sqlite_file.h"
#include "sync/model/kinds.h"

namespace mulin::sync::server {

struct Amounts {
    std::int64_t sales = 0;
    Money list;
    Money delivery;
    Money benefit;
    Money paid;
};

struct Group {
    std::string key;
    Amounts amounts;
};

struct PayerAmount {
    std::string payer;
    Money benefit;     // instead of the diner
    Money operator_amount;  // beside the price
};

struct TenderAmount {
    std::string method;
    std::int64_t sales = 0;
    Money amount;
};

struct Report {
    Date from;
    Date until;  // inclusive
    Amounts total;
    std::int64_t voided = 0;
    Money voided_list;
    std::vector<Group> by_day, by_site, by_vendor, by_subdistrict, by_meal, by_service, by_category;
    std::vector<PayerAmount> by_payer;
    std::vector<TenderAmount> by_tender;
    std::int64_t findings = 0;     // of the district, whatever the day
    std::int64_t quarantined = 0;  // likewise
    std::int64_t forked = 0;       // likewise
};

Result<Report> report_of(SqliteFile& file, Date from, Date until);

// Sales a day by quarter hour of China time: minute of the day and sales.
struct QuarterHour {
    int minute = 0;
    std::int64_t sales = 0;
};
Result<std::vector<QuarterHour>> sales_by_quarter(SqliteFile& file, Date day);

// One JSON object; `date` for a day, `month` for a month.
std::string report_json(const Report& report, const std::string& key, const std::string& value);
// Days by site, with a byte order mark so that spreadsheet programs read it as UTF-8.
std::string report_csv(const Report& report);

}  // namespace mulin::sync::server
