#include "pos/touch/key_paint.h"

namespace mulin::pos::touch {

KeyPaint key_paint(KeyStyle style, bool enabled) {
    using namespace theme;
    if (!enabled) return {sold_out, line, sold_out_ink, sold_out};
    switch (style) {
        case KeyStyle::primary: return {action, action, card, action_pressed};
        case KeyStyle::outline: return {card, action, action, action_soft};
        case KeyStyle::soft: return {action_soft, action, action, card};
        case KeyStyle::plain: return {card, line, ink, line};
        case KeyStyle::selected: return {ink, ink, card, ink_secondary};
        case KeyStyle::attention: return {attention_soft, attention_line, attention, card};
        case KeyStyle::stop: return {card, stop, stop, stop_soft};
        case KeyStyle::quiet: return {paper, paper, ink, line};
        case KeyStyle::letter: return {paper, line, ink, line};
    }
    return {card, line, ink, line};
}

TonePaint tone_paint(Tone tone) {
    using namespace theme;
    switch (tone) {
        case Tone::neutral: return {tile_staple, ink};
        case Tone::good: return {action_soft, action};
        case Tone::attention: return {attention_soft, attention};
        case Tone::stop: return {stop_soft, stop};
        case Tone::person: return {person_soft, person};
    }
    return {card, ink};
}

}  // namespace mulin::pos::touch
