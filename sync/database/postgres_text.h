#pragma once
// What differs between the SQL of the seam and PostgreSQL's, as pure text: the marks of parameters,
// the schema's DDL, and bytes that PostgreSQL's text cannot hold. No connection.

#include <string>
#include <string_view>

namespace mulin::sync::database {

// `?` and `?3` become `$n`, outside of literals, quoted names and comments.
std::string numbered_parameters(std::string_view sql);

// The schema's DDL for PostgreSQL: STRICT and WITHOUT ROWID go, INTEGER becomes BIGINT, a lone
// INTEGER PRIMARY KEY an identity, and TEXT is compared by bytes, as SQLite does. A table that ends in
// `-- by month of COLUMN` (days since 1970) becomes one that is partitioned by it, with one for the rest.
std::string postgres_schema(std::string_view sql);

// Valid UTF-8 without NUL, reversible, equal only for equal texts: what PostgreSQL would refuse is
// written as U+001A and two hex digits a byte. Almost every text stays as it is.
bool needs_escape(std::string_view text);
std::string escaped_text(std::string_view text);
std::string unescaped_text(std::string_view text);

}  // namespace mulin::sync::database
