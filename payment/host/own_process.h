#pragma once
// What a program does first that runs an adapter for a host: it takes the host's socket away from the
// standard streams, so that a library that prints cannot break the protocol, and makes sure that it
// leaves no core and does not outlive the till.

namespace mulin::payment::host {

// A core would hold whatever code was just scanned: neither the kernel nor a debugger gets one. The
// till calls it first thing, too.
void leave_no_core();

// The socket to serve, or -1 when standard input is none (the program was started by hand).
int take_host_socket();

}  // namespace mulin::payment::host
