#pragma once
// Which of GLFW's keys the till listens to.

#include <optional>

#include "pos/touch/input.h"

namespace mulin::pos::touch {

std::optional<KeyboardKey> keyboard_key(int glfw_key);

}  // namespace mulin::pos::touch
