#pragma once
// The commands that look at or set up a data directory: init, journal export and verify, report day,
// enroll, sync --once. Each prints its result to `out`, one line of diagnosis to `err`, and returns the
// exit code of the command-line contract (README).

#include <filesystem>
#include <iosfwd>
#include <string>

namespace mulin::pos {

int run_init_demo(const std::filesystem::path& dir, std::ostream& out, std::ostream& err);
int run_journal_export(const std::filesystem::path& dir, std::ostream& out, std::ostream& err);
int run_journal_verify(const std::filesystem::path& dir, std::ostream& out, std::ostream& err);
int run_change_key(const std::filesystem::path& dir, std::ostream& out, std::ostream& err);
int run_report_day(const std::filesystem::path& dir, const std::string& date, bool json, std::ostream& out,
                   std::ostream& err);
int run_enroll(const std::filesystem::path& dir, const std::string& server, const std::string& code,
               std::ostream& out, std::ostream& err);
int run_sync_once(const std::filesystem::path& dir, bool json, std::ostream& out, std::ostream& err);

}  // namespace mulin::pos
