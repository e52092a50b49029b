#pragma once
// The database's schema, carried inside the program: the numbered steps that bring any older file up
// to date, and schema.sql, which describes the result. Made from schema/*.sql at build time.

#include <string_view>
#include <vector>

#include "sync/store/sqlite.h"

namespace mulin::sync {

inline constexpr std::int64_t kApplicationId = 0x4D554C4E;  // "MULN", at offset 68 of the file

extern const std::vector<std::string_view> kSchemaSteps;  // step i makes user_version i + 1
extern const std::string_view kSchema;

// Runs the steps that the file lacks, in one transaction. refused when the file was made by
// a newer program.
Status migrate(Database& db);

Result<std::int64_t> read_pragma(Database& db, const char* sql);

}  // namespace mulin::sync
