#pragma once
// Book: all policies of a PolicySet, every version, in the order in which they act.

#include <memory>
#include <string>
#include <vector>

#include "sync/policy/document.h"

namespace mulin::sync::policy {

struct Book {
    std::string version;
    // By (order, id, from): versions of one policy stand together unless their order differs.
    std::vector<std::shared_ptr<const Policy>> policies;
};

// The policies in force on `date`, in order. Of several versions of one policy in force, the one that
// began last counts, and of those that began together the one with the greater version text.
std::vector<const Policy*> in_force(const Book& book, Date date);

}  // namespace mulin::sync::policy
