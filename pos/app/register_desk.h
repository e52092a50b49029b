#pragma once
// Registering a diner at the counter: duplicates refused by the keyed hash of the identity number, the
// record made and stored, and queued for the district. The whole number is never written down.

#include "pos/app/inbox.h"
#include "pos/app/phrases.h"
#include "pos/app/till.h"

namespace mulin::pos {

AppIntent check_number(Till& till, const register_diner::CheckNumber& asked);
AppIntent check_card(Till& till, const register_diner::CheckCard& asked);
AppIntent save_diner(Till& till, const register_diner::SaveDiner& asked, const Phrases& phrases);
// Roads of this site's subdistrict that diners live on, for one tap instead of typing.
std::vector<std::string> known_roads(Till& till);

}  // namespace mulin::pos
