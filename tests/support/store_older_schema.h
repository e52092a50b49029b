#pragma once
// A database as an earlier release left it: the schema's first steps, filled with what a newer file says in
// the columns that both have. Raw SQLite; for tests of updates.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mulin::test {

struct SchemaSteps {
    const std::vector<std::string_view>& steps;
    std::int64_t application_id;
};

// `older` must not exist; afterwards it is one file in WAL mode. Answers how many rows it holds.
std::int64_t write_older(const std::string& newest, const std::string& older, const SchemaSteps& schema, std::size_t version);

// The tables' texts after so many steps.
std::string schema_after(const SchemaSteps& schema, std::size_t version);

struct SchemaFound {
    std::int64_t version = 0;
    std::string text;
};
// As a file says it, opened through this layer.
SchemaFound schema_of(const std::string& file, const std::string& vfs);

std::vector<std::uint8_t> bytes_of_file(const std::string& file);

}  // namespace mulin::test
