#pragma once
// A till's payment side as a whole, for tests: runner, journal on a shelf, simulated gateway, manual
// clock, and restarts that lose everything but shelf and gateway. And the invariants that must hold
// between the journal and the gateway's ledger (invariants()).

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "payment/port/runner.h"
#include "payment/simulated/simulated_adapter.h"
#include "tests/support/pay_memory_journal.h"

namespace mulin::testing {

// Burns the fuse before and after every call to the channel.
class FusedAdapter : public payment::Adapter {
    template <class Call>
    auto fused(Call call) {
        fuse_.tick();
        auto answer = call();
        fuse_.tick();
        return answer;
    }

  public:
    FusedAdapter(payment::Adapter& inner, Fuse& fuse) : inner_(inner), fuse_(fuse) {}
    std::string name() const override { return inner_.name(); }
    payment::Capabilities capabilities() const override { return inner_.capabilities(); }
    payment::AttemptResult start(const payment::AttemptRequest& request) override {
        return fused([&] { return inner_.start(request); });
    }
    payment::AttemptResult query(const payment::Attempt& attempt) override {
        return fused([&] { return inner_.query(attempt); });
    }
    payment::ReverseResult reverse(const payment::Attempt& attempt) override {
        return fused([&] { return inner_.reverse(attempt); });
    }

  private:
    payment::Adapter& inner_;
    Fuse& fuse_;
};

inline std::string code_for(payment::Script script) {
    const int number = static_cast<int>(script);
    return "1312345678901234" + std::string(number < 10 ? "0" : "") + std::to_string(number);
}

class PayTill {
  public:
    explicit PayTill(std::uint64_t seed = 1, payment::SimulatedSettings settings = {})
        : random(seed), simulated(gateway, settings), fused(simulated, fuse), adapter(&fused) {
        restart();
    }

    // The program ends and starts again; only shelf and gateway remain.
    void restart() {
        runner.reset();
        journal.reset();
        journal =
            make_journal ? make_journal(shelf, fuse) : std::make_unique<MemoryAttemptJournal>(shelf, &fuse);
        payment::RunnerSettings settings;
        settings.code_key = "key of this till";
        settings.observe = [this](const payment::Attempt& attempt) { seen(attempt); };
        runner = std::make_unique<payment::Runner>(*journal, clock, ids,
                                                   std::vector<payment::Adapter*>{adapter}, settings);
    }

    payment::Charge charge(const std::string& order, payment::Script script, std::int64_t fen = 1200) {
        return {order,       payment::Money::fen(fen), "qr",
                "simulated", payment::Money::fen(fen), code_for(script)};
    }

    // Lets time pass until nothing is due any more; false when that never happens.
    bool run_until_quiet(int rounds = 2000) {
        for (int i = 0; i < rounds; ++i) {
            const auto next = runner->next_due();
            if (!next) return true;
            if (*next > clock.monotonic()) clock.advance_ms(next->ms - clock.monotonic().ms);
            for (const auto& id : runner->due()) (void)runner->step(id);
        }
        return false;
    }

    // Lets time pass until the attempt is settled, as a counter would.
    payment::Attempt run_until_settled(const payment::AttemptId& id) {
        for (int i = 0; i < 2000 && !payment::is_settled(shelf.at(id).state); ++i) {
            const auto next = runner->next_due();
            if (!next) break;
            if (*next > clock.monotonic()) clock.advance_ms(next->ms - clock.monotonic().ms);
            for (const auto& due : runner->due()) (void)runner->step(due);
        }
        return shelf.at(id);
    }

    bool paid(const std::string& order) const {
        for (const auto& [id, attempt] : shelf) {
            if (attempt.order_ref == order && attempt.state == payment::AttemptState::approved) return true;
        }
        return false;
    }

    // Broken invariants, in words; empty when all hold. `quiet`: nothing is on its way any more.
    std::vector<std::string> invariants(bool quiet) const {
        std::vector<std::string> broken = observed_;
        check_gateway(quiet, broken);
        check_orders(quiet, broken);
        return broken;
    }

    Fuse fuse;
    AttemptShelf shelf;
    payment::ManualClock clock{payment::UtcInstant{1'773'114'300'000}};  // 2026-03-10, 11:45 in China
    payment::SeededRandom random;
    payment::IdSource ids{clock, random};
    payment::SimulatedGateway gateway;
    payment::SimulatedAdapter simulated;
    FusedAdapter fused;
    payment::Adapter* adapter;  // may be replaced by a broken one before restart()
    std::function<std::unique_ptr<payment::AttemptJournal>(AttemptShelf&, Fuse&)> make_journal;
    std::unique_ptr<payment::AttemptJournal> journal;
    std::unique_ptr<payment::Runner> runner;
    std::vector<payment::Attempt> history;  // every state shown, in order

  private:
    static std::int64_t net(const payment::GatewayPayment& payment) {
        return payment.charges - payment.returns;
    }

    // The till never shows "paid" unless the channel has the money of this very amount.
    void seen(const payment::Attempt& attempt) {
        history.push_back(attempt);
        if (attempt.state != payment::AttemptState::approved) return;
        const auto payment = gateway.find(attempt.id.text());
        if (!payment || net(*payment) != 1 || payment->amount != attempt.amount) {
            observed_.push_back("I2: shown as paid without the channel having the money: " +
                                attempt.id.text());
        }
    }

    void check_gateway(bool quiet, std::vector<std::string>& broken) const {
        using S = payment::AttemptState;
        for (const auto& payment : gateway.payments()) {
            if (payment.starts > 1) broken.push_back("I4: sent twice: " + payment.payment_id);
            if (payment.charges > 1) broken.push_back("I1: charged twice: " + payment.payment_id);
            const auto at = shelf.find(payment::AttemptId(payment.payment_id));
            if (at == shelf.end()) {
                broken.push_back("I3: the channel knows a payment that the till does not: " +
                                 payment.payment_id);
                continue;
            }
            const S state = at->second.state;
            const bool accounted =
                state == S::approved || state == S::manual_review || state == S::late_success;
            if (quiet && net(payment) == 1 && !accounted) {
                broken.push_back("I3: the channel has money that the till believes it has not: " +
                                 std::string(payment::attempt_state_name(state)));
            }
        }
    }

    void check_orders(bool quiet, std::vector<std::string>& broken) const {
        using S = payment::AttemptState;
        std::map<std::string, int> unsettled;
        std::map<std::string, int> holding;  // attempts whose money the channel has, not under review
        for (const auto& [id, attempt] : shelf) {
            if (!payment::is_settled(attempt.state)) ++unsettled[attempt.order_ref];
            const auto payment = gateway.find(id.text());
            const bool has_money = payment && net(*payment) == 1;
            const bool flagged = attempt.state == S::manual_review || attempt.state == S::late_success;
            if (has_money && !flagged) ++holding[attempt.order_ref];
            if (quiet && attempt.state == S::approved && !has_money) {
                broken.push_back("I2: approved, but the channel has no money: " + id.text());
            }
        }
        for (const auto& [order, count] : unsettled) {
            if (count > 1) broken.push_back("two unsettled attempts for one order: " + order);
            if (quiet) broken.push_back("never settled: " + order);
        }
        for (const auto& [order, count] : holding) {
            if (quiet && count > 1) broken.push_back("I1: the diner paid twice: " + order);
        }
    }

    std::vector<std::string> observed_;
};

}  // namespace mulin::testing
