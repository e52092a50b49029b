#pragma once
// Draws the serve screen: who on the left, today's tiles in the middle, slip and pay keys on the
// right; sheets for weight, reasons and rarer actions.
// Widget ids:
//   left   serve.name (label)  serve.find  serve.change_diner  serve.guest  serve.register
//          serve.notice.<kind>  serve.standing.<kind>
//   middle serve.usual  serve.item.<item id>  serve.tab.<all|set|meat|vegetable|soup_staple>
//          serve.marking_done
//   right  serve.service.<dine_in|take_away|delivery>  serve.line.<item id>  serve.why
//          serve.list, serve.benefit.<n>, serve.due (labels)  serve.pay.<tender>  serve.full_price
//          serve.retry_quote  serve.undo  serve.clear  serve.more
//   sheets serve.weight.<digit|clear|erase>  serve.weight_done  serve.weight_cancel
//          serve.why_close  serve.more.<staff|marking|reprint|today|status|settings|sign_out|close>

#include <vector>

#include "pos/serve/serve.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::serve {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::serve
