#pragma once
// What the shift screen asks for: who has the drawer, what it should hold, and the close with the count.
// Runs on the desk's worker.

#include "pos/app/app_state.h"
#include "pos/app/phrases.h"
#include "pos/app/till.h"
#include "pos/device/receipt.h"

namespace mulin::pos {

// ShiftArrived or Failed.
AppIntent shift_now(Till& till, std::int64_t serial, const Phrases& phrases);
// Compared or Failed. Only ever asked for once a count is finished.
AppIntent compare_count(Till& till, const shift::Compare& asked, const Phrases& phrases);

// Durable when it answers: the count by note and coin (note "cash_count", sync/journal/FORMAT.md) and the
// close, in one transaction.
Answer<shift::ClosedShift> close_counted(Till& till, const shift::CloseShift& asked, const sync::StaffId& cashier);

// The pieces and the reason out of such a note. False: it is none.
bool read_count(const std::string& note, ShiftSlip& slip);

// The slip of a shift that was closed, from the journal alone: today's and one of last week's are the same.
// Nothing when the entry is no close of this till.
std::optional<ShiftSlip> shift_slip(Till& till, const sync::EntryKey& close);

}  // namespace mulin::pos
