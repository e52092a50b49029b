#pragma once
// `"do":"top_up"` of `play`: cash put on a senior card, as at the counter. One call asks the district once;
// what it does not answer is told again with the next exchange.

#include <string>

#include "pos/app/card_desk.h"
#include "pos/app/play_actions.h"
#include "pos/app/till.h"

namespace mulin::pos {

Answer<std::string> play_top_up(Till& till, const std::string& ref, const TopUpAction& action, CardDesk::OpenLine line);
// Over the line of the district that the till is enrolled in.
Answer<std::string> play_top_up(Till& till, const std::string& ref, const TopUpAction& action);

}  // namespace mulin::pos
