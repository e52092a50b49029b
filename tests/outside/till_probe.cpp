// A till without a counter, for tests from outside: the real store and the real exchange.
//   till_probe sell DIR N SITE [D]  writes N sales, to the demo's diners from number D on or all to one
//   till_probe enroll DIR URL CODE
//   till_probe sync DIR             one exchange, as JSON   till_probe status DIR

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "sync/client/exchange.h"
#include "tests/support/sync_chain.h"

namespace {

using namespace mulin;
using namespace mulin::sync;

int fail_with(const payment::Error& error) {
    std::fprintf(stderr, "%s: %s\n", payment::error_code_name(error.code), error.message.c_str());
    return error.code == payment::ErrorCode::refused ? 1 : 3;
}

DinerId diner_numbered(int number) {
    std::string digits = std::to_string(number);
    return DinerId("D" + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits);
}

int sell(TerminalStore& store, int count, const std::string& site, int first_diner, const payment::Clock& clock, payment::Random& random) {
    payment::IdSource ids(clock, random);
    for (int i = 0; i < count; ++i) {
        Sale sale = test::plain_sale(1, site);
        sale.ref = ids.next_text();
        sale.at = clock.utc();
        sale.business_date = payment::china_date(sale.at);
        if (first_diner > 0) sale.diner = diner_numbered(first_diner + i);
        sale.payments[0].attempt = payment::AttemptId(ids.next_text());
        const auto sold = store.commit_sale(sale);
        if (!sold) return fail_with(sold.error());
        std::printf("%s %lld\n", sold->key.epoch.text().c_str(), static_cast<long long>(sold->key.seq));
        std::fflush(stdout);  // confirmed, whatever happens next
    }
    return 0;
}

int exchange(TerminalStore& store, const std::string& dir, const payment::Clock& clock) {
    const auto enrolment = load_enrolment(dir);
    if (!enrolment) return fail_with(enrolment.error());
    if (!*enrolment) return fail_with({payment::ErrorCode::not_found, "not enrolled"});
    const auto transport = transport_of(**enrolment, dir, true);
    if (!transport) return fail_with(transport.error());
    const auto summary = exchange_once(store, **enrolment, **transport, clock);
    if (!summary) return fail_with(summary.error());
    std::printf("%s\n", summary_json(*summary).c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const std::string what = argv[1];
    const std::string dir = argv[2];
    payment::SystemClock clock;
    payment::SystemRandom random;
    const auto store = TerminalStore::open(dir, clock, random);
    if (!store) return fail_with(store.error());
    if (what == "sell" && (argc == 5 || argc == 6)) {
        if (!(*store)->till()) {
            if (const auto named = (*store)->set_till(TillId("P" + payment::IdSource(clock, random).next_text().substr(16))); !named) {
                return fail_with(named.error());
            }
        }
        return sell(**store, std::atoi(argv[3]), argv[4], argc == 6 ? std::atoi(argv[5]) : 0, clock, random);
    }
    if (what == "enroll" && argc == 5) {
        const auto joined = enroll(**store, dir, argv[3], argv[4]);
        if (!joined) return fail_with(joined.error());
        std::printf("%s\n", joined->till.text().c_str());
        return 0;
    }
    if (what == "sync") return exchange(**store, dir, clock);
    if (what == "status") {
        const auto state = (*store)->sync_state();
        if (!state) return fail_with(state.error());
        std::printf("%lld\n", static_cast<long long>(state->waiting));
        return 0;
    }
    return 2;
}
