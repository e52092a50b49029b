#include "pos/app/policy_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace mulin::pos {
namespace {

namespace fs = std::filesystem;
using payment::ErrorCode;
using payment::fail;
using payment::Result;

bool is_policy_name(const std::string& name) {
    return name.ends_with(".json") && !name.ends_with(".schema.json");
}

bool is_calendar_name(const std::string& name) { return name.starts_with("calendar-") && is_policy_name(name); }

void add_folder(const fs::path& folder, bool calendars_only, std::set<std::string>& paths) {
    std::error_code failed;
    for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
        const std::string name = it->path().filename().string();
        if (calendars_only ? is_calendar_name(name) : is_policy_name(name)) paths.insert(it->path().lexically_normal().string());
    }
}

Result<sync::PolicyFile> read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf()))
        return fail(ErrorCode::invalid_input, path + ": cannot be read; check the path and that the file is not empty.");
    return sync::PolicyFile{path, std::move(text).str()};
}

}  // namespace

Result<std::vector<sync::PolicyFile>> read_policy_files(const std::vector<std::string>& paths) {
    std::set<std::string> found;
    for (const auto& path : paths) {
        std::error_code failed;
        if (fs::is_directory(path, failed)) {
            add_folder(path, false, found);
        } else if (fs::exists(path, failed)) {
            found.insert(fs::path(path).lexically_normal().string());
            const fs::path parent = fs::path(path).parent_path();
            add_folder(parent.empty() ? fs::path(".") : parent, true, found);
        } else {
            return fail(ErrorCode::invalid_input, path + ": there is no such file or folder.");
        }
    }
    if (found.empty()) return fail(ErrorCode::invalid_input, "No policy file was named; give files or folders of *.json.");
    std::vector<sync::PolicyFile> files;
    for (const auto& path : found) {
        MULIN_TRY(auto file, read(path));
        files.push_back(std::move(file));
    }
    return files;
}

}  // namespace mulin::pos
