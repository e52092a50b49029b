// What every notice says. Each names what is true and what happens next.
#include "pos/serve/parts_view.h"

namespace mulin::pos::serve {

namespace {

using text::Msg;
using touch::Tone;

struct Entry {
    const char* id;
    Msg title;
    Msg detail;  // may hold {0}, the notice's own detail
    Tone tone;
};

Entry entry(NoticeKind kind) {
    switch (kind) {
        case NoticeKind::second_meal:
            return {"second_meal", Msg::serve_second_meal, Msg::serve_second_meal_what, Tone::attention};
        case NoticeKind::not_eligible:
            return {"not_eligible", Msg::serve_not_eligible, Msg::serve_not_eligible_what, Tone::neutral};
        case NoticeKind::usual_unavailable:
            return {"usual_unavailable", Msg::serve_usual_gone, Msg::serve_usual_gone_what, Tone::attention};
        case NoticeKind::price_changed:
            return {"price_changed", Msg::serve_price_changed, Msg::serve_price_changed_what, Tone::attention};
        case NoticeKind::sold_out:
            return {"sold_out", Msg::serve_now_sold_out, Msg::serve_now_sold_out_what, Tone::attention};
        case NoticeKind::unknown_card:
            return {"unknown_card", Msg::serve_unknown_card, Msg::serve_unknown_card_what, Tone::attention};
        case NoticeKind::blocked_card:
            return {"blocked_card", Msg::serve_blocked_card, Msg::serve_blocked_card_what, Tone::stop};
        case NoticeKind::payment_code_early:
            return {"payment_code_early", Msg::serve_code_early, Msg::serve_code_early_what, Tone::attention};
        case NoticeKind::refused: return {"refused", Msg::serve_refused, Msg::serve_detail_only, Tone::stop};
        case NoticeKind::quote_failed:
            return {"quote_failed", Msg::serve_quote_failed, Msg::serve_detail_only, Tone::stop};
        case NoticeKind::commit_failed:
            return {"commit_failed", Msg::serve_commit_failed, Msg::serve_detail_only, Tone::stop};
        case NoticeKind::not_identified:
            return {"not_identified", Msg::serve_not_identified, Msg::serve_not_identified_what, Tone::attention};
        case NoticeKind::payment_set_aside:
            return {"payment_set_aside", Msg::serve_set_aside, Msg::serve_set_aside_what, Tone::attention};
        case NoticeKind::payment_found:
            return {"payment_found", Msg::serve_found, Msg::serve_found_what, Tone::good};
        case NoticeKind::offline_long:
            return {"offline_long", Msg::serve_offline_long, Msg::serve_offline_long_what, Tone::attention};
        case NoticeKind::clock_suspect:
            return {"clock_suspect", Msg::serve_clock, Msg::serve_clock_what, Tone::stop};
        case NoticeKind::training:
            return {"training", Msg::serve_training, Msg::serve_training_what, Tone::attention};
        case NoticeKind::printer_trouble:
            return {"printer_trouble", Msg::serve_printer, Msg::serve_detail_only, Tone::attention};
        case NoticeKind::other_shift:
            return {"other_shift", Msg::serve_other_shift, Msg::serve_other_shift_what, Tone::attention};
    }
    return {"other", Msg::serve_refused, Msg::serve_detail_only, Tone::attention};
}

}  // namespace

const char* notice_id(NoticeKind kind) { return entry(kind).id; }

NoticeWords notice_words(const Scene& scene, const Notice& notice) {
    const Entry found = entry(notice.kind);
    const std::string& detail = scene.pick(notice.detail, notice.detail_en);
    return {scene.words.format(found.title, detail), scene.words.format(found.detail, detail), found.tone};
}

}  // namespace mulin::pos::serve
