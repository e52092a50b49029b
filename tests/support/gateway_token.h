#pragma once
// A software token (SoftHSM) with private keys, for tests of keys that are named by handles. One in a
// process: the token's module reads its configuration once, from the environment.

#include <string>

#include "tests/support/gateway_keys.h"

namespace mulin::tests {

class SoftToken {
  public:
    static constexpr const char* kPin = "482915";
    static constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";
    static SoftToken& of_process();
    // Puts the key (PEM) into the token and returns its handle.
    std::string keep(const std::string& name, const std::string& key_pem);
    // The file with the PIN.
    const std::string& pin_file() const { return pin_file_; }

  private:
    SoftToken();
    KeyFolder folder_;
    std::string pin_file_;
    int kept_ = 0;
};

}  // namespace mulin::tests
