#include "pos/device/output_file.h"

#include <fstream>
#include <system_error>
#include <vector>

#include <png.h>

namespace mulin::pos {
using payment::ErrorCode;
using payment::fail;

payment::Status write_whole_file(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::path beside = path;
    beside += ".part";
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    std::error_code error;
    if (file) std::filesystem::rename(beside, path, error);
    if (file && !error) return payment::ok();
    std::filesystem::remove(beside, error);
    return fail(ErrorCode::disk, "Cannot write " + path.string() + "; check that the folder exists and has room.", true);
}

payment::Result<std::string> png_bytes(const Raster& raster) {
    const auto width = static_cast<std::size_t>(raster.width());
    std::vector<png_byte> grey(width * static_cast<std::size_t>(raster.height()), 255);
    for (int y = 0; y < raster.height(); ++y) {
        for (int x = 0; x < raster.width(); ++x) {
            if (raster.black(x, y)) grey[static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)] = 0;
        }
    }
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(raster.width());
    image.height = static_cast<png_uint_32>(raster.height());
    image.format = PNG_FORMAT_GRAY;
    png_alloc_size_t size = 0;
    std::string bytes;
    if (png_image_write_to_memory(&image, nullptr, &size, 0, grey.data(), 0, nullptr) != 0) {
        bytes.resize(size);
        if (png_image_write_to_memory(&image, bytes.data(), &size, 0, grey.data(), 0, nullptr) != 0) {
            bytes.resize(size);
            return bytes;
        }
    }
    return fail(ErrorCode::invalid_input, "An empty slip cannot be drawn.");
}

}  // namespace mulin::pos
