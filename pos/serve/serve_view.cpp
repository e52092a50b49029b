#include "pos/serve/serve_view.h"

#include "pos/serve/parts_view.h"

namespace mulin::pos::serve {

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    const Scene scene{ui, words, state, out};
    touch::Rect body = ui.body();
    const touch::Rect left = body.cut_left(ui.em(14.4F));
    const touch::Rect right = body.cut_right(ui.em(19.5F));
    ui.fill(right, touch::theme::card);
    ui.line_v(left.right() - ui.em(0.1F), left.y, left.h);
    ui.line_v(right.x, right.y, right.h);
    draw_who(scene, left.inset(ui.em(0.8F)));
    draw_menu(scene, body.inset(ui.em(0.8F)));
    draw_slip(scene, right.inset(ui.em(0.9F), ui.em(0.7F)));
    if (state.weighing)
        draw_weight_sheet(scene);
    else if (state.why_open)
        draw_why_sheet(scene);
    else if (state.more_open)
        draw_more_sheet(scene);
}

text::Msg tender_name(const std::string& tender) {
    if (tender == "senior_card") return text::Msg::shell_senior_card;
    if (tender == "qr") return text::Msg::shell_qr;
    if (tender == "bank_card") return text::Msg::shell_bank_card;
    return text::Msg::shell_cash;
}

}  // namespace mulin::pos::serve
