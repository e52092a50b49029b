#pragma once
// Whole files for the file drivers, and a raster as PNG. Blocking.

#include <filesystem>
#include <string>

#include "payment/base/result.h"
#include "pos/device/raster.h"

namespace mulin::pos {

// Writes beside and renames, so that a reader sees the old file or the new one.
payment::Status write_whole_file(const std::filesystem::path& path, const std::string& bytes);
// The raster as a PNG, black on white.
payment::Result<std::string> png_bytes(const Raster& raster);

}  // namespace mulin::pos
