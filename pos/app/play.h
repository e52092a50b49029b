#pragma once
// `mulin-pos play`: cashier actions as JSONL in, one answer line out for each, in order (README,
// "play"). The same till, rules, payments and journal as the window; no screens and no devices. An
// answer is written only when what it reports is durable.

#include <filesystem>
#include <iosfwd>

namespace mulin::pos {

// file "-" reads standard input. Exit code as contract: 0 also when single actions were refused.
int run_play(const std::filesystem::path& data_dir, const std::string& file, std::ostream& out, std::ostream& err);

}  // namespace mulin::pos
