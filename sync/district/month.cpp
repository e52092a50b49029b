#include "sync/district/month.h"

namespace mulin::sync::server {

Result<std::pair<Date, Date>> days_of_month(const std::string& month) {
    const auto first = Date::parse(month + "-01");
    if (!first || month.size() != 7) {
        return payment::fail(payment::ErrorCode::invalid_input, "\"" + month + "\" is not a month; write it like 2026-03.");
    }
    Date last = *first;
    while (last.plus_days(1).month() == first->month()) last = last.plus_days(1);
    return std::pair(*first, last);
}

}  // namespace mulin::sync::server
