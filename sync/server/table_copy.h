#pragma once
// Every table of the district, row by row, from one database to another of any product, and a digest
// that is equal exactly when all rows are. Knows the tables from the readable schema.

#include <cstdint>
#include <map>
#include <string>

#include "sync/database/database.h"

namespace mulin::sync::server {

struct TableDigest {
    std::int64_t rows = 0;
    std::string sha256;  // over all rows in the order of the primary key
    friend bool operator==(const TableDigest&, const TableDigest&) = default;
};

// `to` has our schema and no district; all of it in one transaction. Returns the number of rows.
payment::Result<std::int64_t> copy_tables(database::Database& from, database::Database& to);

payment::Result<std::map<std::string, TableDigest>> table_digests(database::Database& database);

// corrupt names the first thing that differs: a table, the export of a till's journal, a month's report.
payment::Status compare_districts(database::Database& one, database::Database& other);

}  // namespace mulin::sync::server
