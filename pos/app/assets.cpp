#include "pos/app/assets.h"

#include <fstream>
#include <sstream>

namespace mulin::pos {

std::filesystem::path assets_dir() { return MULIN_ASSETS_DIR; }

payment::Result<std::string> read_text_file(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (stream) text << stream.rdbuf();
    if (!stream) {
        return payment::fail(payment::ErrorCode::not_found,
                             "Cannot read " + file.string() + "; check that it is there and readable.");
    }
    return text.str();
}

}  // namespace mulin::pos
