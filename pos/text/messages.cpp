#include "pos/text/messages.h"

#include <array>

namespace mulin::pos::text {

namespace {

constexpr std::array<MessageKey, kMessageCount> kKeys{{
#define MULIN_MSG(screen, name) {#screen, #name},
#include "pos/text/messages.def"
#undef MULIN_MSG
}};

}  // namespace

MessageKey message_key(Msg message) { return kKeys[static_cast<std::size_t>(message)]; }

}  // namespace mulin::pos::text
