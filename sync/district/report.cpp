#include "sync/district/report.h"

#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "sync/backtest/backtest_report.h"
#include "sync/wire/fields.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;

#define MULIN_VOIDED "(SELECT 1 FROM sale_void v WHERE v.till = s.till AND v.epoch = s.epoch AND v.seq = s.seq) "
// A sale that counts: not training, not voided.
#define MULIN_COUNTED "WHERE s.business_day = ? AND s.training = 0 AND NOT EXISTS " MULIN_VOIDED

Amounts& operator+=(Amounts& sum, const Amounts& more) {
    sum.sales += more.sales;
    sum.list += more.list;
    sum.delivery += more.delivery;
    sum.benefit += more.benefit;
    sum.paid += more.paid;
    return sum;
}

// What the sales of some days come to, each read once: a month may have millions.
class DayByDay {
  public:
    explicit DayByDay(database::Database& database) : database_(database) {}
    Status read(Date day);
    void fill(Report& report) const;

  private:
    using Sums = std::map<std::string, Amounts>;
    using Shares = std::map<std::string, Share>;
    Status read_shares(database::Statement query, Shares& shares);

    database::Database& database_;
    Amounts total_, voided_;
    Sums days_;
    std::array<Sums, 6> sums_;  // site, vendor, subdistrict, meal, service, category
    Shares payers_, operators_, tenders_;
};

Status DayByDay::read(Date day) {
    auto query = database_.prepare(
        "SELECT s.site, s.vendor, s.subdistrict, s.meal, s.service, s.category, CASE WHEN EXISTS " MULIN_VOIDED "THEN 1 ELSE 0 END, "
        "count(*), sum(s.list_fen + s.delivery_fen), sum(s.delivery_fen), sum(s.benefit_fen), sum(s.paid_fen) "
        "FROM sale s WHERE s.business_day = ? AND s.training = 0 GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7");
    query.bind(day.days_since_1970());
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) break;
        const Amounts amounts{query.number(7), Money::fen(query.number(8)), Money::fen(query.number(9)),
                              Money::fen(query.number(10)), Money::fen(query.number(11))};
        if (query.number(6) != 0) {
            voided_ += amounts;
            continue;
        }
        total_ += amounts;
        days_[day.text()] += amounts;
        for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i][query.text(static_cast<int>(i))] += amounts;
    }
    const auto of_day = [&](const char* sql) {
        auto shares = database_.prepare(sql);
        shares.bind(day.days_since_1970());
        return shares;
    };
#define MULIN_PAYERS(kind)                                                                                     \
    "SELECT p.payer, count(*), sum(p.amount_fen) FROM sale s JOIN sale_payer p ON p.entry = s.entry AND p.kind = '" kind \
    "' " MULIN_COUNTED "GROUP BY 1 ORDER BY 1"
    MULIN_TRY_STATUS(read_shares(of_day(MULIN_PAYERS("benefit")), payers_));
    MULIN_TRY_STATUS(read_shares(of_day(MULIN_PAYERS("operator")), operators_));
    return read_shares(of_day("SELECT t.method, count(*), sum(t.amount_fen) FROM sale s JOIN sale_tender t ON t.entry = s.entry "
                              MULIN_COUNTED "GROUP BY 1 ORDER BY 1"), tenders_);
}

Status DayByDay::read_shares(database::Statement query, Shares& shares) {
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        Share& share = shares[query.text(0)];
        share.key = query.text(0);
        share.sales += query.number(1);
        share.amount += Money::fen(query.number(2));
    }
}

void DayByDay::fill(Report& report) const {
    report.total = total_;
    report.voided = voided_;
    const auto put = [](const Sums& sums, std::vector<Group>& out) {
        for (const auto& [key, amounts] : sums) out.push_back({key, amounts});
    };
    put(days_, report.by_day);
    std::vector<Group>* const groups[] = {&report.by_site, &report.by_vendor, &report.by_subdistrict,
                                          &report.by_meal, &report.by_service, &report.by_category};
    for (std::size_t i = 0; i < sums_.size(); ++i) put(sums_[i], *groups[i]);
    for (const auto& [key, share] : payers_) report.by_payer.push_back(share);
    for (const auto& [key, share] : operators_) report.by_operator_payer.push_back(share);
    for (const auto& [key, share] : tenders_) report.by_tender.push_back(share);
}

Status read_doubts(database::Database& database, Report& report) {
    auto counts = database.prepare(
        "SELECT (SELECT count(*) FROM finding), (SELECT count(*) FROM quarantine), (SELECT count(*) FROM "
        "fork_entry)");
    MULIN_TRY(const bool counted, counts.step());
    if (counted) {
        report.findings = counts.number(0);
        report.quarantined = counts.number(1);
        report.forked = counts.number(2);
    }
    return payment::ok();
}

ordered_json amounts_value(const Amounts& amounts) {
    return {{"sales", amounts.sales},
            {"list_fen", amounts.list.in_fen()},
            {"delivery_fen", amounts.delivery.in_fen()},
            {"benefit_fen", amounts.benefit.in_fen()},
            {"paid_fen", amounts.paid.in_fen()}};
}

ordered_json groups_value(const std::vector<Group>& groups) {
    ordered_json value = ordered_json::object();
    for (const Group& group : groups) value[group.key] = amounts_value(group.amounts);
    return value;
}

ordered_json shares_value(const std::vector<Share>& shares) {
    ordered_json value = ordered_json::object();
    for (const Share& share : shares) value[share.key] = {{"sales", share.sales}, {"amount_fen", share.amount.in_fen()}};
    return value;
}

}  // namespace

Result<Report> report_of(database::Database& database, Date from, Date until) {
    Report report;
    report.from = from;
    report.until = until;
    DayByDay days(database);
    for (Date day = from; day <= until; day = day.plus_days(1)) MULIN_TRY_STATUS(days.read(day));
    days.fill(report);
    MULIN_TRY_STATUS(read_money_back(database, report));
    MULIN_TRY_STATUS(read_doubts(database, report));
    return report;
}

Result<std::vector<QuarterHour>> sales_by_quarter(database::Database& database, Date day) {
    auto query =
        database.prepare("SELECT (s.at_ms / 1000 + 28800) % 86400 / 900 * 15, count(*) FROM sale s " MULIN_COUNTED
                         "GROUP BY 1 ORDER BY 1");
    query.bind(day.days_since_1970());
    std::vector<QuarterHour> quarters;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return quarters;
        quarters.push_back({static_cast<int>(query.number(0)), query.number(1)});
    }
}

std::string report_json(const Report& report, const std::string& key, const std::string& value) {
    ordered_json out = {{key, value}};
    out.update(amounts_value(report.total));
    out["voided"] = amounts_value(report.voided);
    if (report.from != report.until) out["by_day"] = groups_value(report.by_day);
    out["by_site"] = groups_value(report.by_site);
    out["by_vendor"] = groups_value(report.by_vendor);
    out["by_subdistrict"] = groups_value(report.by_subdistrict);
    out["by_meal"] = groups_value(report.by_meal);
    out["by_service"] = groups_value(report.by_service);
    out["by_category"] = groups_value(report.by_category);
    out["by_payer"] = shares_value(report.by_payer);
    out["by_operator_payer"] = shares_value(report.by_operator_payer);
    out["by_tender"] = shares_value(report.by_tender);
    out["refunded"] = amounts_value(report.refunded);
    out["refunded"].erase("delivery_fen");
    out["refunded_by_payer"] = shares_value(report.refunded_by_payer);
    out["refunded_by_tender"] = shares_value(report.refunded_by_tender);
    out["top_ups"] = {{"sales", report.top_ups.sales}, {"amount_fen", report.top_ups.amount.in_fen()}};
    out["top_ups_by_tender"] = shares_value(report.top_ups_by_tender);
    out["findings"] = report.findings;
    out["quarantined"] = report.quarantined;
    out["forked"] = report.forked;
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string report_csv(const Report& report) {
    std::string csv = "\xEF\xBB\xBFgroup,key,sales,list,delivery,benefit,paid\r\n";
    const auto add = [&](const char* name, const std::vector<Group>& groups) {
        for (const Group& group : groups) {
            const Amounts& amounts = group.amounts;
            csv += std::string(name) + "," + csv_cell(group.key) + "," + std::to_string(amounts.sales) + "," +
                   payment::to_yuan(amounts.list) + "," + payment::to_yuan(amounts.delivery) + "," +
                   payment::to_yuan(amounts.benefit) + "," + payment::to_yuan(amounts.paid) + "\r\n";
        }
    };
    add("total", {{"", report.total}});
    add("date", report.by_day);
    add("site", report.by_site);
    add("vendor", report.by_vendor);
    add("subdistrict", report.by_subdistrict);
    add("meal", report.by_meal);
    add("service", report.by_service);
    add("category", report.by_category);
    const auto add_shares = [&](const char* name, const std::vector<Share>& shares) {
        for (const Share& share : shares) {
            csv += std::string(name) + "," + csv_cell(share.key) + "," + std::to_string(share.sales) + "," +
                   payment::to_yuan(share.amount) + ",,,\r\n";
        }
    };
    add_shares("payer", report.by_payer);
    add_shares("operator_payer", report.by_operator_payer);
    add_shares("tender", report.by_tender);
    add("refunded", {{"", report.refunded}});
    add_shares("refunded_payer", report.refunded_by_payer);
    add_shares("refunded_tender", report.refunded_by_tender);
    add_shares("top_up", report.top_ups_by_tender);
    return csv;
}

}  // namespace mulin::sync::server
