#pragma once
// The two ways in which device drivers put bytes somewhere: a whole new file, or a device that may
// not take them. Blocking.

#include <filesystem>
#include <string>

#include "payment/base/result.h"
#include "pos/device/raster.h"

namespace mulin::pos {

// Writes beside and renames, so that a reader sees the old file or the new one.
payment::Status write_whole_file(const std::filesystem::path& path, const std::string& bytes);
// Opens, writes, closes. timeout when the device takes nothing for deadline_ms.
payment::Status send_to_device(const std::filesystem::path& device, const std::string& bytes, int deadline_ms);
// The raster as a PNG, black on white.
payment::Result<std::string> png_bytes(const Raster& raster);

}  // namespace mulin::pos
