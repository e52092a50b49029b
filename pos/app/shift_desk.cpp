#include "pos/app/shift_desk.h"

#include <algorithm>

#include "pos/app/shift.h"

namespace mulin::pos {
namespace {

std::string cashier_name(Till& till, const sync::StaffId& id) {
    const auto staff = till.store().staff();
    if (!staff) return id.text();
    const auto person = std::ranges::find(*staff, id, &sync::Staff::id);
    return person == staff->end() ? id.text() : person->name;
}

// The order of the keys and the spelling are the format's.
sync::Note note_of_count(const shift::CloseShift& asked) {
    std::string pieces;
    for (std::size_t i = 0; i < shift::kPieces.size(); ++i) {
        if (!pieces.empty()) pieces += ',';
        pieces += "{\"pieces\":" + std::to_string(asked.counted[i]) + ",\"value_fen\":" + std::to_string(shift::kPieces[i]) + "}";
    }
    return {"cash_count", "{\"counted\":[" + pieces + "],\"counts\":" + std::to_string(asked.counts) + ",\"reason\":\"" +
                              asked.reason + "\",\"shift\":\"" + asked.shift.text() + "\"}"};
}

}  // namespace

AppIntent shift_now(Till& till, std::int64_t serial, const Phrases& phrases) {
    const auto open = till.store().current_shift();
    if (!open) return shift::Intent(shift::Failed{serial, phrases.sentence(open.error())});
    shift::ShiftArrived arrived{serial, std::nullopt};
    if (*open) arrived.open = shift::OpenNow{(*open)->shift, cashier_name(till, (*open)->cashier), (*open)->at, (*open)->drawer_float};
    return shift::Intent(arrived);
}

AppIntent compare_count(Till& till, const shift::Compare& asked, const Phrases& phrases) {
    const auto totals = till.store().shift_totals(asked.shift);
    if (!totals) return shift::Intent(shift::Failed{asked.serial, phrases.sentence(totals.error())});
    return shift::Intent(shift::Compared{asked.serial, totals->cash_due});
}

Answer<CountedClose> close_counted(Till& till, const shift::CloseShift& asked, const sync::StaffId& cashier) {
    MULIN_ASK(const auto open, till.store().current_shift());
    if (!open || open->shift != asked.shift) return refuse("no_shift", "This shift is closed already.");
    const auto how = note_of_count(asked);
    MULIN_ASK(const auto closed, till.store().close_shift(asked.shift, cashier, shift::sum_of(asked.counted), &how));
    CountedClose result;
    result.shift = closed.shift;
    result.shown = {cashier_name(till, open->cashier), open->at, closed.at, closed.totals.cash_due, *closed.cash_counted, closed.totals.sales};
    ShiftSlip& slip = result.slip;
    slip.site_name = till.site().name_zh;
    slip.cashier_name = result.shown.cashier;
    slip.since = open->at;
    slip.until = closed.at;
    slip.drawer_float = open->drawer_float;
    slip.due = closed.totals.cash_due;
    slip.counted = *closed.cash_counted;
    for (std::size_t i = 0; i < shift::kPieces.size(); ++i) slip.pieces.emplace_back(sync::Money::fen(shift::kPieces[i]), asked.counted[i]);
    slip.reason = asked.reason;
    slip.sales = closed.totals.sales;
    slip.voids = closed.totals.voids;
    slip.paid = closed.totals.paid;
    return result;
}

}  // namespace mulin::pos
