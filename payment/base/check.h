#pragma once
// MULIN_CHECK ends the program when a programmer's assumption is false. It is always on, also in
// release: the program restarts and recovers from its journal, which is safer than going on.
// Not for bad input, full disks or absent peers: those are Result (result.h).

namespace mulin::payment {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace mulin::payment

#define MULIN_CHECK(condition)                                                     \
    do {                                                                           \
        if (!(condition)) [[unlikely]]                                             \
            ::mulin::payment::check_failed(#condition, __FILE__, __LINE__);        \
    } while (false)
