// mulin-adapter-plugin LIBRARY: loads a vendor's payment library (payment/port/plugin_abi.h) and runs
// it for the till that started this program, as mulin-adapter runs a built-in one.

#include <cstring>
#include <iostream>

#include "payment/host/adapter_server.h"
#include "payment/host/own_process.h"
#include "payment/host/plugin_adapter.h"

int main(int count, char** arguments) {
    using namespace mulin::payment;
    if (count == 2 && std::strcmp(arguments[1], "--version") == 0) {
        std::cout << "mulin-adapter-plugin " MULIN_VERSION "\n";
        return 0;
    }
    const bool help = count == 2 && std::strcmp(arguments[1], "--help") == 0;
    if (help || count != 2 || arguments[1][0] == '-') {
        (help ? std::cout : std::cerr) << "usage: mulin-adapter-plugin LIBRARY\n"
                                          "Runs a vendor's payment library for the till that starts it "
                                          "(mulin.toml: plugin = \"/path/to/vendor.so\").\n";
        return help ? 0 : 2;
    }
    const std::string library = arguments[1];
    const int socket = host::take_host_socket();
    if (socket < 0) {
        std::cerr << "mulin-adapter-plugin: standard input is no socket: only a till starts this program.\n";
        return 2;
    }
    SystemClock clock;
    const host::ServedAdapter served{"plugin", MULIN_VERSION, [&](const ChannelSettings& settings) {
                                         return host::load_plugin(library, settings);
                                     }};
    return host::serve_adapter(socket, served, clock) ? 0 : 3;
}
