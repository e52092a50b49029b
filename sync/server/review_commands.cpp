#include "sync/server/review_commands.h"

#include <algorithm>
#include <thread>

#include "sync/backtest/backtest_report.h"
#include "sync/district/month.h"
#include "sync/judging/backtest_input.h"
#include "sync/judging/difference.h"
#include "sync/judging/reprice.h"
#include "sync/wire/limits.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr int kThreads = 2;
constexpr std::size_t kNamedSales = 1'000;  // of each reason

Result<PolicySet> draft_of(const Command& command) {
    std::vector<PolicyFile> files;
    for (const PolicyDocument& file : command.files) {
        if (file.text.size() > kMaxPolicyBytes) return fail(ErrorCode::invalid_input, file.name + " is too large.");
        files.push_back({file.name, file.text});
    }
    if (files.empty()) return fail(ErrorCode::invalid_input, "No policy files were found; name the draft with --policies.");
    auto loaded = PolicySet::load(files);
    if (!loaded) return fail(ErrorCode::invalid_input, loaded.error().message);
    return std::move(*loaded);
}

}  // namespace

Result<std::string> backtest_command(District& district, const Command& command) {
    MULIN_TRY(const auto days, days_of_month(command.word("month")));
    MULIN_TRY(const auto draft, draft_of(command));
    BacktestHead head;
    head.month = command.word("month");
    head.draft_version = draft.version();
    // The run-in is priced too, so the draft has to be there from its Monday on.
    (void)draft.begun_by(days.first, &head.moved);
    const PolicySet in_force = draft.begun_by(days.first.plus_days(1 - days.first.weekday()));
    head.limits = in_force.limits();
    MULIN_TRY_STATUS(reprice_all(district));
    MULIN_TRY(const auto input, read_month(district, days.first, days.second));
    const BacktestResult result = backtest(input, in_force, kThreads);
    for (const auto& [reason, row] : result.unpriced) {
        auto entries = row.entries;
        entries.resize(std::min(entries.size(), kNamedSales));
        MULIN_TRY(auto names, entry_names(district, entries));
        std::sort(names.begin(), names.end());
        head.unpriced_sales[reason] = std::move(names);
    }
    return command.word("csv").empty() ? backtest_json(head, result) : backtest_csv(head, result);
}

Result<std::string> differences_command(District& district, const Command& command) {
    DifferenceFilter filter;
    if (!command.word("date").empty()) {
        filter.from = filter.until = Date::parse(command.word("date"));
        if (!filter.from) {
            return fail(ErrorCode::invalid_input, "\"" + command.word("date") + "\" is not a date; write it like 2026-03-10.");
        }
    } else if (!command.word("month").empty()) {
        MULIN_TRY(const auto days, days_of_month(command.word("month")));
        filter.from = days.first;
        filter.until = days.second;
    }
    filter.expected_too = command.word("unexpected").empty();
    MULIN_TRY_STATUS(reprice_all(district));
    return differences_jsonl(district, filter);
}

}  // namespace mulin::sync::server
