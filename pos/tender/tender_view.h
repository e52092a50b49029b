#pragma once
// Draws the tender screen: what is to be paid on the left, how it is being paid on the right.
// Every phase says what is true and what happens next.
// Widget ids:
//   labels  tender.phase  tender.due  tender.given  tender.change  tender.message  tender.left_s
//   cash    tender.exact  tender.note.<fen>  tender.other  tender.keypad.<digit|clear|erase>
//           tender.confirm
//           tender.take_part (less than is due was given)
//   channel tender.query  tender.set_aside  tender.choose.<tender>  tender.show_code  tender.qr (label)
//           tender.do_now (label: what the diner does)  tender.scan_ignored (label)
//   parts   tender.part  tender.part_amount (label)  tender.part_key.<digit|clear|erase>
//           tender.taken.<number> (label)  tender.give_back.<number>  tender.give_back_all
//   meanwhile tender.collect_anyway  tender.collect_cancel  tender.second.<...> (pos/approve)
//   always  tender.change_tender  tender.back  (when they make sense)
//   done    tender.next  tender.lookup

#include <vector>

#include "pos/tender/tender.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::tender {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::tender
