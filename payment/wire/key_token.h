#pragma once
// A private key that stays inside a token (an HSM, a smart card): named by a PKCS#11 URI (RFC 7512),
// used through OpenSSL's engine "pkcs11" (Debian: libengine-pkcs11-openssl) and the token's own module.
// Nothing of such a key is ever in the till's memory, files or logs.
//
// The engine belongs to the whole process and speaks with one module: a second channel of one process
// that names another module is refused. Threads: any. Errors name what the key is for and what is wrong,
// never a PIN.

#include <memory>
#include <string>
#include <string_view>

#include "payment/base/result.h"

struct evp_pkey_st;

namespace mulin::payment {

// "pkcs11:token=till;object=wechat": a handle instead of the name of a file.
bool is_key_handle(std::string_view text);

struct KeyToken {
    std::string module;  // the token's library, a full path; empty: the system's p11-kit
    std::string pin;
};

Result<std::shared_ptr<evp_pkey_st>> open_key_handle(const std::string& uri, const KeyToken& token, const std::string& what);

}  // namespace mulin::payment
