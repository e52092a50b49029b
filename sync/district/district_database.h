#pragma once
// Which database holds a district: SQLite inside its directory, or the PostgreSQL that the file
// DIR/database (0600, one line) names.

#include <filesystem>
#include <memory>
#include <string>

#include "sync/database/database.h"

namespace mulin::sync::server {

inline constexpr std::int32_t kDistrictApplicationId = 0x4D4C4E44;  // "MLND"

std::filesystem::path sqlite_file(const std::filesystem::path& dir);
bool holds_district(const std::filesystem::path& dir);
// Empty: SQLite inside the directory.
payment::Result<std::string> database_url(const std::filesystem::path& dir);
payment::Status write_database_url(const std::filesystem::path& dir, const std::string& url);

// Opens and brings its schema up to date.
payment::Result<std::unique_ptr<database::Database>> open_database(const std::filesystem::path& dir);
// An empty database with our schema. conflict: a district lives in it already.
payment::Result<std::unique_ptr<database::Database>> open_empty_postgres(const std::string& url);

// While it lives no other process of the same directory renews key files, so that a key and its
// certificate are read as they were written.
class KeysHeld {
  public:
    explicit KeysHeld(const std::filesystem::path& dir);
    ~KeysHeld();
    KeysHeld(const KeysHeld&) = delete;
    KeysHeld& operator=(const KeysHeld&) = delete;

  private:
    int file_;
};

// A file that only its owner may read, whole or not at all.
payment::Status write_private_file(const std::filesystem::path& file, const std::string& content);

}  // namespace mulin::sync::server
