#include "pos/touch/glfw_keys.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace mulin::pos::touch {

std::optional<KeyboardKey> keyboard_key(int key) {
    switch (key) {
        case GLFW_KEY_ENTER:
        case GLFW_KEY_KP_ENTER: return KeyboardKey::enter;
        case GLFW_KEY_BACKSPACE: return KeyboardKey::backspace;
        case GLFW_KEY_ESCAPE: return KeyboardKey::escape;
        case GLFW_KEY_TAB: return KeyboardKey::tab;
        case GLFW_KEY_DELETE: return KeyboardKey::del;
        case GLFW_KEY_LEFT: return KeyboardKey::left;
        case GLFW_KEY_RIGHT: return KeyboardKey::right;
        case GLFW_KEY_UP: return KeyboardKey::up;
        case GLFW_KEY_DOWN: return KeyboardKey::down;
        default: break;
    }
    if (key >= GLFW_KEY_F1 && key <= GLFW_KEY_F12)
        return static_cast<KeyboardKey>(static_cast<int>(KeyboardKey::f1) + key - GLFW_KEY_F1);
    return std::nullopt;
}

}  // namespace mulin::pos::touch
