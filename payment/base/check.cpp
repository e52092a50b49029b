#include "payment/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace mulin::payment {

void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "mulin: internal check failed: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace mulin::payment
