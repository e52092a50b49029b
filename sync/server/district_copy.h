#pragma once
// A district as one file, and back; and its way from SQLite to PostgreSQL. A backup of either product
// is a SQLite database with the district's key files in it: keep it as safe as the district (0600).

#include "sync/district/district.h"

namespace mulin::sync::server {

// While others go on reading and writing: everything as of one moment. conflict: the file is there.
Status back_up(District& district, const std::filesystem::path& file);

// Makes DIR from a backup, in SQLite or in the empty PostgreSQL that `database` names. The incarnation
// changes, so that tills feed what came after the backup. conflict: DIR holds a district already.
Status restore_district(const std::filesystem::path& dir, const std::filesystem::path& file, const std::string& database,
                        const payment::Clock& clock, payment::Random& random);

// From SQLite in DIR to an empty PostgreSQL. Every table, the journal's export and every month's report
// are compared before DIR names the new database; the old file stays beside it. Returns the rows moved.
Result<std::int64_t> move_to_postgres(const std::filesystem::path& dir, const std::string& database,
                                      const payment::Clock& clock, payment::Random& random);

}  // namespace mulin::sync::server
