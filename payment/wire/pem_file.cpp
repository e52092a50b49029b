#include "payment/wire/pem_file.h"

#include <cstddef>
#include <fstream>
#include <iterator>

namespace mulin::payment {

Result<std::string> read_public_file(const std::string& path, const std::string& what) {
    constexpr std::size_t kLargest = 1024 * 1024;
    std::ifstream file(path, std::ios::binary);
    std::string content(kLargest + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    content.resize(static_cast<std::size_t>(file.gcount()));
    if (content.empty() || content.size() > kLargest)
        return fail(ErrorCode::invalid_input, "The file named by " + what + " cannot be read or is no key file.");
    return content;
}

}  // namespace mulin::payment
