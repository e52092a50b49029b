#pragma once
// What the styles of keys and the tones of notes look like, as colours.

#include "pos/touch/style.h"

namespace mulin::pos::touch {

struct KeyPaint {
    Colour fill;
    Colour line;
    Colour words;
    Colour fill_down;  // while a finger is on it
};

KeyPaint key_paint(KeyStyle style, bool enabled);

struct TonePaint {
    Colour fill;
    Colour words;
};
TonePaint tone_paint(Tone tone);

}  // namespace mulin::pos::touch
