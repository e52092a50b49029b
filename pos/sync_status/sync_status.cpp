#include "pos/sync_status/sync_status.h"

#include <algorithm>

namespace mulin::pos::sync_status {
namespace {

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened&) { effects_.push_back(LoadStatus{}); }
    void operator()(const StatusArrived& intent) {
        s_.status = intent.status;
        s_.now = intent.now;
    }
    void operator()(const ExchangeNow&) {
        if (!can_exchange(s_)) return;
        s_.asking = true;
        effects_.push_back(StartExchange{});
    }
    void operator()(const ExchangeEnded&) { s_.asking = false; }
    void operator()(const Back&) { effects_.push_back(Close{}); }

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

std::int64_t minutes_since(const State& state, sync::UtcInstant instant) {
    return std::max<std::int64_t>(0, (state.now.ms - instant.ms) / 60'000);
}

}  // namespace mulin::pos::sync_status
