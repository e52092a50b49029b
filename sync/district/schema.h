#pragma once
// The district database's schema, carried inside the program: numbered steps that bring an older
// file up to date, and schema.sql, which describes the result. Made from schema/*.sql at build time.

#include <string_view>
#include <vector>

#include "sync/database/database.h"

namespace mulin::sync::server {

extern const std::vector<std::string_view> kSchemaSteps;  // step i makes user_version i + 1
extern const std::string_view kSchema;

// Runs the steps that the file lacks, each in its own transaction. refused when the file was made by
// a newer program.
payment::Status migrate(database::Database& database);

}  // namespace mulin::sync::server
