#include "payment/wire/key_token.h"

#include <openssl/crypto.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cctype>
#include <mutex>

// OpenSSL 3.0 of Debian 12 has no provider for PKCS#11 yet, so its engine is used although it is old.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace mulin::payment {
namespace {

// The process's one engine, and the module it was made for.
struct TokenEngine {
    std::mutex mutex;
    ENGINE* engine = nullptr;
    std::string module;
};

TokenEngine& token_engine() {
    static TokenEngine one;
    return one;
}

tl::unexpected<Error> no_token(const std::string& what, const std::string& why) {
    ERR_clear_error();
    return fail(ErrorCode::invalid_input, "The key handle of " + what + " cannot be used: " + why + ".");
}

Status start_engine(TokenEngine& one, const KeyToken& token, const std::string& what) {
    if (one.engine != nullptr) {
        if (one.module == token.module) return ok();
        return no_token(what, "another channel of this process uses another pkcs11_module");
    }
    ENGINE_load_builtin_engines();
    ENGINE* engine = ENGINE_by_id("pkcs11");
    if (engine == nullptr) return no_token(what, "OpenSSL's pkcs11 engine is missing; install libengine-pkcs11-openssl");
    const bool module_set = token.module.empty() || ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", token.module.c_str(), 0) == 1;
    if (!module_set || ENGINE_init(engine) != 1) {
        ENGINE_free(engine);
        return no_token(what, "its pkcs11_module cannot be loaded");
    }
    ENGINE_free(engine);  // what ENGINE_init took stays until the process ends
    one.engine = engine;
    one.module = token.module;
    return ok();
}

bool names_a_pin(const std::string& uri) {
    std::string lower = uri;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower.find("pin-value") != std::string::npos || lower.find("pin-source") != std::string::npos;
}

}  // namespace

bool is_key_handle(std::string_view text) { return text.starts_with("pkcs11:"); }

Result<std::shared_ptr<EVP_PKEY>> open_key_handle(const std::string& uri, const KeyToken& token, const std::string& what) {
    // A PIN in a setting would be in a file that others may read.
    if (names_a_pin(uri)) return no_token(what, "a PIN stands in it; put it into a file of its own and name that in pkcs11_pin_file");
    TokenEngine& one = token_engine();
    const std::lock_guard lock(one.mutex);
    MULIN_TRY_STATUS(start_engine(one, token, what));
    if (ENGINE_ctrl_cmd_string(one.engine, "PIN", token.pin.c_str(), 0) != 1) return no_token(what, "its PIN is not taken");
    std::shared_ptr<EVP_PKEY> key(ENGINE_load_private_key(one.engine, uri.c_str(), nullptr, nullptr), EVP_PKEY_free);
    if (!key) return no_token(what, "the token is not there, does not take the PIN, or has no such key");
    ERR_clear_error();
    return key;
}

}  // namespace mulin::payment

#pragma GCC diagnostic pop
