#pragma once
// What the demo's cards have on them: made from the diner's number, so till and district agree.

#include "sync/model/diner.h"

namespace mulin::sync {

// 300.00 to 699.00 yuan.
Money demo_card_balance(const DinerId& diner);

// How far demo tills may go offline.
inline const Money kDemoOfflineCardDay = Money::fen(30'000);
inline const Money kDemoOfflineTillDay = Money::fen(3'000'000);

}  // namespace mulin::sync
