#pragma once
// A back-test's result as one JSON document and as CSV for a spreadsheet. Equal results give equal
// bytes.

#include <map>
#include <string>
#include <vector>

#include "sync/backtest/backtest.h"

namespace mulin::sync::server {

struct BacktestHead {
    std::string month;  // "2026-03"
    std::string draft_version;
    std::vector<std::string> moved;  // policies whose first version begins later: taken as in force
    std::vector<LimitFacts> limits;  // of the draft
    std::map<std::string, std::vector<std::string>> unpriced_sales;  // by reason: "T001/01J…/12"
};

std::string backtest_json(const BacktestHead& head, const BacktestResult& result);
std::string backtest_csv(const BacktestHead& head, const BacktestResult& result);

// A cell of a CSV file: quoted where needed, and never taken for a formula by a spreadsheet.
std::string csv_cell(const std::string& text);

}  // namespace mulin::sync::server
