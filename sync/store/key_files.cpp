#include "sync/store/key_files.h"

#include <unistd.h>

#include <cerrno>

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

std::filesystem::path former_file(const std::filesystem::path& dir, const std::string& public_key) {
    return dir / ("signing_key." + public_key.substr(0, 16) + ".pem");
}

}  // namespace

Result<SigningKey> load_or_make_key(const std::filesystem::path& dir, bool fresh) {
    auto key = SigningKey::load(dir / kKeyName);
    if (key || !fresh || key.error().code != ErrorCode::not_found) return key;
    MULIN_TRY(auto made, SigningKey::generate());
    MULIN_TRY_STATUS(made.save(dir / kKeyName));
    return made;
}

Status adopt_next_key(const std::filesystem::path& dir, const SigningKey& former) {
    const auto kept = former_file(dir, former.public_key().text());
    // A second name first, then one atomic step: there is a key in force at any moment.
    const bool has_name = ::link((dir / kKeyName).c_str(), kept.c_str()) == 0 || errno == EEXIST;
    std::error_code error;
    if (has_name) std::filesystem::rename(dir / kNextKeyName, dir / kKeyName, error);
    if (has_name && !error) return payment::ok();
    return fail(ErrorCode::disk, "The till's new key cannot be put in its place in " + dir.string() + "; check the disk.", true);
}

Result<SigningKey> other_key(const std::filesystem::path& dir, const SigningKey& in_force, const std::string& wanted) {
    auto next = SigningKey::load(dir / kNextKeyName);
    if (next && next->public_key().text() == wanted) {
        MULIN_TRY_STATUS(adopt_next_key(dir, in_force));
        return next;
    }
    auto former = SigningKey::load(former_file(dir, wanted));
    if (former && former->public_key().text() == wanted) return former;
    return fail(ErrorCode::corrupt, "The till's signing key is not the one its journal goes on with; put the key file back from its backup.");
}

}  // namespace mulin::sync
