#include "pos/sync_status/sync_status.h"

#include <algorithm>
#include <utility>

namespace mulin::pos::sync_status {
namespace {

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened& intent) {
        s_.manager = intent.manager;
        s_.listing = false;
        effects_.push_back(LoadStatus{});
    }
    void operator()(const StatusArrived& intent) {
        s_.status = intent.status;
        s_.now = intent.now;
        s_.page = std::min(s_.page, pages(s_) - 1);
    }
    void operator()(const ExchangeNow&) {
        if (!can_exchange(s_)) return;
        s_.asking = true;
        effects_.push_back(StartExchange{});
    }
    void operator()(const ExchangeEnded&) { s_.asking = false; }
    void operator()(const ListVerdicts&) {
        s_.listing = s_.manager;
        s_.page = 0;
    }
    void operator()(const TurnPage& intent) {
        if (intent.forward && s_.page + 1 < pages(s_)) ++s_.page;
        if (!intent.forward && s_.page > 0) --s_.page;
    }
    void operator()(const Back&) {
        if (std::exchange(s_.listing, false)) return;
        effects_.push_back(Close{});
    }

  private:
    State& s_;
    std::vector<Effect>& effects_;
};

}  // namespace

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

bool can_exchange(const State& state) { return !state.asking && state.status.link != Link::not_enrolled; }

std::size_t pages(const State& state) {
    return std::max<std::size_t>(1, (state.status.verdicts.size() + kVerdictsPerPage - 1) / kVerdictsPerPage);
}

std::int64_t minutes_since(const State& state, sync::UtcInstant instant) {
    return std::max<std::int64_t>(0, (state.now.ms - instant.ms) / 60'000);
}

}  // namespace mulin::pos::sync_status
