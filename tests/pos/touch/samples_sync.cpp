// The connection with the district, its word that has run out, and its verdicts.
#include "pos/sync_status/sync_status_view.h"
#include "pos/touch/top_bar.h"
#include "tests/pos/touch/samples.h"

namespace mulin::tests {
namespace {

using namespace mulin::pos;
using payment::Money;

Sample sync_sample(std::string name, sync_status::State state) {
    return {std::move(name), [state = std::move(state)](touch::Ui& ui, const text::Catalogue& words) {
                ui.set_screen("sync_status");
                auto bar = sample_bar(words, true);
                if (state.status.rules_out_of_date) bar.sync = words.format(text::Msg::shell_rules_old, "1,214");
                touch::draw_top_bar(ui, bar);
                std::vector<sync_status::Intent> out;
                sync_status::draw(ui, words, state, out);
            }};
}

sync_status::Verdict sample_verdict(const char* name, const char* reason, std::int64_t fen) {
    sync_status::Verdict verdict;
    verdict.date = *payment::Date::from_ymd(2026, 3, 9);
    verdict.name = name;
    verdict.sale = "T0002 #1284";
    verdict.reason = reason;
    verdict.claimed = Money::fen(fen);
    verdict.vendor = Money::fen(fen);
    return verdict;
}

sync_status::State of_a_manager() {
    sync_status::State state;
    state.manager = true;
    state.now = *payment::parse_rfc3339("2026-03-10T11:45:00+08:00");
    state.status.server = "https://district.example:8443";
    state.status.till = "T0002";
    state.status.waiting = 1214;
    state.status.last_exchange = sync::UtcInstant{state.now.ms - 4LL * 24 * 3'600'000};
    state.status.diners = 10'240;
    state.status.rules_out_of_date = true;
    auto& all = state.status.verdicts;
    all.push_back(sample_verdict("王秀英", "double_elsewhere", 700));
    all.back().vendor = Money();
    all.back().tolerance = Money::fen(560);
    all.back().diner = Money::fen(140);
    all.push_back(sample_verdict("买买提·阿卜杜拉·努尔穆罕默德·伊布拉音", "not_up_to_date", 90'000));
    all.back().posted = Money::fen(30'000);
    all.back().vendor = Money();
    all.back().tolerance = Money::fen(60'000);
    all.back().period = "2026-04";
    all.push_back(sample_verdict("", "denied_card", 300));
    all.push_back(sample_verdict("单𠅤英", "forked", 300));
    all.back().vendor = Money();
    all.back().suspense = Money::fen(300);
    all.push_back(sample_verdict("李国华", "lease_exceeded", 500));
    all.push_back(sample_verdict("陈桂芳", "unjudged", 500));
    all.back().vendor = Money();
    all.back().suspense = Money::fen(500);
    all.push_back(sample_verdict("赵兰", "granted", 500));
    return state;
}

}  // namespace

std::vector<Sample> sync_samples() {
    auto listing = of_a_manager();
    sync_status::update(listing, sync_status::ListVerdicts{});
    auto last = listing;
    sync_status::update(last, sync_status::TurnPage{true});
    auto provisional = of_a_manager();
    provisional.status.rules_out_of_date = false;
    provisional.status.provisional = true;
    return {sync_sample("sync-rules-old", of_a_manager()), sync_sample("sync-provisional", provisional),
            sync_sample("sync-verdicts", listing), sync_sample("sync-verdicts-last", last)};
}

}  // namespace mulin::tests
