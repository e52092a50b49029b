#include "sync/policy/condition.h"

#include <algorithm>

namespace mulin::sync::policy {

bool same_meaning(const Condition& a, const Condition& b) {
    if (a.kind != b.kind || a.range != b.range || a.words != b.words || a.mask != b.mask || a.level != b.level ||
        a.flag != b.flag || a.window != b.window || a.every != b.every || a.list != b.list || a.dates != b.dates || a.items != b.items)
        return false;
    return std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(), same_meaning);
}

}  // namespace mulin::sync::policy
