#pragma once
// What the console shows, as JSON text: counts, places, exceptions. Whoever is limited to some sites
// gets nothing of others. No name of a diner leaves here (console_sale.h for one sale's whole story).

#include <string>

#include "sync/console/audit_log.h"
#include "sync/console/member.h"
#include "sync/district/district.h"

namespace mulin::sync::server {

// Counts of one business date, sites, tills, sales by quarter of an hour.
Result<std::string> today_view(District& district, const console::Member& member, Date date);
// Sales that the district prices otherwise, newest first.
Result<std::string> differences_view(District& district, const console::Member& member);
// Forks (both versions), quarantine, findings, claims that await a person: newest first, with counts.
Result<std::string> exceptions_view(District& district, const console::Member& member);
// Bills of payment channels; with a date the match of that day.
Result<std::string> bills_view(District& district, std::optional<Date> day);
// Lines of the audit log before a number, newest first, and whether the whole log is unbroken.
Result<std::string> audit_view(District& district, console::AuditCheck& check, std::int64_t before);

}  // namespace mulin::sync::server
