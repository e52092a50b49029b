#pragma once
// Counts and amounts over the sales of some days, as the district has received them so far. Training
// sales count nowhere; a voided sale counts only as voided, whichever of the two arrived first.

#include <string>
#include <vector>

#include "sync/database/database.h"
#include "sync/model/kinds.h"

namespace mulin::sync::server {

struct Amounts {
    std::int64_t sales = 0;
    Money list;  // goods and delivery: list == benefit + paid
    Money delivery;
    Money benefit;
    Money paid;
};

struct Group {
    std::string key;
    Amounts amounts;
};

// A payer or a way of paying, and the sales it took part in.
struct Share {
    std::string key;
    std::int64_t sales = 0;
    Money amount;
};

struct Report {
    Date from;
    Date until;  // inclusive
    Amounts total;
    Amounts voided;
    std::vector<Group> by_day, by_site, by_vendor, by_subdistrict, by_meal, by_service, by_category;
    std::vector<Share> by_payer;           // parts of the benefits
    std::vector<Share> by_operator_payer;  // owed to the operator beside the price
    std::vector<Share> by_tender;
    // Booked on these days, also for sales of earlier ones; taken from no figure above.
    Amounts refunded;
    std::vector<Share> refunded_by_payer, refunded_by_tender;
    Share top_ups;  // of stored-value cards
    std::vector<Share> top_ups_by_tender;
    std::int64_t findings = 0;     // of the district, whatever the day
    std::int64_t quarantined = 0;  // likewise
    std::int64_t forked = 0;       // likewise
};

Result<Report> report_of(database::Database& database, Date from, Date until);
Status read_money_back(database::Database& database, Report& report);  // its part about refunds and top-ups

// Sales a day by quarter hour of China time: minute of the day and sales.
struct QuarterHour {
    int minute = 0;
    std::int64_t sales = 0;
};
Result<std::vector<QuarterHour>> sales_by_quarter(database::Database& database, Date day);

// One JSON object in the shape of the till's own report; key is "date" or "month".
std::string report_json(const Report& report, const std::string& key, const std::string& value);
// Days by site, with a byte order mark so that spreadsheet programs read it as UTF-8.
std::string report_csv(const Report& report);

}  // namespace mulin::sync::server
