#pragma once
// Months and their closing at the console: one person proposes, another confirms, each signed in by
// themselves; then the month is closed as `mulin-district close month` does (sync/books/period_close.h).
// A proposal lives in the database and may be withdrawn; it freezes nothing.

#include <string>

#include "sync/console/console_access.h"

namespace mulin::sync::server {

// {"list":[{"month","state":"open|proposed|closed",…}]}, newest first.
Result<std::string> months_view(District& district);

enum class CloseStep { propose, withdraw, confirm };

// refused: the month is not over, or who confirms proposed it. conflict: there is nothing to confirm.
// The same step again by the same person changes nothing. Answers as months_view.
Result<std::string> close_step(District& district, const Visitor& visitor, const std::string& month, CloseStep step);

}  // namespace mulin::sync::server
