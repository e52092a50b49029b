#include "pos/device/customer_display.h"

namespace mulin::pos {

void RememberingDisplay::show(const DisplayState& state) {
    const std::lock_guard lock(mutex_);
    state_ = state;
}

DisplayState RememberingDisplay::now() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

DisplayState display_of(const sync::Sale& sale, DisplayState::Phase phase, bool english) {
    DisplayState state;
    state.phase = phase;
    for (const auto& line : sale.lines)
        state.lines.push_back({english ? line.name_en : line.name_zh, line.quantity, line.amount});
    for (const auto& benefit : sale.benefits) {
        if (!benefit.amount.is_zero())
            state.deductions.push_back({english ? benefit.name_en : benefit.name_zh, benefit.amount});
    }
    state.list = sale.list + sale.delivery;
    state.due = sale.paid + sale.cash_rounding;
    for (const auto& part : sale.payments) state.change += part.change;
    return state;
}

}  // namespace mulin::pos
