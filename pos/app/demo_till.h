#pragma once
// A self-contained demo till: site, menus, rules, diners and cards of the demo district, a name, and an
// open shift, so that it can sell at once. Not for a real site: keys and PINs are published.

#include <filesystem>

#include "payment/base/clock.h"
#include "payment/base/id.h"
#include "payment/base/result.h"
#include "sync/store/terminal_store.h"

namespace mulin::pos {

// Makes DIR (0700) and fills it. conflict when there is a till already; DIR is then left as it was.
payment::Status make_demo_till(const std::filesystem::path& dir, const payment::Clock& clock, payment::Random& random);

// The rules that the demo district publishes.
payment::Result<std::vector<sync::PolicyText>> demo_policies();

}  // namespace mulin::pos
