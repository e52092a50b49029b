#pragma once
// Keys and certificates of the tests' own authority, made anew in every process that asks and written
// nowhere in the tree: an authority, a server certificate for 127.0.0.1 and localhost, a merchant's
// client certificate, and a stranger's authority with the same names. And a folder for key files.

#include <string>

#include "payment/wire/rsa.h"

namespace mulin::tests {

struct Identity {
    std::string certificate_pem;
    std::string key_pem;
};

struct GatewayTrust {
    Identity authority;
    Identity server;
    Identity merchant;
    Identity stranger_authority;
    Identity stranger;         // a client certificate of the stranger's authority
    Identity stranger_server;  // its certificate for 127.0.0.1
};

// Made once per process.
const GatewayTrust& gateway_trust();

// A certificate over an RSA public key (PEM), signed by `authority`: what gateways send or number.
std::string certificate_for(const std::string& rsa_public_pem, const std::string& common_name,
                            const Identity& authority, long serial);

// RSA keys of the process, by number: making one takes longer than most tests.
const payment::RsaPrivateKey& rsa_key_of_process(int which);

// A new folder below the test's temporary one, removed with its content at the end.
class KeyFolder {
  public:
    KeyFolder();
    ~KeyFolder();
    KeyFolder(const KeyFolder&) = delete;
    KeyFolder& operator=(const KeyFolder&) = delete;
    // Writes the file, readable by its owner alone, and returns its path.
    std::string write(const std::string& name, const std::string& content) const;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace mulin::tests
