#pragma once
// Staff at the till: who may sign in, and checking a PIN. The try is counted on disk before the PIN is
// looked at, and every wrong one makes the next wait longer.

#include "pos/app/inbox.h"
#include "pos/app/phrases.h"
#include "pos/app/router.h"
#include "pos/app/till.h"

namespace mulin::pos {

sign_in::StaffArrived staff_tiles(Till& till);
correct::Opened correct_opened(Till& till, const LoadCorrect& asked);
// Posts PinAccepted, PinRefused or CheckFailed to the screen that asked. Slow on purpose (scrypt).
void check_staff_pin(Till& till, const CheckStaffPin& asked, const Phrases& phrases, Inbox& inbox);

}  // namespace mulin::pos
