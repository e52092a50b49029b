#include "sync/demo/demo_cards.h"

namespace mulin::sync {

Money demo_card_balance(const DinerId& diner) {
    std::int64_t number = 0;
    for (const char c : diner.text()) {
        if (c >= '0' && c <= '9') number = (number * 10 + (c - '0')) % 1'000'000;
    }
    return Money::fen(30'000 + number * 37 % 400 * 100);
}

}  // namespace mulin::sync
