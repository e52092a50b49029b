#include "tests/support/gateway_token.h"

#include <cstdlib>
#include <filesystem>

#include "payment/base/check.h"

namespace mulin::tests {
namespace {

// The programs are of Debian's package softhsm2.
void token_program(const std::string& arguments) {
    MULIN_CHECK(std::system(("softhsm2-util " + arguments + " >/dev/null 2>&1").c_str()) == 0);
}

}  // namespace

SoftToken& SoftToken::of_process() {
    static SoftToken one;
    return one;
}

SoftToken::SoftToken() {
    std::filesystem::create_directory(folder_.path() + "/tokens");
    const std::string settings = folder_.write("softhsm2.conf", "directories.tokendir = " + folder_.path() +
                                                                    "/tokens\nobjectstore.backend = file\nlog.level = ERROR\n");
    ::setenv("SOFTHSM2_CONF", settings.c_str(), 1);
    pin_file_ = folder_.write("pin", std::string(kPin) + "\n");
    token_program(std::string("--init-token --free --label till --so-pin 13579086 --pin ") + kPin);
}

std::string SoftToken::keep(const std::string& name, const std::string& key_pem) {
    const std::string file = folder_.write("key.pem", key_pem);
    const std::string number = std::to_string(10 + ++kept_);
    token_program("--import " + file + " --token till --label " + name + " --id " + number + " --pin " + kPin);
    std::filesystem::remove(file);
    return "pkcs11:token=till;object=" + name + ";type=private";
}

}  // namespace mulin::tests
