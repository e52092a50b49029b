#pragma once
// The served meals of a month as the back-test wants them, read from the district in slices, so that
// tills can upload meanwhile. Meals that are voided, given back whole or training are left out; those that nobody can
// price are counted by reason.

#include "sync/backtest/backtest.h"
#include "sync/district/district.h"

namespace mulin::sync::server {

// Days from the Monday before `first` are read too, as the run-in. Everything has been priced again
// already (reprice_all).
Result<BacktestInput> read_month(District& district, Date first, Date last);

// "T001/01J.../12" for every entry, in the order given.
Result<std::vector<std::string>> entry_names(District& district, const std::vector<std::int64_t>& entries);

}  // namespace mulin::sync::server
