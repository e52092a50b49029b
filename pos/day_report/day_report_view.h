#pragma once
// Draws the manager's day: figures, the table by meal, the quarter hours, the list of sales.
// Widget ids:
//   today.total, today.meal, today.delivery, today.paid (labels)
//   today.row.breakfast, today.row.lunch, today.row.dinner, today.row.total (labels)
//   today.chart (label)   today.tender.<tender> (labels)   today.note
//   today.sale.0 .. today.sale.5 (of the page shown)   today.newer   today.older
//   today.correct   today.back

#include <vector>

#include "pos/day_report/day_report.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::day_report {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::day_report
