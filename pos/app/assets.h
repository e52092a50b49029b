#pragma once
// Where the files of assets/ lie on this machine: the folder given at build time.

#include <filesystem>
#include <string>

#include "payment/base/result.h"

namespace mulin::pos {

std::filesystem::path assets_dir();
payment::Result<std::string> read_text_file(const std::filesystem::path& file);

}  // namespace mulin::pos
