#include "payment/port/channel_settings.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace mulin::payment {
namespace {

constexpr std::uintmax_t kLargestSecret = 64 * 1024;

tl::unexpected<Error> wrong(const std::string& channel, const std::string& key, const std::string& what) {
    return fail(ErrorCode::invalid_input, "Payment channel " + channel + ": " + key + " " + what + ".");
}

bool readable_by_others(const std::filesystem::file_status& status) {
    using std::filesystem::perms;
    return (status.permissions() & (perms::group_all | perms::others_all)) != perms::none;
}

}  // namespace

Result<std::string> ChannelSettings::text(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end() || found->second.empty()) return wrong(channel_, key, "is missing");
    return found->second;
}

std::string ChannelSettings::text_or(const std::string& key, std::string otherwise) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::move(otherwise) : found->second;
}

Result<std::int64_t> ChannelSettings::number_or(const std::string& key, std::int64_t otherwise, std::int64_t least,
                                                std::int64_t most) const {
    const auto found = values_.find(key);
    if (found == values_.end()) return otherwise;
    std::int64_t number = 0;
    const char* end = found->second.data() + found->second.size();
    const auto [stopped, problem] = std::from_chars(found->second.data(), end, number);
    if (problem != std::errc{} || stopped != end || number < least || number > most)
        return wrong(channel_, key,
                     "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return number;
}

Result<bool> ChannelSettings::flag_or(const std::string& key, bool otherwise) const {
    const auto found = values_.find(key);
    if (found == values_.end()) return otherwise;
    if (found->second == "true") return true;
    if (found->second == "false") return false;
    return wrong(channel_, key, "must be true or false");
}

Result<std::string> ChannelSettings::secret(const std::string& key) const {
    MULIN_TRY(const std::string path, text(key));
    std::error_code problem;
    const auto status = std::filesystem::status(path, problem);
    if (problem || !std::filesystem::is_regular_file(status)) return wrong(channel_, key, "names no readable file");
    if (readable_by_others(status))
        return wrong(channel_, key, "names a file that others may read; set its mode to 0600");
    if (std::filesystem::file_size(path, problem) > kLargestSecret || problem)
        return wrong(channel_, key, "names a file that is too large for a key");
    std::ifstream file(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file.bad() || content.empty()) return wrong(channel_, key, "names a file that cannot be read");
    return content;
}

Status ChannelSettings::only(const std::vector<std::string>& known) const {
    for (const auto& [key, value] : values_)
        if (std::find(known.begin(), known.end(), key) == known.end()) return wrong(channel_, key, "is not a known key");
    return ok();
}

}  // namespace mulin::payment
