// mulin-adapter NAME: runs one built-in payment adapter in a process of its own, for the till that
// started it. The protocol is on the socket that is its standard input; settings come with the
// greeting; diagnostics go to standard error.

#include <cstring>
#include <iostream>
#include <string>

#include "payment/host/adapter_server.h"
#include "payment/host/own_process.h"
#include "payment/table/built_in.h"

namespace {

int usage(std::ostream& out, int code) {
    out << "usage: mulin-adapter NAME\n"
           "Runs a payment adapter for the till that starts it (mulin.toml: isolated = true). Names:\n";
    for (const auto& adapter : mulin::payment::built_in_adapters()) out << "  " << adapter.name << "\n";
    return code;
}

}  // namespace

int main(int count, char** arguments) {
    using namespace mulin::payment;
    if (count == 2 && std::strcmp(arguments[1], "--help") == 0) return usage(std::cout, 0);
    if (count == 2 && std::strcmp(arguments[1], "--version") == 0) {
        std::cout << "mulin-adapter " MULIN_VERSION "\n";
        return 0;
    }
    if (count != 2 || arguments[1][0] == '-') return usage(std::cerr, 2);
    const std::string name = arguments[1];
    SystemClock clock;
    SystemRandom random;
    const AdapterSeams seams{clock, random};
    const int socket = host::take_host_socket();
    if (socket < 0) {
        std::cerr << "mulin-adapter: standard input is no socket: only a till starts this program.\n";
        return 2;
    }
    const host::ServedAdapter served{
        name, MULIN_VERSION, [&](const ChannelSettings& settings) { return make_built_in(name, settings, seams); }};
    return host::serve_adapter(socket, served, clock) ? 0 : 3;
}
